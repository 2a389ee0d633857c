import { everyTest } from "../_sample.ts";
import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { createHash, hash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { DataError } from "../../lib/errors/mod.ts";
import { fileEntry, mergeFiles, mergeToSize, splitFile } from "../../lib/files/mod.ts";
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

everyTest(
  "mergeFiles() copies gzip members of JSON lines, and gives the same lines as without",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const lines = Array.from({ length: 3000 }, (_, i) => `{"id":"${hash("sha256", `${i}`)}"}`);
    const open = lines.join("\n");
    const [first, second] = [gzipSync(open), gzipSync(`${open}\n`)];
    for (
      const [isCopied, ...contents] of [
        [true, first, gzipSync(open + open), gzipSync("")],
        [false, first, gzipSync(`\ufeff${open}`)],
        [false, gzipSync(`${open}\n\r\n`), second],
        [false, Uint8Array.of(...second, 0, 0, 0), first],
      ] as const
    ) {
      const entries = contents.map((content, at) => folder.write(`${at}.jsonl.gz`, content));
      const [fast, slow] = [folder.at("fast.jsonl.gz"), folder.at("slow.jsonl.gz")];
      const merged = await mergeFiles(entries, fast);
      const plain = await mergeFiles(entries, slow, { level: 4 });
      assertEquals(contentOf(fast), contentOf(slow));
      assertEquals([merged.rows, merged.contentBytes], [plain.rows, plain.contentBytes]);
      assertEquals(merged.sha256, hash("sha256", Deno.readFileSync(fast)));
      assertEquals(merged.sha256 !== plain.sha256, isCopied);
    }
    const damaged = folder.write("1.jsonl.gz", first.with(first.length - 6, 1));
    const entries = [folder.write("0.jsonl.gz", second), damaged];
    const target = folder.at("x.jsonl.gz");
    await assertRejects(() => mergeFiles(entries, target), DataError, "1.jsonl.gz");
    assertThrows(() => Deno.statSync(target), Deno.errors.NotFound);
  },
);

function contentOf(path: string): string {
  return text(gunzipSync(Deno.readFileSync(path)));
}

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

Deno.test(
  "mergeFiles() refuses a row that has not the columns of its header",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const entries = [folder.write("a.csv", "id,v\n1,a\n"), folder.write("b.csv", "id,v\n2\n")];
    const merge = () => mergeFiles(entries, folder.at("all.csv"));
    const { code, message } = await assertRejects(merge, DataError);
    assertEquals(code, "row-columns");
    assertStringIncludes(message, 'Cannot merge "b.csv": line 2, expected 2 columns, found 1');
  },
);

Deno.test("mergeFiles() refuses other columns after many rows, too", ON_DISK, async () => {
  using folder = new TempFolder();
  const rows = 'a,"1,\n2"\n'.repeat(60_000);
  const entries = [folder.write("a.csv", `id,v\n${rows}`)];
  const whole = await mergeFiles(entries, folder.at("all.csv"));
  assertEquals(whole.rows, 60_000);
  entries.push(folder.write("b.csv", `id,v\n${rows}2\n${rows}`));
  const { code, message } = await assertRejects(
    () => mergeFiles(entries, folder.at("more.csv")),
    DataError,
  );
  assertEquals(code, "row-columns");
  assertStringIncludes(message, "line 120002, expected 2 columns, found 1");
});

Deno.test("mergeToSize() packs whole files and says what is in which part", ON_DISK, async () => {
  using folder = new TempFolder();
  const sizes = [20, 30, 12, 99, 17];
  const entries = sizes.map((size, at) =>
    folder.write(`${at}.csv`, `id\n${"x".repeat(size - 6)}${at}\n`)
  );
  Deno.mkdirSync(folder.at("out"));
  const options = { targetBytes: 50, gzip: false };
  const parts = await mergeToSize(entries, folder.at("out"), options);
  const packed = parts.map(({ inputs }) => inputs.map(({ path }) => path));
  assertEquals(packed, [["0.csv", "1.csv"], ["2.csv", "4.csv"], ["3.csv"]]);
  const { files } = JSON.parse(Deno.readTextFileSync(folder.at("out/_manifest.json")));
  assertEquals(files.map((file: { path: string }) => file.path), parts.map(({ name }) => name));
  for (const { path, rows, sha256, inputs } of files) {
    const content = Deno.readTextFileSync(folder.at(`out/${path}`));
    const bodies = inputs.map(({ path }: { path: string }) =>
      Deno.readTextFileSync(folder.at(path)).slice(3)
    );
    assertEquals(content, `id\n${bodies.join("")}`);
    assertEquals([rows, sha256], [inputs.length, hashOf(content)]);
    for (const one of inputs) {
      const bytes = Deno.readTextFileSync(folder.at(one.path));
      assertEquals(one, { path: one.path, rows: 1, bytes: bytes.length, sha256: hashOf(bytes) });
    }
  }
});

Deno.test("mergeToSize() refuses another header in another part, too", ON_DISK, async () => {
  using folder = new TempFolder();
  const entries = [folder.write("a.csv", "id,v\n1,a\n"), folder.write("b.csv", "v,id\nb,2\n")];
  const merge = () => mergeToSize(entries, folder.path, { targetBytes: 10 });
  assertEquals((await assertRejects(merge, DataError)).code, "file-header");
  await assertRejects(() => mergeToSize(entries, folder.path, { targetBytes: 0 }), RangeError);
});

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
