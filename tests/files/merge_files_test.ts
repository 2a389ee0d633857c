import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { DataError } from "../../lib/errors/mod.ts";
import { fileEntry, mergeFiles, splitFile } from "../../lib/files/mod.ts";
import { ON_DISK, TempFolder, text } from "./_support.ts";

Deno.test("mergeFiles() puts rows after each other under one header", ON_DISK, async () => {
  using folder = new TempFolder();
  const entries = [
    folder.write("a.csv", "id,note\n1,a\n"),
    folder.write("b.csv", '"id",note\r\n2,b'),
    folder.write("c.csv", "id,note\n"),
  ];
  const merged = await mergeFiles(entries, folder.at("all.csv"));
  assertEquals(Deno.readTextFileSync(folder.at("all.csv")), "id,note\n1,a\n2,b\n");
  assertEquals([merged.name, merged.rows], ["all.csv", 2]);
});

Deno.test("mergeFiles() is the inverse of splitFile()", ON_DISK, async () => {
  using folder = new TempFolder();
  const rows = Array.from({ length: 500 }, (_, i) => `{"id":${i}}\n`).join("");
  const parts = await splitFile(folder.write("a.jsonl", rows), folder.path, { targetBytes: 1000 });
  const entries = parts.map(({ name, path }) => fileEntry(name, path, Deno.statSync(path)));
  await mergeFiles(entries, folder.at("all.jsonl.gz"));
  assertEquals(text(gunzipSync(Deno.readFileSync(folder.at("all.jsonl.gz")))), rows);
});

Deno.test(
  "mergeFiles() refuses another header or format and leaves nothing behind",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const first = folder.write("a.csv", "id\n1\n");
    for (
      const [name, content, code] of [["b.csv", "ID\n2\n", "file-header"], [
        "c.tsv",
        "id\n",
        "file-type",
      ]] as const
    ) {
      const entries = [first, folder.write(name, content)];
      const error = await assertRejects(() => mergeFiles(entries, folder.at("all.csv")), DataError);
      assertEquals(error.code, code);
      assertThrows(() => Deno.statSync(folder.at("all.csv")), Deno.errors.NotFound);
    }
    await assertRejects(() => mergeFiles([], folder.at("all.csv")), RangeError);
  },
);

Deno.test(
  "mergeFiles() takes a byte order mark and CRLF for no other header",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const names = ["lf.csv", "bom.csv", "crlf.csv"];
    const contents = ["id,v\n1,a\n", "\ufeffid,v\n2,b\n", "id,v\r\n3,c\r\n"];
    for (const first of [0, 1, 2]) {
      const order = [first, ...[0, 1, 2].filter((at) => at !== first)];
      const entries = order.map((at) => folder.write(names[at] ?? "", contents[at] ?? ""));
      assertEquals((await mergeFiles(entries, folder.at("all.csv"))).rows, 3);
      const merged = Deno.readTextFileSync(folder.at("all.csv"));
      assertEquals(merged.replaceAll("\r", "").match(/id,v\n/g)?.length, 1, merged);
    }
  },
);

Deno.test("mergeFiles() names both files and headers that differ", ON_DISK, async () => {
  using folder = new TempFolder();
  const latin = (name: string, byte: number) => {
    const entry = folder.write(name, "xx,v\n1,a\n");
    Deno.writeFileSync(entry.absolutePath, new Uint8Array([byte, 0x2c, 0x76, 0x0a]));
    return fileEntry(name, entry.absolutePath, Deno.statSync(entry.absolutePath));
  };
  for (
    const [a, b] of [
      [folder.write("one.csv", '"a,b"\n1\n'), folder.write("two.csv", "a,b\n1,2\n")],
      // Two letters of Latin-1; as UTF-8 both would be the same replacement character.
      [latin("e_acute.csv", 0xe9), latin("e_grave.csv", 0xe8)],
    ] as const
  ) {
    const { code, message } = await assertRejects(
      () => mergeFiles([a, b], folder.at("all.csv")),
      DataError,
    );
    assertEquals(code, "file-header");
    const start = `Cannot merge "${b.path}": expected the header of "${a.path}", [`;
    assertEquals(message.slice(0, start.length), start);
  }
});
