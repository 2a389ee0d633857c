import { assertEquals } from "@std/assert";
import { stillSame } from "../../lib/files/mod.ts";
import { ON_DISK, TempFolder } from "./_support.ts";

Deno.test("stillSame() is true while nothing happens, also when the file is read", ON_DISK, () => {
  using folder = new TempFolder();
  const entry = folder.write("a.csv", "1");
  Deno.readFileSync(entry.absolutePath);
  assertEquals(stillSame(entry), true);
});

for (
  const [what, change] of [
    ["grows", (path: string) => Deno.writeTextFileSync(path, "2", { append: true })],
    ["is written again with as many bytes", (path: string) => {
      Deno.writeTextFileSync(path, "2");
      Deno.utimeSync(path, 1000, 1000);
    }],
    ["is gone", (path: string) => Deno.removeSync(path)],
    ["is replaced by another with its size and time", (path: string) => {
      const { atime, mtime } = Deno.statSync(path);
      Deno.writeTextFileSync(`${path}.new`, "2");
      Deno.utimeSync(`${path}.new`, atime ?? 0, mtime ?? 0);
      Deno.renameSync(`${path}.new`, path);
    }],
  ] as const
) {
  const ignore = ON_DISK.ignore || (Deno.build.os === "windows" && what.startsWith("is replaced"));
  Deno.test(`stillSame() is false when the file ${what}`, { ignore }, () => {
    using folder = new TempFolder();
    const entry = folder.write("a.csv", "1");
    change(entry.absolutePath);
    assertEquals(stillSame(entry), false);
  });
}
