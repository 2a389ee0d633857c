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
