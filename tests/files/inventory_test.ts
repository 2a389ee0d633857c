import { everyTest } from "../_sample.ts";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { StorageError } from "../../lib/errors/mod.ts";
import {
  fileEntry,
  inventory,
  type InventoryOptions,
  type InventoryProblem,
} from "../../lib/files/mod.ts";
import { granted } from "../_granted.ts";
import { ON_DISK, TempFolder, text } from "./_support.ts";

const WITH_CHILD = { ignore: ON_DISK.ignore || !granted("run") };
const LINKS = { ignore: WITH_CHILD.ignore || Deno.build.os === "windows" };
// Other systems accept no names that are not UTF-8.
const RAW_NAMES = { ignore: WITH_CHILD.ignore || Deno.build.os !== "linux" };

/** Makes links and names that are not UTF-8; a process of its own may, under the flags of `deno task test` too. */
function makeOddEntries(folder: TempFolder, ...words: readonly string[]): void {
  const script = new URL("./_odd_entries.ts", import.meta.url).pathname;
  const { success, stderr } = new Deno.Command("deno", {
    args: ["run", "--allow-read", "--allow-write", "--allow-run=sh", script, folder.path, ...words],
  }).outputSync();
  assert(success, text(stderr));
}

/** Lists paths and problems. */
async function list(
  root: string,
  options: InventoryOptions = {},
): Promise<{ paths: string[]; problems: (readonly [code: string, path: string])[] }> {
  const problems: (readonly [string, string])[] = [];
  const onProblem = ({ code, place }: InventoryProblem) => problems.push([code, place.source]);
  return { paths: await paths(root, { onProblem, ...options }), problems };
}

async function paths(root: string, options?: InventoryOptions): Promise<string[]> {
  return (await Array.fromAsync(inventory(root, options))).map((entry) => entry.path);
}

Deno.test("inventory() lists size, times, inode and both paths", ON_DISK, async () => {
  using folder = new TempFolder();
  const { path, absolutePath } = folder.write("in/a.csv", "x,y\n");
  Deno.utimeSync(absolutePath, 1000, 1000);
  const expected = fileEntry(path, absolutePath, Deno.statSync(absolutePath));
  assertEquals([expected.size, expected.mtimeMs], [4, 1_000_000]);
  assertEquals(await Array.fromAsync(inventory(folder.path)), [expected]);
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

Deno.test("inventory() takes a hidden file by a glob that names it so", ON_DISK, async () => {
  using folder = new TempFolder();
  const hidden = ["_x.csv", ".a.csv", "_sub/z.csv", "sub/_y.csv", "_c.csv._COPYING_"];
  for (const path of ["a.csv", ...hidden]) folder.write(path, "");
  const by = async (...include: string[]) => (await paths(folder.path, { include })).toSorted();
  assertEquals(await by("**/*"), ["a.csv"]);
  assertEquals(await by("**/*", "**/_*.csv"), ["_x.csv", "a.csv", "sub/_y.csv"]);
  assertEquals(await by(".*", "_sub/*", "_*"), [".a.csv", "_sub/z.csv", "_x.csv"]);
  assertEquals(await paths(folder.path, { include: ["_*"], exclude: ["_x*"] }), []);
});

Deno.test("inventory() skips what Spark hides", ON_DISK, async () => {
  using folder = new TempFolder();
  const hidden = [".b.csv", "_c.csv", "_tmp/d.csv", ".git/e", ".x=1/f", "f._COPYING_"];
  for (const path of ["_year=2024/g.csv", "a.csv", ...hidden]) folder.write(path, "");
  assertEquals(await paths(folder.path), ["_year=2024/g.csv", "a.csv"]);
});

Deno.test(
  "inventory() follows links to files inside the root, and names what is no file",
  LINKS,
  async () => {
    using folder = new TempFolder();
    using outside = new TempFolder();
    outside.write("secret.csv", "x");
    folder.write("a.csv", "12345");
    folder.write("d/b.csv", "");
    folder.write("z.csv", "");
    makeOddEntries(
      folder,
      ...["link", "inside.csv", folder.at("a.csv")],
      ...["link", "outside.csv", outside.at("secret.csv")],
      ...["link", "outside", outside.path],
      ...["link", "broken.csv", folder.at("none.csv")],
      ...["link", "self.csv", "self.csv"],
      ...["link", "d/loop", folder.path],
      ...["pipe", "d/pipe.csv"],
    );
    const expected = {
      paths: ["a.csv", "d/b.csv", "inside.csv", "z.csv"],
      problems: [
        ["file-link", "broken.csv"],
        ["file-unreadable", "d/pipe.csv"],
        ["file-link", "outside"],
        ["file-link", "outside.csv"],
        ["file-link", "self.csv"],
      ] as const,
    };
    assertEquals(await list(folder.path), { ...expected, problems: [...expected.problems] });
    assertEquals(await paths(folder.path), expected.paths);
    const include = ["a.csv", "inside.*"];
    assertEquals(await list(folder.path, { include, exclude: ["outside/**"] }), {
      paths: ["a.csv", "inside.csv"],
      problems: [],
    });
    assertEquals((await list(folder.path, { include })).problems, [["file-link", "outside"]]);
  },
);

Deno.test("inventory() goes on after names that are not UTF-8", RAW_NAMES, async () => {
  using folder = new TempFolder();
  folder.write("a.csv", "");
  folder.write("z\ufffd.csv", "good: the character itself is in the name");
  makeOddEntries(
    folder,
    ...["raw", "b\\377.csv", "raw", "b\\376.csv", "raw", "c\\377.txt"],
    ...["rawdir", "d\\377", "raw", "z\\377.csv"],
  );
  const { paths, problems } = await list(folder.path, { include: ["**/*.csv"] });
  assertEquals(paths, ["a.csv", "z\ufffd.csv"]);
  assertEquals(problems, [
    ["file-name-encoding", "b\ufffd.csv"],
    ["file-name-encoding", "b\ufffd.csv"],
    ["file-name-encoding", "d\ufffd"],
    ["file-name-encoding", "z\ufffd.csv"],
  ]);
});

everyTest("inventory() goes on after a file and a folder that it may not read", WITH_CHILD, () => {
  using folder = new TempFolder();
  for (const path of ["a.csv", "b/c.csv", "d.csv", "e.csv"]) folder.write(path, "");
  const script = new URL("./_list_folder.ts", import.meta.url).pathname;
  const denied = `--deny-read=${folder.at("b")},${folder.at("d.csv")}`;
  const listed = (...exclude: readonly string[]) => {
    const args = ["run", "--no-prompt", "--allow-read", denied, script, folder.path, ...exclude];
    const { stdout, stderr } = new Deno.Command("deno", { args }).outputSync();
    assertEquals(text(stderr), "");
    const { paths, problems } = JSON.parse(text(stdout));
    return [
      paths,
      problems.map(({ code, place }: InventoryProblem) => [code, place.source]),
    ];
  };
  const paths = ["a.csv", "e.csv"];
  const file = ["file-unreadable", "d.csv"];
  assertEquals(listed(), [paths, [["file-unreadable", "b"], file]]);
  assertEquals(listed("b/*.txt"), [paths, [["file-unreadable", "b"], file]]);
  assertEquals(listed("b/**"), [paths, [file]], "a folder that is excluded is no problem");
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
