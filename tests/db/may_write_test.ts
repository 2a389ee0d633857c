import { assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { refuseUnwritable, unwritable } from "../../lib/db/may_write.ts";
import { StorageError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { IS_LOCKED_OUT } from "../_locked.ts";
import { MAY_MOUNT, mountSmallDisk } from "../_small_disk.ts";

const STATE = "is read-only for this user, by its permissions or because its disk is";

/** Makes a folder for a test. */
function newFolder(): Disposable & { readonly path: string } {
  const path = Deno.makeTempDirSync({ prefix: "may-write-test-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

Deno.test({
  name: "unwritable() knows nothing against a folder of one's own, and leaves nothing in it",
  ignore: !granted("read", "write"),
  fn() {
    using folder = newFolder();
    const odd = join(folder.path, 'it\'s; "odd"');
    Deno.mkdirSync(odd);
    Deno.writeTextFileSync(join(odd, "a"), "a");
    const before = Deno.statSync(odd).mtime;
    for (const path of [odd, join(odd, "a"), join(odd, "new"), join(odd, "new/deep/er")]) {
      assertEquals(unwritable(path), undefined, path);
    }
    assertEquals(Deno.statSync(odd).mtime, before);
    assertEquals([...Deno.readDirSync(odd)].length, 1);
  },
});

Deno.test({
  name: "unwritable() knows a folder and a file by their mode",
  ignore: !IS_LOCKED_OUT,
  fn() {
    using folder = newFolder();
    const [file, locked] = [join(folder.path, "a"), join(folder.path, "locked")];
    Deno.writeTextFileSync(file, "a");
    Deno.chmodSync(file, 0o400);
    Deno.mkdirSync(locked, { mode: 0o500 });
    assertEquals(unwritable(file), `it ${STATE}`);
    assertEquals(unwritable(locked), `it ${STATE}`);
    assertEquals(unwritable(join(locked, "b/c")), `"${locked}" ${STATE}`);
    // Of what cannot be read, nothing is known.
    Deno.chmodSync(locked, 0o300);
    assertEquals(unwritable(locked), undefined);
    Deno.chmodSync(locked, 0o700);
  },
});

Deno.test({
  name: "refuseUnwritable() knows a read-only disk, of root as well",
  ignore: !MAY_MOUNT,
  async fn() {
    using folder = newFolder();
    await using _disk = await mountSmallDisk(folder.path);
    refuseUnwritable(folder.path);
    await new Deno.Command("mount", { args: ["-o", "remount,ro", folder.path] }).output();
    const { code } = assertThrows(
      () => refuseUnwritable(join(folder.path, "new")),
      StorageError,
      `"${folder.path}" ${STATE}`,
    );
    assertEquals(code, "storage-denied");
  },
});
