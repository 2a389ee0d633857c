import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { StorageError } from "../../lib/errors/mod.ts";
import { Disk, type DiskStep } from "../../lib/files/durable.ts";
import { granted } from "../_granted.ts";
import { PowerLoss } from "../crash/_power_loss.ts";

const ignore = !granted("read", "write");

function withDisk(test: (disk: Disk, steps: DiskStep[], loss: PowerLoss) => void): void {
  const root = Deno.makeTempDirSync();
  const steps: DiskStep[] = [];
  const loss = new PowerLoss();
  const observe = (step: DiskStep) => {
    steps.push(step);
    loss.observe(step);
  };
  try {
    test(new Disk(root, { observe }), steps, loss);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

Deno.test({
  name: "Disk.writeFile() leaves the old content when power fails before the rename is flushed",
  ignore,
  fn: () =>
    withDisk((disk, steps, loss) => {
      const path = join(disk.root, "state");
      disk.writeFile(path, new TextEncoder().encode("old"));
      disk.writeFile(path, new TextEncoder().encode("new"));
      assertEquals(Deno.readTextFileSync(path), "new");
      assertEquals(steps.at(-1)?.kind, "sync-dir");
      loss.strike();
      assertEquals(Deno.readTextFileSync(path), "new", "flushed content survives");
    }),
});

Deno.test({
  name: "Disk.openAppend() keeps only what was flushed when power fails",
  ignore,
  fn: () =>
    withDisk((disk, _steps, loss) => {
      const path = join(disk.root, "_tmp/run/records.jsonl");
      {
        using file = disk.openAppend(path, 0);
        file.write(new TextEncoder().encode("flushed\n"));
        file.sync();
        file.write(new TextEncoder().encode("not flushed\n"));
        assertEquals(file.length, 20);
      }
      loss.strike();
      assertEquals(Deno.readTextFileSync(path), "flushed\n");
    }),
});

Deno.test({
  name: "Disk.openAppend() cuts the file to the committed length when it is longer",
  ignore,
  fn: () =>
    withDisk((disk) => {
      const path = join(disk.root, "records");
      Deno.writeTextFileSync(path, "committed\nhalf a li");
      {
        using file = disk.openAppend(path, 10);
        file.write(new TextEncoder().encode("next\n"));
      }
      assertEquals(Deno.readTextFileSync(path), "committed\nnext\n");
    }),
});

Deno.test({
  name: "Disk.openAppend() refuses a file that is shorter than the committed length",
  ignore,
  fn: () =>
    withDisk((disk) => {
      const path = join(disk.root, "records");
      Deno.writeTextFileSync(path, "short");
      const error = assertThrows(() => disk.openAppend(path, 10), StorageError, "has 5 bytes");
      assertEquals(error.code, "storage-damaged");
    }),
});

Deno.test({
  name: "Disk.rename() flushes both folders, the new one first",
  ignore,
  fn: () =>
    withDisk((disk, steps) => {
      Deno.mkdirSync(join(disk.root, "_tmp"));
      Deno.writeTextFileSync(join(disk.root, "_tmp/part"), "x");
      disk.makeDir(join(disk.root, "raw/a"));
      steps.length = 0;
      disk.rename(join(disk.root, "_tmp/part"), join(disk.root, "raw/a/part"));
      assertEquals(steps.map((step) => "path" in step ? step.path : step.kind), [
        "rename",
        join(disk.root, "raw/a"),
        join(disk.root, "_tmp"),
      ]);
    }),
});

Deno.test({
  name: "Disk.rename() is undone by a power loss when no folder was flushed",
  ignore,
  fn: () =>
    withDisk((disk, _steps, loss) => {
      const [from, to] = [join(disk.root, "from"), join(disk.root, "to")];
      Deno.writeTextFileSync(from, "x");
      Deno.renameSync(from, to);
      loss.observe({ kind: "rename", from, to });
      loss.strike();
      assertEquals([...Deno.readDirSync(disk.root)].map((entry) => entry.name), ["from"]);
    }),
});

Deno.test({
  name: "Disk.remove() does nothing when the path is missing",
  ignore,
  fn: () =>
    withDisk((disk, steps) => {
      disk.remove(join(disk.root, "nothing"));
      assertEquals(steps, []);
    }),
});

Deno.test({
  name: "Disk names a file that is in the way of a folder",
  ignore,
  fn: () =>
    withDisk((disk) => {
      Deno.writeTextFileSync(join(disk.root, "file"), "mine");
      disk.remove(join(disk.root, "file/below"));
      const error = assertThrows(() => disk.makeDir(join(disk.root, "file/below")), StorageError);
      assertEquals(error.message.startsWith("Cannot create folder "), true, error.message);
      assertEquals(Deno.readTextFileSync(join(disk.root, "file")), "mine");
    }),
});

Deno.test({
  name: "Disk.rename() names the path when the source is missing",
  ignore,
  fn: () =>
    withDisk((disk) => {
      const error = assertThrows(
        () => disk.rename(join(disk.root, "gone"), join(disk.root, "to")),
        StorageError,
        "gone",
      );
      assertEquals(error.code, "storage-missing");
    }),
});
