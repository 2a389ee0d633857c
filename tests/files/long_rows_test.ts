import { assert, assertEquals, assertRejects } from "@std/assert";
import { parse } from "@std/csv";
import { gunzipSync, gzipSync } from "node:zlib";
import { DataError, type Reject } from "../../lib/errors/mod.ts";
import {
  type Dialect,
  type FileEntry,
  listArchive,
  mergeFiles,
  prepareFile,
  splitFile,
} from "../../lib/files/mod.ts";
import fc from "../_property.ts";
import { runs } from "../_sample.ts";
import { bytes, ON_DISK, TempFolder, text } from "./_support.ts";
import { zipOf } from "./_zip.ts";

const LIMIT = 100;

async function prepare(folder: TempFolder, entry: FileEntry, dialect: Dialect = {}) {
  const rejects: Reject[] = [];
  const target = folder.at("target.csv.gz");
  const onReject = (reject: Reject) => rejects.push(reject);
  const how = { maxRowBytes: LIMIT, ...dialect };
  const result = await prepareFile(entry, target, { onReject, dialect: how });
  return { content: text(gunzipSync(Deno.readFileSync(target))), result, rejects };
}

/** Whole rows, if they were taken for such, are in the letter. */
const LETTER = "Dear Ms Ó, see\nline 1,x\nline 2,y\n".repeat(10);
const LETTERS = `id,note\n1,a\n2,"${LETTER}"\n3,"b ""c"""\n4,d\n`;

function latin(content: string): Uint8Array {
  return Uint8Array.from(content, (character) => character.charCodeAt(0));
}

function utf16(content: string): Uint8Array {
  const codes = [...`\ufeff${content}`].map((character) => character.charCodeAt(0));
  return Uint8Array.from(codes.flatMap((code) => [code & 0xff, code >> 8]));
}

for (
  const [name, content, dialect] of [
    ["a.csv", LETTERS, {}],
    ["a.csv.gz", gzipSync(LETTERS), {}],
    ["a.tsv", LETTERS.replaceAll(",", "\t"), {}],
    ["crlf.csv", LETTERS.replaceAll("\n", "\r\n"), {}],
    ["cr.csv", LETTERS.replaceAll("\n", "\r"), {}],
    ["mark.csv", `\ufeff${LETTERS}`, {}],
    ["latin.csv", latin(LETTERS), { encoding: "latin-1" }],
    ["wide.csv", utf16(LETTERS), { encoding: "utf-16" }],
    ["escape.csv", LETTERS.replaceAll('""', '\\"'), { escape: "\\" }],
    ["quote.csv", LETTERS.replaceAll('"', "'").replaceAll("''", '"'), { quote: "'" }],
  ] as const
) {
  Deno.test(
    `prepareFile() rejects a row of ${name} that is too long as one, with the lines in its values`,
    ON_DISK,
    async () => {
      using folder = new TempFolder();
      const entry = folder.write(name, content);
      const { content: written, result, rejects } = await prepare(folder, entry, dialect);
      const rows = parse(written.replaceAll("\t", ","));
      assertEquals(rows, [["id", "note"], ["1", "a"], ["3", 'b "c"'], ["4", "d"]]);
      assertEquals(rejects.map(({ code, place }) => [code, place.line]), [["row-too-long", 3]]);
      assertEquals([result.rowsRead, result.rowsWritten, result.rejected], [4, 3, 1]);
    },
  );
}

Deno.test(
  "prepareFile() finds the end of a value that is too long in an archive",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const archive = folder.write("a.zip", zipOf([{ name: "a.csv", content: LETTERS }]));
    const { rejects } = await prepare(folder, listArchive(archive)[0] ?? archive);
    assertEquals(rejects.map(({ code }) => code), ["row-too-long"]);
  },
);

Deno.test("prepareFile() finds the end of a value where what is read is cut", ON_DISK, async () => {
  using folder = new TempFolder();
  const head = 'id,note\n1,"x\n';
  for (let at = -3; at <= 3; at++) {
    for (const size of [1 << 16, 1 << 17]) {
      // The quote that closes it comes right there.
      const length = size - head.length + at;
      const value = "a".repeat(length % 6) + 'a,b\n""'.repeat(length / 6);
      for (const end of ['",\n', '"\n']) {
        const entry = folder.write("a.csv", `${head}${value}${end}2,b\n`);
        const { content, rejects } = await prepare(folder, entry);
        assertEquals(content, "id,note\n2,b\n");
        assertEquals(rejects.map(({ code }) => code), ["row-too-long"]);
      }
      const open = folder.write("b.csv", `${head}${value}"x"\n2,b\n`);
      const { content, rejects } = await prepare(folder, open);
      assert(content.endsWith("\n2,b\n"));
      assertEquals(rejects[0]?.code, "row-quote");
      assert(rejects.length > size / 6 - 20, `only ${rejects.length} lines are rejected`);
    }
  }
});

