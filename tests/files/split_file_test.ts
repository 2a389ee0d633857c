import { assert, assertEquals, assertRejects } from "@std/assert";
import { parse } from "@std/csv";
import fc from "../_property.ts";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { gunzipSync, gzipSync, zstdCompressSync } from "node:zlib";
import { DataError, StorageError } from "../../lib/errors/mod.ts";
import { fileEntry, type FilePart, mergeFiles, splitFile } from "../../lib/files/mod.ts";
import { exists } from "../../lib/io/mod.ts";
import { bytes, ON_DISK, TempFolder, text } from "./_support.ts";
import { granted } from "../_granted.ts";
import { runs } from "../_sample.ts";

const TEMPORARY = granted("env") ? tmpdir() : "/tmp";

function contentOf({ path }: FilePart): string {
  const raw = Deno.readFileSync(path);
  return text(path.endsWith(".gz") ? gunzipSync(raw) : raw);
}

Deno.test(
  "splitFile() cuts between records, repeats the header and numbers the parts",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const entry = folder.write("big.csv", 'id,note\n1,"a\nb"\n2,"c,""d"\n3,e\n');
    const parts = await splitFile(entry, folder.path, { targetBytes: 18, gzip: false });
    assertEquals(parts.map((part) => part.name), [
      "part-00000.csv",
      "part-00001.csv",
      "part-00002.csv",
    ]);
    assertEquals(parts.map(contentOf), [
      'id,note\n1,"a\nb"\n',
      'id,note\n2,"c,""d"\n',
      "id,note\n3,e\n",
    ]);
    assertEquals(parts.map((part) => part.rows), [1, 1, 1]);
    assertEquals(
      parts.map((part) => part.contentBytes),
      parts.map((part) => contentOf(part).length),
    );
  },
);

Deno.test(
  "splitFile() gives the same bytes from plain and compressed files, each time",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const rows = Array.from({ length: 20_000 }, (_, i) => `${i},${i * 7919 % 1000},some text\n`)
      .join("");
    const plain = folder.write("a.csv", `id,value,text\n${rows}`);
    const packed = folder.write("b.csv.gz", gzipSync(bytes(`id,value,text\n${rows}`)));
    const frames = folder.write("c.csv.zst", zstdCompressSync(bytes(`id,value,text\n${rows}`)));
    const hashes = [];
    for (const [index, entry] of [plain, packed, frames, plain].entries()) {
      Deno.mkdirSync(folder.at(String(index)));
      const parts = await splitFile(entry, folder.at(String(index)), { targetBytes: 100_000 });
      assert(parts.length > 3 && parts.every((part) => part.contentBytes <= 100_000));
      assertEquals(parts.reduce((sum, part) => sum + part.rows, 0), 20_000);
      hashes.push(parts.map((part) => part.sha256).join());
    }
    assertEquals(new Set(hashes).size, 1);
  },
);

Deno.test(
  "splitFile() loses and changes no record of JSON lines, whatever the target",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const record = fc.string({ unit: "grapheme" }).map((value) => JSON.stringify({ value }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1 }),
        fc.integer({ min: 1, max: 300 }),
        async (records, targetBytes) => {
          const entry = folder.write("records.jsonl", records.join("\n"));
          const parts = await splitFile(entry, folder.path, { targetBytes });
          assertEquals(parts.map(contentOf).join(""), records.join("\n"));
          assertEquals(parts.reduce((sum, part) => sum + part.rows, 0), records.length);
          for (const part of parts) assert(part.contentBytes <= targetBytes || part.rows === 1);
        },
      ),
      { numRuns: runs(40) },
    );
  },
);

