import { assertEquals } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { DataError, type Reject } from "../../lib/errors/mod.ts";
import {
  type FileEntry,
  hashEntry,
  prepareFile,
  type PrepareFileOptions,
} from "../../lib/files/mod.ts";
import fc from "../_property.ts";
import { runs } from "../_sample.ts";
import { ON_DISK, TempFolder, text } from "./_support.ts";

type Options = Partial<PrepareFileOptions>;

/** Everything that can be told of a file: what became of it, and what was said about it. */
async function outcome(folder: TempFolder, entry: FileEntry, options: Options) {
  const rejects: Reject[] = [];
  const target = folder.at("target.csv.gz");
  try {
    const onReject = (reject: Reject) => rejects.push({ ...reject, raw: reject.raw.slice() });
    const result = await prepareFile(entry, target, { onReject, ...options });
    return { result, rejects, content: text(gunzipSync(Deno.readFileSync(target))) };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { code: error.code, message: error.message, context: error.context, rejects };
  }
}

/** A file that was hashed is read as one that was not, and says how it came out. */
async function sameBothWays(name: string, content: Uint8Array | string, options: Options) {
  using folder = new TempFolder();
  const entry = folder.write(name, content);
  const plain = await outcome(folder, entry, options);
  await hashEntry(entry);
  assertEquals(await outcome(folder, entry, options), plain);
  return plain;
}

const NAMES = ["id", "name", "Ä x", ""];
const VALUE = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("1", "a b", "é", "x".repeat(70)) },
  { weight: 3, arbitrary: fc.constantFrom("", '"q,r"', '"a ""b"" c"') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "id",
      "ID",
      '"id"',
      " id",
      "identity",
      '"l\nm"',
      'a"b',
      '"a"b',
      "\0",
      "{",
      "\ufeffid",
    ),
  },
);
const END = fc.oneof(
  { weight: 30, arbitrary: fc.constant("\n") },
  { weight: 1, arbitrary: fc.constantFrom("\r\n", "\r", "\n\n", "\n#c\n") },
);
const FILE = fc.record({
  columns: fc.integer({ min: 1, max: 4 }),
  extra: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.integer({ min: -1, max: 1 })),
  start: fc.oneof(
    { weight: 12, arbitrary: fc.constant("") },
    fc.constantFrom("\ufeff", "\n", "[", "{"),
  ),
  last: fc.boolean(),
  rows: fc.array(fc.tuple(fc.array(VALUE, { minLength: 4, maxLength: 4 }), END, fc.boolean()), {
    maxLength: 40,
  }),
});

Deno.test(
  "prepareFile() finds in a file that was hashed what it finds in one that was not",
  ON_DISK,
  async () => {
    let good = 0;
    await fc.assert(
      fc.asyncProperty(FILE, async ({ columns, extra, start, last, rows }) => {
        const names = NAMES.slice(0, columns);
        const lines = rows.map(([values, end, isHeader]) =>
          isHeader && values[0] === "1" && end !== "\n"
            ? `${names.join()}${end}`
            : `${
              values.slice(0, Math.max(1, columns + (values[1] === "é" ? extra : 0))).join()
            }${end}`
        );
        const all = `${start}${names.join()}\n${lines.join("")}`;
        const content = last ? all : all.slice(0, -1);
        const found = await sameBothWays("a.csv", content, { columns: names });
        if (found.content === content) good++;
      }),
      { numRuns: runs(400) },
    );
    if (good === 0) throw new Error("No file was good as it is");
  },
);