Deno.test(
  "prepareFile() takes quotes as stray that are never closed, one after another",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const block = '0,"x\n' + "1,y\n".repeat(50_000);
    const { content, rejects, result } = await prepare(
      folder,
      folder.write("a.csv.gz", gzipSync(`id,note\n${block.repeat(10)}`)),
    );
    // A quote takes the lines up to the limit and the one that the limit is in.
    const lines = Math.ceil((LIMIT - 5 + 1) / 4);
    assertEquals(rejects.length, 10 * (1 + lines));
    assertEquals(new Set(rejects.map(({ code }) => code)), new Set(["row-quote"]));
    assertEquals(result.rowsWritten, 10 * (50_000 - lines));
    assertEquals(content, `id,note\n${"1,y\n".repeat(result.rowsWritten)}`);
  },
);

/** Fields of one file, and how it is written. */
const anyField = fc.array(
  fc.constantFrom("a", "Ó", ",", '"', "\n", "\r\n", "x,y\n", "a".repeat(30), "l,m\n".repeat(12)),
  { maxLength: 6 },
).map((parts) => parts.join(""));
const anyFile = fc.record({
  rows: fc.array(fc.tuple(anyField, anyField), { minLength: 1, maxLength: 12 }),
  quotesAll: fc.boolean(),
  lineEnd: fc.constantFrom("\n", "\r\n"),
  isClosed: fc.boolean(),
  packing: fc.constantFrom("csv", "csv.gz", "zip", "latin", "wide"),
});

Deno.test(
  "prepareFile() writes exactly the rows that are not too long, and rejects each other one once",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    let longRows = 0;
    await fc.assert(
      fc.asyncProperty(anyFile, async ({ rows, quotesAll, lineEnd, isClosed, packing }) => {
        const written = rows.map((row) =>
          row.map((field) =>
            quotesAll || field === "" || /[",\r\n]/.test(field)
              ? `"${field.replaceAll('"', '""')}"`
              : field
          ).join(",")
        );
        const all = ["k,v", ...written].join(lineEnd) + (isClosed ? lineEnd : "");
        const [entry, dialect] = fileOf(folder, all, packing);
        const { content, rejects } = await prepare(folder, entry, dialect);
        const isLong = written.map((row) => bytes(row).length > LIMIT);
        const kept = ["k,v", ...written.filter((_, at) => !isLong[at])];
        assertEquals(content, kept.map((row) => `${row}\n`).join(""));
        const linesOf = (row: string) => row.split(/\r\n|\r|\n/).length;
        const lines = written.map((_, at) =>
          2 + written.slice(0, at).reduce((sum, row) => sum + linesOf(row), 0)
        );
        assertEquals(
          rejects.map(({ code, place }) => `${code} ${place.line}`),
          lines.filter((_, at) => isLong[at]).map((line) => `row-too-long ${line}`),
        );
        longRows += rejects.length;
      }),
      { numRuns: runs(200) },
    );
    assert(longRows > 50, `only ${longRows} rows were too long`);
  },
);

function fileOf(folder: TempFolder, content: string, packing: string): [FileEntry, Dialect] {
  if (packing === "csv.gz") return [folder.write("a.csv.gz", gzipSync(content)), {}];
  if (packing === "latin") {
    return [folder.write("latin.csv", latin(content)), { encoding: "latin-1" }];
  }
  if (packing === "wide") return [folder.write("wide.csv", utf16(content)), { encoding: "utf-16" }];
  if (packing === "csv") return [folder.write("a.csv", content), {}];
  const archive = folder.write("a.zip", zipOf([{ name: "a.csv", content }]));
  return [listArchive(archive)[0] ?? archive, {}];
}

Deno.test(
  "splitFile() and mergeFiles() say of a value that is too long that it is",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const letter = "line,of a letter\n".repeat(1 << 17);
    const rows = "1,a\n".repeat(100_000);
    const good = folder.write("good.csv", "id,note\n1,a\n");
    for (
      const [end, code] of [['"\n2,b\n', "row-too-long"], ["\n", "row-quote"], [
        '"x\n',
        "row-quote",
      ]] as const
    ) {
      const entry = folder.write("a.csv", `id,note\n${rows}1,"${letter}${end}`);
      const faults = [
        await assertRejects(() => splitFile(entry, folder.path), DataError),
        await assertRejects(() => mergeFiles([good, entry], folder.at("all.csv")), DataError),
      ];
      for (const { code: found, context } of faults) {
        assertEquals([found, context["line"]], [code, 100_002]);
      }
      const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name);
      assertEquals(names.includes("all.csv"), false);
    }
  },
);
