import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DataError } from "../../lib/errors/mod.ts";
import {
  type FileEntry,
  hashEntry,
  inventory,
  type InventoryOptions,
  listArchive,
  rawChunks,
  stillSame,
} from "../../lib/files/mod.ts";
import { bytes, ON_DISK, TempFolder } from "./_support.ts";
import { type ZipMember, zipOf } from "./_zip.ts";

async function contentOf(entry: FileEntry): Promise<string> {
  const decoder = new TextDecoder();
  let content = "";
  for await (const chunk of rawChunks(entry)) content += decoder.decode(chunk, { stream: true });
  return content;
}

const ROWS = "a,b\n1,2\n".repeat(200_000);

Deno.test(
  "listArchive() makes each member a file of its own, in zip and zip64",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    for (const zip64 of [false, true]) {
      const archive = folder.write(
        "in/a.zip",
        zipOf([
          { name: "z/é.csv", content: ROWS },
          { name: "z/", content: "" },
          { name: "b.csv", content: "a\n1\n", method: 0 },
        ], { zip64 }),
      );
      const files = listArchive(archive);
      assertEquals(files.map(({ path, size }) => [path, size]), [
        ["in/a.zip/b.csv", 4],
        ["in/a.zip/z/é.csv", ROWS.length],
      ]);
      assertEquals(await Promise.all(files.map(contentOf)), ["a\n1\n", ROWS]);
      const alone = await hashEntry(folder.write("b.csv", "a\n1\n"));
      assertEquals(await hashEntry(files[0] ?? archive), alone);
      assertEquals(files.map(stillSame), [true, true]);
      folder.write("in/a.zip", "");
      assertEquals(files.map(stillSame), [false, false]);
      await assertRejects(() => contentOf(files[1] ?? archive), DataError, "changed");
    }
  },
);

const GOOD: ZipMember = { name: "good.csv", content: "a\n1\n" };

for (
  const [what, member, fault] of [
    ["leads out of the archive", { name: "../x.csv" }, "leads out"],
    ["is absolute", { name: "/etc/x.csv" }, "leads out"],
    ["names a drive", { name: "C:\\x.csv" }, "leads out"],
    ["leads out by backslashes", { name: "a\\..\\x.csv" }, "leads out"],
    ["holds a control character", { name: "a\x1b[31m.csv" }, "no path"],
    ["holds a NUL in its name", { name: "x\0.csv" }, "no path"],
    ["is named as the folder that it is in", { name: "a/." }, "no path"],
    ["has content and the name of a folder", { name: "a.csv/" }, "name of a folder"],
    ["is a symbolic link", { mode: 0o120777 }, "symbolic link"],
    ["is a pipe", { mode: 0o010666 }, "pipe"],
    ["has the path of another one", { name: ".//good.csv" }, "the same name"],
    ["is encrypted", { flags: 0x801 }, "encrypted"],
    ["is packed in another way", { method: 14 }, "method 14"],
    ["has the name of another one", { name: "good.csv" }, "the same name"],
    ["shares its bytes", { offset: 0 }, "shares its bytes"],
    ["grows out of all proportion", { size: 2 ** 30 }, "it grows from"],
    ["is larger than it says", { size: 3 }, "not what the directory"],
    ["is smaller than it says", { size: 5 }, "not what the directory"],
    ["has another checksum", { crc32: 7 }, "not what the directory"],
    [
      "has another name where it is",
      { localName: "x/bad.csv" },
      'calls it "x/bad.csv" where it is',
    ],
    ["has no name where it is", { localName: "" }, 'calls it "" where it is'],
    ["is not where it should be", { offset: 20 }, "not where the directory|shares its bytes"],
  ] as const
) {
  Deno.test(`a member that ${what} is not read, and the others are`, ON_DISK, async () => {
    using folder = new TempFolder();
    const bad = { name: "bad.csv", content: "b\n2\n", ...member };
    const archive = folder.write("a.zip", zipOf([GOOD, bad]));
    const results = await Promise.allSettled(listArchive(archive).map(contentOf));
    const values = results.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
    const faults = results.flatMap((one) => one.status === "rejected" ? [String(one.reason)] : []);
    assertEquals(values, ["a\n1\n"]);
    assertEquals(faults.map((one) => new RegExp(fault).test(one)), [true], faults.join());
  });
}