Deno.test("splitFile() leaves out the byte order mark and empty lines", ON_DISK, async () => {
  using folder = new TempFolder();
  const csv = await splitFile(folder.write("a.csv", "\ufeffid\r\n\r\n1\r\n"), folder.path, {
    gzip: false,
  });
  assertEquals(csv.map(contentOf), ["id\r\n1\r\n"]);
  const json = await splitFile(folder.write("b.jsonl", '\ufeff{"a":1}\n\n{"a":2}'), folder.path, {
    gzip: false,
  });
  assertEquals(json.map(contentOf), ['{"a":1}\n{"a":2}']);
});

/** A file that is large enough for a thread of its own that hashes. */
function largeFile(folder: TempFolder) {
  const line = `${"x".repeat((1 << 20) - 1)}\n`;
  return folder.write("large.jsonl", line.repeat(65));
}

Deno.test("splitFile() says the sha256 of each large part that it wrote", ON_DISK, async () => {
  using folder = new TempFolder();
  const how = { targetBytes: 30 << 20, gzip: false };
  const parts = await splitFile(largeFile(folder), folder.path, how);
  assertEquals(parts.map(({ rows }) => rows), [30, 30, 5]);
  for (const { path, sha256 } of parts) {
    assertEquals(sha256, createHash("sha256").update(Deno.readFileSync(path)).digest("hex"));
  }
});

Deno.test("splitFile() hashes large parts without the permission to read its own program", {
  ...ON_DISK,
  permissions: { read: [TEMPORARY], write: [TEMPORARY] },
}, async () => {
  using folder = new TempFolder();
  const parts = await splitFile(largeFile(folder), folder.path, { gzip: false });
  const whole = createHash("sha256").update(Deno.readFileSync(folder.at("large.jsonl")));
  assertEquals(parts.map(({ sha256 }) => sha256), [whole.digest("hex")]);
});

Deno.test(
  "splitFile() fails if a large part has not the bytes that it wrote",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    let isFirst = true;
    const onRead = () => {
      if (!isFirst || !exists(folder.at("part-00000.jsonl"))) return;
      isFirst = false;
      using part = Deno.openSync(folder.at("part-00000.jsonl"), { write: true });
      part.seekSync(40 << 20, Deno.SeekMode.Start);
      part.writeSync(bytes("x"));
    };
    const how = { targetBytes: 30 << 20, gzip: false, onRead };
    const error = await assertRejects(
      () => splitFile(largeFile(folder), folder.path, how),
      StorageError,
    );
    assertEquals(error.code, "storage-damaged");
  },
);

Deno.test(
  "splitFile() finds each row in a long file, also near rows that are odd",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const odd = ['7,5" disk\n', '8,"a\nb"\r\n', "9\r", `10,"${"long\n".repeat(40_000)}"\n`];
    const rows = Array.from({ length: 60_000 }, (_, at) => odd[at % 17_001] ?? `${at},"x, y"\n`);
    const content = `id,note\n${
      rows.map((row, at) => at % 20_000 === 9 ? `\n${row}` : row).join("")
    }`;
    const how = { targetBytes: 300_000, gzip: false };
    const parts = await splitFile(folder.write("a.csv", content), folder.path, how);
    const texts = parts.map((part) => contentOf(part).slice("id,note\n".length));
    assertEquals(texts.join(""), rows.join(""));
    assertEquals(parts.reduce((sum, part) => sum + part.rows, 0), rows.length);
  },
);

Deno.test("splitFile() names the line of what it cannot cut after many rows", ON_DISK, async () => {
  using folder = new TempFolder();
  const rows = '1,"a\nb"\n'.repeat(100_000);
  const entry = folder.write("a.csv", `id,note\n${rows}2,"c"d\n${rows}`);
  const error = await assertRejects(() => splitFile(entry, folder.path), DataError);
  assertEquals(error.code, "row-quote");
  assertEquals(error.context["line"], 200_002);
});

