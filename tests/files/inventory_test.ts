import { assertEquals, assertRejects } from "@std/assert";
import { StorageError } from "../../lib/errors/mod.ts";
import { type FileEntry, inventory, type InventoryOptions } from "../../lib/files/mod.ts";
import { ON_DISK, TempFolder } from "./_support.ts";

// Making links takes access to everything.
const LINKS = {
  ignore: ON_DISK.ignore || Deno.build.os === "windows" ||
    (["read", "write"] as const).some((name) =>
      Deno.permissions.querySync({ name }).state !== "granted"
    ),
};

async function paths(root: string, options?: InventoryOptions): Promise<string[]> {
  return (await Array.fromAsync(inventory(root, options))).map((entry) => entry.path);
}

Deno.test("inventory() lists size, time and both paths", ON_DISK, async () => {
  using folder = new TempFolder();
  const written = folder.write("in/a.csv", "x,y\n");
  Deno.utimeSync(written.absolutePath, 1000, 1000);
  const expected: FileEntry[] = [{ ...written, size: 4, mtimeMs: 1_000_000 }];
  assertEquals(await Array.fromAsync(inventory(folder.path)), expected);
});

Deno.test(
  "inventory() orders by path when files and folders share a beginning",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    for (const path of ["b.csv", "a/z.csv", "a.csv", "a-b.csv", "a/b/c.csv", "A.csv", "a0.csv"]) {
      folder.write(path, "");
    }
    const found = await paths(folder.path);
    assertEquals(found.length, 7);
    assertEquals(found, found.toSorted());
  },
);

Deno.test("inventory() takes what a glob includes and none excludes", ON_DISK, async () => {
  using folder = new TempFolder();
  for (const path of ["a.csv", "a.csv.gz", "d/b.csv", "d/e/c.tsv", "d/e/c.csv", "old/a.csv"]) {
    folder.write(path, "");
  }
  const include = ["**/*.csv", "**/*.{csv.gz,tsv}"];
  assertEquals(await paths(folder.path, { include, exclude: ["old/**"] }), [
    "a.csv",
    "a.csv.gz",
    "d/b.csv",
    "d/e/c.csv",
    "d/e/c.tsv",
  ]);
  assertEquals(await paths(folder.path, { include: ["*.csv"] }), ["a.csv"]);
});

Deno.test("inventory() skips what Spark hides", ON_DISK, async () => {
  using folder = new TempFolder();
  for (const path of ["a.csv", ".b.csv", "_c.csv", "_tmp/d.csv", ".git/e", "f._COPYING_"]) {
    folder.write(path, "");
  }
  assertEquals(await paths(folder.path), ["a.csv"]);
});

Deno.test("inventory() follows links to files inside the root only", LINKS, async () => {
  using folder = new TempFolder();
  using outside = new TempFolder();
  outside.write("secret.csv", "x");
  folder.write("a.csv", "12345");
  Deno.mkdirSync(folder.at("d"));
  Deno.symlinkSync(folder.at("a.csv"), folder.at("inside.csv"));
  Deno.symlinkSync(outside.at("secret.csv"), folder.at("outside.csv"));
  Deno.symlinkSync(folder.at("none.csv"), folder.at("broken.csv"));
  Deno.symlinkSync(folder.path, folder.at("d/loop"));
  const found = await Array.fromAsync(inventory(folder.path));
  assertEquals(found.map(({ path, size }) => [path, size]), [["a.csv", 5], ["inside.csv", 5]]);
});

Deno.test("inventory() throws storage-missing when the root does not exist", ON_DISK, async () => {
  using folder = new TempFolder();
  const error = await assertRejects(() => paths(folder.at("none")), StorageError);
  assertEquals(error.code, "storage-missing");
});

Deno.test("inventory() throws when the root is a file", ON_DISK, async () => {
  using folder = new TempFolder();
  const { absolutePath } = folder.write("a.csv", "");
  const error = await assertRejects(() => paths(absolutePath), StorageError, "Cannot list");
  assertEquals(error.code, "storage-io");
});

Deno.test("inventory() stops when it is told to", ON_DISK, async () => {
  using folder = new TempFolder();
  folder.write("a.csv", "");
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => paths(folder.path, { signal }), Error, "enough");
});