Deno.test("listArchive() rejects what is no whole archive", ON_DISK, () => {
  using folder = new TempFolder();
  const whole = zipOf([GOOD]);
  for (
    const [content, fault] of [
      [whole.subarray(0, whole.length - 1), "cut off"],
      [whole.subarray(whole.length - 22), "cut off"],
      [bytes("a\n1\n"), "cut off"],
      [zipOf([]), "no file in it"],
      [Uint8Array.of(...whole, ...whole), "two archives"],
      [Uint8Array.of(...zipOf([GOOD, GOOD]), ...whole), "two archives"],
      [whole.with(whole.length - 12, 7), "1 members, expected 7"],
      [zipOf([{ name: "a/", content: "" }]), "no file in it"],
    ] as const
  ) {
    const archive = folder.write("a.zip", content);
    const error = assertThrows(() => listArchive(archive), DataError, fault);
    assertEquals(error.code, "file-archive");
  }
});

Deno.test(
  "inventory() lists the files of an archive that it or they are included by",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const members = ["x.csv", "_y.csv", "__MACOSX/x.csv", "n.txt"].map((name) => ({
      ...GOOD,
      name,
    }));
    folder.write("a.zip", zipOf(members));
    folder.write("b.csv", "a\n1\n");
    folder.write("cut.zip", "PK");
    const listed = async (include: readonly string[], archives = true) =>
      (await Array.fromAsync(inventory(folder.path, { include, archives }))).map(({ path }) =>
        path
      );
    assertEquals(await listed(["**/*.csv"]), ["a.zip/x.csv", "b.csv", "cut.zip"]);
    assertEquals(await listed(["*.zip"]), ["a.zip/n.txt", "a.zip/x.csv", "cut.zip"]);
    assertEquals(await listed(["**/*"], false), ["a.zip", "b.csv", "cut.zip"]);
  },
);

Deno.test("inventory() names what is hidden, in archives too", ON_DISK, async () => {
  using folder = new TempFolder();
  const names = ["a.csv", ".x.csv", "f/_y.csv", "__MACOSX/._a.csv", "__MACOSX/b/c.csv", "_n.txt"];
  folder.write("a.zip", zipOf(names.map((name) => ({ ...GOOD, name }))));
  folder.write(".b.zip", zipOf([GOOD]));
  for (const path of ["_z.csv", "_z.txt", ".git/x.csv", "_y=1/c.csv", "b.csv._COPYING_"]) {
    folder.write(path, "a\n1\n");
  }
  const hidden = async (options: InventoryOptions) => {
    const found: string[] = [];
    const how = { archives: true, onHidden: (path: string) => void found.push(path), ...options };
    const listed = await Array.fromAsync(inventory(folder.path, how));
    return [listed.map(({ path }) => path), found.sort()];
  };
  const inZip = ["a.zip/.x.csv", "a.zip/__MACOSX/", "a.zip/f/_y.csv"];
  assertEquals(await hidden({ include: ["**/*.csv"] }), [
    ["_y=1/c.csv", "a.zip/a.csv"],
    [".b.zip", ".git/", "_z.csv", ...inZip],
  ]);
  assertEquals(await hidden({ exclude: [".git/**", "*.zip", "_z*", "**/*.zip/**"] }), [
    ["_y=1/c.csv"],
    [],
  ]);
  // Those that a pattern asks for are listed, or were not asked for.
  assertEquals(await hidden({ include: ["**/_*.csv"] }), [
    ["_z.csv", "a.zip/f/_y.csv"],
    [],
  ]);
});

Deno.test(
  "inventory() reads the files of an archive by the paths that their names mean",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const names = ["./x.csv", "a//y.csv", "./b/./z.csv", "./_hidden.csv", ".", "n\0.csv"];
    const members = names.map((name) => ({ ...GOOD, name, mode: 0o100644 }));
    folder.write("a.zip", zipOf([{ name: "./", content: "" }, ...members]));
    const listed = await Array.fromAsync(inventory(folder.path, { archives: true }));
    assertEquals(listed.map(({ path, packed }) => [path, packed?.fault?.message]), [
      ["a.zip/.", "its name is no path in UTF-8"],
      ["a.zip/a/y.csv", undefined],
      ["a.zip/b/z.csv", undefined],
      ["a.zip/n\ufffd.csv", "its name is no path in UTF-8"],
      ["a.zip/x.csv", undefined],
    ]);
    const good = listed.filter(({ packed }) => packed?.fault === undefined);
    assertEquals(await Promise.all(good.map(contentOf)), good.map(() => "a\n1\n"));
  },
);

Deno.test(
  "listArchive() finds the end of an archive before a comment that looks like one",
  ON_DISK,
  () => {
    using folder = new TempFolder();
    const whole = zipOf([GOOD]);
    const comment = Uint8Array.of(0x50, 0x4b, 5, 6, ...new Uint8Array(18), 0x7a, 0x7a);
    const content = Uint8Array.of(...whole.with(whole.length - 2, comment.length), ...comment);
    const files = listArchive(folder.write("a.zip", content));
    assertEquals(files.map(({ path }) => path), ["a.zip/good.csv"]);
  },
);