Deno.test("splitFile() refuses what it cannot cut", ON_DISK, async () => {
  using folder = new TempFolder();
  const cases = [
    ["a.csv", "", "file-empty"],
    ["b.jsonl", "", "file-empty"],
    ["c.csv", 'id\n"1\n2\n', "row-quote"],
    ["d.parquet", "x", "file-type"],
    ["sheet.csv", "PK\x03\x04 xl/\n1\n", "file-kind"],
    ["wide.csv", Uint8Array.of(0xff, 0xfe, 0x61, 0, 10, 0, 0x61, 0, 10, 0), "file-encoding"],
    ["wide.jsonl", "{\0\n\0}\0\n\0", "file-encoding"],
    ["e.csv.gz", "no gzip", "file-corrupt"],
    ["e.csv.zst", "no zstd", "file-corrupt"],
  ] as const;
  for (const [name, content, code] of cases) {
    const error = await assertRejects(
      () => splitFile(folder.write(name, content), folder.path),
      DataError,
    );
    assertEquals(error.code, code, name);
  }
  await assertRejects(
    () => splitFile(folder.write("f.csv", "id\n1\n"), folder.path, { targetBytes: 0 }),
    RangeError,
  );
});

Deno.test(
  "splitFile() and mergeFiles() give back the same bytes, and each part parses alone",
  ON_DISK,
  async () => {
    const cell = fc.array(fc.constantFrom("a", "é", ",", '"', "\n", "\r\n", " ", "7"), {
      maxLength: 5,
    }).map((parts) => parts.join(""));
    const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom("\n", "\r\n"),
        fc.boolean(),
        fc.integer({ min: 1, max: 60 }),
        async (rows, end, isClosed, targetBytes) => {
          using folder = new TempFolder();
          const quoted = rows.map((cells) =>
            cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(",")
          );
          const content = ["x,y", ...quoted].join(end) + (isClosed ? end : "");
          const entry = folder.write("whole.csv", content);
          const parts = await splitFile(entry, folder.path, { targetBytes, gzip: false });
          for (const part of parts) {
            assertEquals(parse(contentOf(part), { fieldsPerRecord: 2 }).length, part.rows + 1);
          }
          const entries = parts.map(({ name, path }) => fileEntry(name, path, Deno.statSync(path)));
          const { sha256 } = await mergeFiles(entries, folder.at("again.csv"));
          assertEquals(sha256, createHash("sha256").update(content).digest("hex"));
        },
      ),
      { numRuns: runs(30) },
    );
  },
);

Deno.test(
  "splitFile() cuts by rows as well as by bytes, whichever comes first",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    for (const [name, head] of [["a.csv", "id\n"], ["a.jsonl", ""]] as const) {
      const rows = Array.from({ length: 10 }, (_, at) => `${at === 5 ? "5".repeat(40) : at}\n`);
      const entry = folder.write(name, head + rows.join(""));
      Deno.mkdirSync(folder.at(`${name}.parts`));
      const how = { targetRows: 4, targetBytes: 42 + head.length, gzip: false };
      const parts = await splitFile(entry, folder.at(`${name}.parts`), how);
      assertEquals(parts.map(({ rows }) => rows), [4, 1, 1, 4]);
      const texts = parts.map(({ path }) => Deno.readTextFileSync(path));
      assertEquals(texts.map((text) => text.slice(head.length)).join(""), rows.join(""));
    }
  },
);

Deno.test(
  "splitFile() gives a part with the header of a file without rows, which merges to the same file",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    for (const [at, content] of ["id,v\n", "id,v", '"a\nb"\r\n'].entries()) {
      Deno.mkdirSync(folder.at(String(at)));
      const parts = await splitFile(folder.write("a.csv", content), folder.at(String(at)));
      assertEquals(parts.map(({ name, rows }) => [name, rows]), [["part-00000.csv.gz", 0]]);
      const merged = folder.at("merged.csv");
      const entries = parts.map(({ name, path }) => fileEntry(name, path, Deno.statSync(path)));
      await mergeFiles(entries, merged);
      assertEquals(Deno.readTextFileSync(merged), content);
    }
  },
);
