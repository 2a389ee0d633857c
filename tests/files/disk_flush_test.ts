import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join, relative } from "@std/path";
import { StorageError } from "../../lib/errors/mod.ts";
import { Disk } from "../../lib/files/durable.ts";
import { granted } from "../_granted.ts";

const ignore = !granted("read", "write");
const BYTES = new TextEncoder().encode("content");

/** What the runtime was asked for, in its order: `flush a/b`, `rename a b`. */
interface Calls extends Disposable {
  readonly list: string[];
}

/**
 * Writes down what the runtime really does below a folder. `Disk` reports its steps itself, and a report is not a flush.
 */
function watchRuntime(root: string): Calls {
  const list: string[] = [];
  const paths = new WeakMap<Deno.FsFile, string>();
  const { openSync, renameSync } = Deno;
  const { sync, syncSync, syncDataSync } = Deno.FsFile.prototype;
  // A temporary name is a random one.
  const show = (path: string) => relative(root, path).replace(/[\w-]+\.tmp$/, "temporary") || ".";
  Deno.openSync = (path, options) => {
    const file = openSync(path, options);
    paths.set(file, String(path));
    return file;
  };
  Deno.renameSync = (from, to) => {
    renameSync(from, to);
    list.push(`rename ${show(String(from))} ${show(String(to))}`);
  };
  for (const [name, real] of Object.entries({ sync, syncSync, syncDataSync })) {
    Object.assign(Deno.FsFile.prototype, {
      [name](this: Deno.FsFile): Promise<void> | void {
        const done = Reflect.apply(real, this, []);
        list.push(`flush ${show(paths.get(this) ?? "")}`);
        return done;
      },
    });
  }
  return {
    list,
    [Symbol.dispose]() {
      Object.assign(Deno, { openSync, renameSync });
      Object.assign(Deno.FsFile.prototype, { sync, syncSync, syncDataSync });
    },
  };
}

/** Lets the next flush fail, after which the system says that all is well, as Linux does. */
function failOnce(name: "sync" | "syncSync" | "syncDataSync"): void {
  const { prototype } = Deno.FsFile;
  const real = prototype[name];
  prototype[name] = () => {
    Object.assign(prototype, { [name]: real });
    throw new Error("Input/output error (os error 5)");
  };
}

function test(name: string, fn: (disk: Disk, calls: readonly string[]) => unknown): void {
  Deno.test({
    name,
    ignore: ignore || Deno.build.os === "windows",
    async fn() {
      const root = Deno.makeTempDirSync();
      try {
        using calls = watchRuntime(root);
        await fn(new Disk(root), calls.list);
      } finally {
        Deno.removeSync(root, { recursive: true });
      }
    },
  });
}

test(
  "Disk.writeFile() flushes content before it gives the name, and the folders after it",
  (disk, calls) => {
    disk.writeFile(join(disk.root, "a/state"), BYTES);
    assertEquals(calls, [
      // The root, which a stop may have left without a flush, then two new folders, each known to its parent.
      "flush ..",
      "flush .",
      "flush .",
      "flush _tmp/temporary",
      "rename _tmp/temporary a/state",
      "flush a",
      "flush _tmp",
    ]);
  },
);

test(
  "Disk.openAppend() flushes the new name, and AppendFile.sync() all that was written",
  (disk, calls) => {
    using file = disk.openAppend(join(disk.root, "run/records"), 0);
    file.write(BYTES);
    assertEquals(calls, ["flush ..", "flush .", "flush run"]);
    file.sync();
    assertEquals(calls.at(-1), "flush run/records");
  },
);

test("Disk.rename() and Disk.remove() flush the folders that they changed", (disk, calls) => {
  disk.writeFile(join(disk.root, "a/x"), BYTES);
  const before = calls.length;
  disk.rename(join(disk.root, "a/x"), join(disk.root, "a/y"));
  assertEquals(calls.slice(before), ["rename a/x a/y", "flush a"]);
  disk.remove(join(disk.root, "a/y"));
  assertEquals(calls.at(-1), "flush a");
});

test("Disk.syncFile() flushes a file that somebody else holds open", (disk, calls) => {
  const path = join(disk.root, "part");
  using file = Deno.openSync(path, { write: true, create: true });
  disk.syncFile(path, file);
  assertEquals(calls, ["flush part"]);
});

test(
  "Disk.syncFiles() flushes and closes files, and fails if one flush does",
  async (disk, calls) => {
    const open = () =>
      ["a", "b"].map((name) => {
        const path = join(disk.root, name);
        return { path, file: Deno.openSync(path, { write: true, create: true }) };
      });
    await disk.syncFiles(open());
    assertEquals(calls.toSorted(), ["flush a", "flush b"]);
    failOnce("sync");
    await assertRejects(() => disk.syncFiles(open()), StorageError, 'flush "');
  },
);

test("Disk.makeDir() flushes a folder's name once, also one that it finds", (disk, calls) => {
  Deno.mkdirSync(join(disk.root, "a/b"), { recursive: true });
  disk.makeDir(join(disk.root, "a/b"));
  assertEquals(calls, ["flush ..", "flush .", "flush a"]);
  disk.makeDir(join(disk.root, "a/b"));
  disk.makeDir(join(disk.root, "a"));
  assertEquals(calls.length, 3);
  disk.makeDir(join(disk.root, "a/c"));
  assertEquals(calls.slice(3), ["flush a"]);
});

test("Disk.makeDir() flushes a folder's name again if its flush failed", (disk, calls) => {
  const path = join(disk.root, "a");
  disk.makeDir(disk.root);
  failOnce("syncSync");
  assertThrows(() => disk.makeDir(path), StorageError, "os error 5");
  assertEquals(calls, ["flush .."]);
  disk.makeDir(path);
  assertEquals(calls, ["flush ..", "flush ."]);
});

test("AppendFile.sync() fails for good once a flush has failed", (disk) => {
  using file = disk.openAppend(join(disk.root, "records"), 0);
  file.write(BYTES);
  failOnce("syncDataSync");
  for (let n = 0; n < 2; n++) assertThrows(() => file.sync(), StorageError, "os error 5");
  assertThrows(() => file.write(BYTES), StorageError, "os error 5");
  assertThrows(() => file.sync(), StorageError, "os error 5");
});

test("AppendFile.write() fails for good once a write has failed, of which a part is in the file", (disk) => {
  const path = join(disk.root, "records");
  using file = disk.openAppend(path, 0);
  const { writeSync } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.writeSync = function (bytes) {
    Deno.FsFile.prototype.writeSync = () => {
      throw Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
    };
    return writeSync.call(this, bytes.subarray(0, 1));
  };
  try {
    assertThrows(() => file.write(BYTES), StorageError, "no space left");
  } finally {
    Deno.FsFile.prototype.writeSync = writeSync;
  }
  assertThrows(() => file.write(BYTES), StorageError, "no space left");
  assertThrows(() => file.sync(), StorageError, "no space left");
  assertEquals(Deno.statSync(path).size, 1);
});

test("AppendFile takes nothing once it is closed", (disk) => {
  const file = disk.openAppend(join(disk.root, "records"), 0);
  file[Symbol.dispose]();
  assertThrows(() => file.write(BYTES), Error, "it is closed");
  assertThrows(() => file.sync(), Error, "it is closed");
});