const ROWS = "id,name\n1,a\n2,b\n";
const ODD: Readonly<Record<string, readonly [content: string | Uint8Array, options?: Options]>> = {
  "good rows": [ROWS],
  "the header of another stream": [ROWS, { columns: ["id", "nome"] }],
  "another order": [ROWS, { columns: ["name", "id"] }],
  "names with commas": ['"a,b",c\n1,2\n', { columns: ["a,b", "c"] }],
  "names that join to the same header": ["a,b,c\n1,2,3\n", { columns: ["a,b", "c"] }],
  "names with quotes": ['"a",b\n1,2\n', { columns: ['"a"', "b"] }],
  "no columns yet": [ROWS, { columns: undefined }],
  "CR LF": [ROWS.replaceAll("\n", "\r\n")],
  "no line end": [ROWS.trimEnd()],
  "no rows": ["id,name\n"],
  "nothing": [""],
  "the header once more": [`${ROWS}id,name\n3,c\n`],
  "the header in other letters": [`${ROWS}"ID", Name\n3,c\n`],
  "the header in another order": [`${ROWS}name,id\n3,c\n`],
  "a value like the header": [`${ROWS}id,3\nidentity,4\n`],
  "a row that is too long": [`${ROWS}${"x".repeat(90)},1\n`, { dialect: { maxRowBytes: 50 } }],
  "a value with a line end": ['id,name\n1,"a\nb"\n2,c\n'],
  "one that is rejected": ['id,name\n1,"a\nb"\n2,c\n', {
    verdicts: { "row-line-end": "reject-row" },
  }],
  "too few fields": [`${ROWS}3\n4,d\n`],
  "a quote within a field": [`${ROWS}3,d"e\n`],
  "an empty row": [`${ROWS}\n3,c\n`],
  "a comment": [`${ROWS}#3,c\n`, { dialect: { comment: "#" } }],
  "a footer": [`${ROWS}2,rows\n`, { dialect: { footer: "rows$" } }],
  "semicolons": ["id;name\n1;a\n", { dialect: { delimiter: ";" } }],
  "spaces before fields": ["id, name\n1, a\n", { dialect: { delimiter: ", " } }],
  "other quotes": ["id,name\n1,'a,b'\n", { dialect: { quote: "'" } }],
  "an escape": ['id,name\n1,"a\\"b"\n', { dialect: { escape: "\\" } }],
  "no header": [ROWS, { dialect: { header: "none" } }],
  "a header below": [`x\n${ROWS}`, { dialect: { header: 2 } }],
  "NUL": [`${ROWS}3,\0\n`],
  "no UTF-8": [Uint8Array.of(...new TextEncoder().encode(ROWS), 0x33, 0x2c, 0xe9, 0x0a)],
  "Latin-1": [
    Uint8Array.of(...new TextEncoder().encode(ROWS), 0x33, 0x2c, 0xe9, 0x0a),
    { dialect: { encoding: "latin-1" } },
  ],
  "a mark": [`\ufeff${ROWS}`],
  "JSON": ['{"a":1}\n{"a":2}\n', { columns: ['{"a":1}'] }],
  "HTML": ["<html>\n<b>\n", { columns: ["<html>"] }],
  "the first bytes of Parquet": ["PAR1,b\n1,2\n", { columns: ["PAR1", "b"] }],
  "a size limit": [ROWS, { maxSize: 4 }],
  "a value that is not kept": [ROWS, {
    privacy: { names: ["name"], field: () => undefined, apply: (text) => text },
  }],
  "a check of each row": [ROWS, {
    inspect: ({ id }) => id === "2" ? { message: "it is 2", field: "id" } : undefined,
  }],
};

for (const [what, [content, options]] of Object.entries(ODD)) {
  Deno.test(
    `prepareFile() reads a file with ${what} as before if it was hashed`,
    ON_DISK,
    async () => {
      await sameBothWays("a.csv", content, { columns: ["id", "name"], ...options });
    },
  );
}

Deno.test(
  "prepareFile() reads tabs and JSON lines as before if they were hashed",
  ON_DISK,
  async () => {
    const columns = ["id", "name"];
    await sameBothWays("a.tsv", ROWS.replaceAll(",", "\t"), { columns });
    await sameBothWays("a.tsv", ROWS, { columns });
    await sameBothWays("a.jsonl", ROWS, { columns });
  },
);

Deno.test("prepareFile() takes the header of each stream for itself", ON_DISK, async () => {
  for (const columns of [["id", "name"], ["name", "id"], ["id"], ["id", "name"]]) {
    const found = await sameBothWays("a.csv", ROWS, { columns });
    assertEquals("result" in found && found.result?.rowsWritten === 2, columns.length === 2);
  }
});
