import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { parse } from "@std/csv";
import fc from "../_property.ts";
import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { DataError, type Reject, StorageError } from "../../lib/errors/mod.ts";
import {
  type FileEntry,
  prepareFile,
  type PrepareFileOptions,
  type PrepareFileResult,
  validateFile,
} from "../../lib/files/mod.ts";
import { bytes, ON_DISK, TempFolder, text } from "./_support.ts";
import { runs } from "../_sample.ts";

interface Prepared {
  readonly content: string;
  readonly result: PrepareFileResult;
  readonly rejects: Reject[];
}

async function prepare(
  folder: TempFolder,
  entry: FileEntry,
  options: Partial<PrepareFileOptions> = {},
): Promise<Prepared> {
  const rejects: Reject[] = [];
  const target = folder.at("target.csv.gz");
  const onReject = (reject: Reject) => rejects.push(reject);
  const result = await prepareFile(entry, target, { onReject, ...options });
  return { content: text(gunzipSync(Deno.readFileSync(target))), result, rejects };
}

async function refusal(
  name: string,
  content: string | Uint8Array,
  options: Partial<PrepareFileOptions> = {},
): Promise<DataError> {
  using folder = new TempFolder();
  const entry = folder.write(name, content);
  const error = await assertRejects(() => prepare(folder, entry, options), DataError);
  assertEquals([...Deno.readDirSync(folder.path)].map((file) => file.name), [name]);
  assertEquals(error.context.path, name);
  return error;
}

Deno.test(
  "prepareFile() writes gzip CSV and reports rows, columns, bytes and hash",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const entry = folder.write("a.csv", "date,rain\n2012-01-01,0.5\n2012-01-02,\n");
    let synced = 0;
    const { content, result, rejects } = await prepare(folder, entry, {
      columns: ["date", "rain"],
      sync: (file) => void (synced = file.statSync().size),
    });
    const written = Deno.readFileSync(folder.at("target.csv.gz"));
    assertEquals(content, "date,rain\n2012-01-01,0.5\n2012-01-02,\n");
    assertEquals(rejects, []);
    assertEquals(synced, written.length);
    assertEquals(result, {
      rowsRead: 2,
      rowsWritten: 2,
      rejected: 0,
      blankLines: 0,
      columns: ["date", "rain"],
      columnsFrom: ["date", "rain"],
      bytesIn: entry.size,
      bytesOut: written.length,
      contentBytes: content.length,
      sha256: createHash("sha256").update(written).digest("hex"),
      multiline: false,
      multilineRows: 0,
      footerRows: 0,
      findings: [],
    });
  },
);

for (
  const [what, name, content, expected] of [
    ["removes a byte order mark", "a.csv", "\ufeffa,b\n1,2\n", "a,b\n1,2\n"],
    ["turns CR LF and CR into LF", "a.csv", "a,b\r\n1,2\r3,4\r\n5,6", "a,b\n1,2\n3,4\n5,6\n"],
    ["leaves empty lines out", "a.csv", "\na,b\n\n1,2\n\n\n3,4\n", "a,b\n1,2\n3,4\n"],
    ["keeps values as sent", "a.csv", 'a,b\n" 1 ","2"\n xy ,é\n', 'a,b\n" 1 ","2"\n xy ,é\n'],
    ["turns tabs into commas", "a.tsv", "a\tb\tc\n1\t\t3\n\t\t\n", "a,b,c\n1,,3\n,,\n"],
    ["quotes what a comma breaks", "a.tab", 'a\tb,"c\n1,5\t6"\n', 'a,"b,""c"\n"1,5","6"""\n'],
    ["keeps quoted fields of a TSV", "a.TSV", 'a\tb\n"1\t,""x"\t""\n', 'a,b\n"1\t,""x",""\n'],
    ["takes a single column", "a.csv", "a\n1\n2\n", "a\n1\n2\n"],
  ] as const
) {
  Deno.test(`prepareFile() ${what}`, ON_DISK, async () => {
    using folder = new TempFolder();
    const { content: found, rejects } = await prepare(folder, folder.write(name, content));
    assertEquals(found, expected);
    assertEquals(rejects, []);
  });
}

for (
  const [what, row] of [
    ["in quotes", '"id","name"'],
    ["in capitals", "ID,Name"],
    ["with spaces", "id, name"],
    ["after a byte order mark", "\ufeffid,name"],
    ["in quotes after a byte order mark", '\ufeff"id","name"'],
  ] as const
) {
  Deno.test(`prepareFile() rejects the header once more ${what}`, ON_DISK, async () => {
    using folder = new TempFolder();
    const content = `id,name\n1,a\n${row}\n2,id\nid,b\n`;
    const { content: found, rejects } = await prepare(folder, folder.write("a.csv", content));
    assertEquals(found, "id,name\n1,a\n2,id\nid,b\n");
    assertEquals(rejects.length, 1);
  });
}

Deno.test(
  "prepareFile() refuses a file with a second header in another order, and no value of one column",
  ON_DISK,
  async () => {
    const { code, message } = await refusal("a.csv", "id,name\n1,a\nname,id\nb,2\n");
    assertEquals([code, /another order/.test(message)], ["file-header", true]);
    using folder = new TempFolder();
    const { content } = await prepare(folder, folder.write("a.csv", "name\nName\nNAME\n"));
    assertEquals(content, "name\nName\nNAME\n");
  },
);

Deno.test(
  "prepareFile() rejects a record that is nested too deep, and reads on",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const deep = `{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`;
    const { content, rejects } = await prepare(
      folder,
      folder.write("a.jsonl", `{"a":1}\n${deep}\n{"a":2}\n`),
    );
    assertEquals(content, '{"a":1}\n{"a":2}\n');
    assertEquals(rejects.map(({ code, place }) => [code, place.line]), [["record-invalid", 2]]);
  },
);

for (
  const page of [
    "<!DOCTYPE html>\n<p>a,b",
    "\n<html lang=en>\n<head>",
    '\ufeff<?xml version="1.0"?>\n<a/>',
  ]
) {
  Deno.test(`prepareFile() refuses rows that are ${JSON.stringify(page)}`, ON_DISK, async () => {
    assertEquals((await refusal("a.csv", page)).code, "file-kind");
  });
}

Deno.test("prepareFile() leaves out each byte order mark before a header", ON_DISK, async () => {
  using folder = new TempFolder();
  const written = await prepare(folder, folder.write("a.csv", "\ufeff\ufeffid,v\n1,\ufeffa\n"));
  assertEquals(written.content, "id,v\n1,\ufeffa\n");
  assertEquals(written.result.columns, ["id", "v"]);
});

Deno.test("prepareFile() reads gzip with several members", ON_DISK, async () => {
  using folder = new TempFolder();
  const content = new Uint8Array([...gzipSync("a,b\n1,"), ...gzipSync("2\n")]);
  const prepared = await prepare(folder, folder.write("a.csv.gz", content));
  assertEquals(prepared.content, "a,b\n1,2\n");
  assertEquals(prepared.result.bytesIn, content.length);
});

Deno.test(
  "prepareFile() passes refused lines on with place and bytes and goes on",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const entry = folder.write("in.csv", 'a,b\n1,2\n3\n4,"5"6\n7,8,9\n10,11\n"12\n13,14');
    const { content, result, rejects } = await prepare(folder, entry);
    assertEquals(content, "a,b\n1,2\n10,11\n");
    assertEquals(
      rejects.map(({ code, message, place, raw }) => ({ code, message, place, raw: text(raw) })),
      [
        {
          code: "row-columns",
          message: "expected 2 columns, found 1",
          place: { line: 3, byteOffset: 8, column: 2, source: "in.csv" },
          raw: "3",
        },
        {
          code: "row-quote",
          message: "text follows a closing quote",
          place: { line: 4, byteOffset: 10, column: 6, source: "in.csv" },
          raw: '4,"5"6',
        },
        {
          code: "row-columns",
          message: "expected 2 columns, found 3",
          place: { line: 5, byteOffset: 17, column: 5, source: "in.csv" },
          raw: "7,8,9",
        },
        {
          code: "row-quote",
          message: "a quote is not closed before the end of the file",
          place: { line: 7, byteOffset: 29, column: 1, source: "in.csv" },
          raw: '"12',
        },
        {
          code: "row-quote",
          message: "a quote is not closed before the end of the file; the row begins in line 7",
          place: { line: 8, byteOffset: 33, source: "in.csv" },
          raw: "13,14",
        },
      ],
    );
    assertEquals([result.rowsRead, result.rowsWritten, result.rejected], [7, 2, 5]);
  },
);

Deno.test("prepareFile() refuses rows that are longer than the limit", ON_DISK, async () => {
  using folder = new TempFolder();
  const entry = folder.write("a.csv", `a,b\n1,2\n${"x".repeat(100)},3\n4,5\n`);
  const { content, rejects } = await prepare(folder, entry, {
    dialect: { maxRowBytes: 50 },
  });
  assertEquals(content, "a,b\n1,2\n4,5\n");
  assertEquals(rejects.map((reject) => [reject.code, reject.raw.length]), [["row-too-long", 50]]);
});

Deno.test("prepareFile() says that rows hold line ends inside quotes", ON_DISK, async () => {
  using folder = new TempFolder();
  const entry = folder.write("a.csv", 'a,b\n"1\n2",3\n4,5\n"6\r\n",7\n');
  const { content, result } = await prepare(folder, entry);
  assertEquals(content, 'a,b\n"1\n2",3\n4,5\n"6\r\n",7\n');
  assertEquals([result.multiline, result.multilineRows, result.rowsRead], [true, 2, 3]);
});

Deno.test("prepareFile() writes the same bytes for the same content", ON_DISK, async () => {
  using folder = new TempFolder();
  const content = "a,b\n" + "1,2\n".repeat(100_000);
  const plain = await prepare(folder, folder.write("a.csv", content));
  const packed = await prepare(folder, folder.write("b.csv.gz", gzipSync(content)));
  assertEquals(packed.result.sha256, plain.result.sha256);
});

for (
  const [what, found, expected, reason] of [
    ["file-columns-missing", "a", ["a", "b"], 'header is "a", expected "a", "b" (missing "b")'],
    ["file-columns-extra", "a,b,c", ["a", "b"], '(unknown "c")'],
    ["file-header", "a,x", ["a", "b"], '(missing "b"; unknown "x")'],
    ["file-header-duplicate", "a,b,b", ["a", "b"], '("b" appears twice'],
    ["file-header-duplicate", "id,Id", undefined, '("Id" appears twice'],
    ["file-header", "a;b", ["a", "b"], 'header is "a;b", expected'],
    ["file-delimiter", "a;b", undefined, "another delimiter in its name"],
    ["file-header", '"a"x,b', undefined, "in its header, text follows a closing quote"],
  ] as const
) {
  Deno.test(`prepareFile() throws ${what} when the header is ${found}`, ON_DISK, async () => {
    const error = await refusal("a.csv", `${found}\n1,2\n`, { columns: expected });
    assertEquals(error.code, what);
    assert(error.message.includes(reason), error.message);
  });
}

for (
  const [what, name, content, code, reason] of [
    ["file-empty when there is nothing", "a.csv", "", "file-empty", /it is empty$/],
    [
      "file-empty when there are only empty lines",
      "a.csv",
      "\ufeff\r\n\n",
      "file-empty",
      /it has no header in line 1 or below$/,
    ],
    [
      "file-empty when there is only a header",
      "a.csv",
      "a,b\n",
      "file-empty",
      /a header and no rows$/,
    ],
    [
      "file-type when the name is of no known format",
      "a.parquet",
      "x",
      "file-type",
      /\.csv, \.tsv, \.tab, \.json, \.jsonl or \.ndjson/,
    ],
    ["file-nul when a byte is NUL", "a.csv", "a,b\n1,\0\n", "file-nul", /byte 6 is NUL/],
    [
      "file-encoding when it is Latin-1",
      "a.csv",
      new Uint8Array([...bytes("a,b\nZ"), 0xfc, ...bytes("rich,1\n")]),
      "file-encoding",
      /byte 5 is 0xFC, expected UTF-8 \(it looks like Latin-1/,
    ],
    [
      "file-encoding when it is Windows-1252",
      "a.csv",
      new Uint8Array([...bytes("a,b\n"), 0x80, ...bytes("5,1\n")]),
      "file-encoding",
      /0x80, expected UTF-8 \(it looks like Windows-1252\); say/,
    ],
    [
      "file-encoding when it is UTF-16",
      "a.csv",
      new Uint8Array([0xff, 0xfe, 0x61, 0]),
      "file-encoding",
      /UTF-16 \(little endian\)/,
    ],
    [
      "file-kind when it is gzip",
      "a.csv",
      gzipSync("a,b\n"),
      "file-kind",
      /name must end with "\.gz"/,
    ],
    [
      "file-encoding when it ends within a character",
      "a.csv",
      new Uint8Array([...bytes("a,b\n1,"), 0xe2, 0x82]),
      "file-encoding",
      /byte 6 is 0xE2, expected UTF-8 \(the file ends within a character\)/,
    ],
    [
      "file-corrupt when gzip is cut",
      "a.csv.gz",
      gzipSync("a,b\n1,2\n").subarray(0, -5),
      "file-corrupt",
      /too early/,
    ],
    [
      "file-corrupt when it is not gzip",
      "a.csv.gz",
      "a,b\n1,2\n",
      "file-corrupt",
      /not begin as gzip/,
    ],
  ] as const
) {
  Deno.test(`prepareFile() throws ${what}`, ON_DISK, async () => {
    const error = await refusal(name, content);
    assertEquals(error.code, code);
    assertMatch(error.message, reason);
  });
}

Deno.test(
  "prepareFile() throws file-too-large when the file is larger than allowed",
  ON_DISK,
  async () => {
    const error = await refusal("a.csv", "a,b\n1,2\n", { maxSize: 7 });
    assertEquals(error.code, "file-too-large");
    assertMatch(error.message, /8 bytes, expected at most 7/);
  },
);

Deno.test(
  "prepareFile() throws file-changed when the file is not the one that was listed",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const entry = folder.write("a.csv", "a,b\n1,2\n");
    for (const other of [{ ...entry, size: 5 }, { ...entry, size: 50 }, { ...entry, mtimeMs: 1 }]) {
      const error = await assertRejects(() => prepare(folder, other), DataError);
      assertEquals(error.code, "file-changed");
    }
  },
);

Deno.test("prepareFile() stops when it is told to and leaves nothing", ON_DISK, async () => {
  using folder = new TempFolder();
  const entry = folder.write("a.csv", "a,b\n1,2\n");
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => prepare(folder, entry, { signal }), Error, "enough");
  assertEquals([...Deno.readDirSync(folder.path)].length, 1);
});

Deno.test("prepareFile() throws storage-missing when the file is gone", ON_DISK, async () => {
  using folder = new TempFolder();
  const entry = folder.write("a.csv", "a,b\n1,2\n");
  Deno.removeSync(entry.absolutePath);
  const error = await assertRejects(() => prepare(folder, entry), StorageError);
  assertEquals(error.code, "storage-missing");
});

const cell = fc.array(fc.constantFrom("a", "é", ",", "\t", '"', "\n", "7"), { maxLength: 4 })
  .map((parts) => parts.join(""));

for (const [name, separator] of [["a.csv", ","], ["a.tsv", "\t"]] as const) {
  Deno.test(`prepareFile() keeps every value of a ${name}`, ON_DISK, async () => {
    using folder = new TempFolder();
    const row = fc.array(cell, { minLength: 3, maxLength: 3 });
    const rows = fc.array(row, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(rows, async (rows) => {
        const table = [["x", "y", "z"], ...rows];
        const quoted = table.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`));
        const lines = quoted.map((cells, i) => {
          const bare = (table[i] ?? []).every((cell) => !/["\n\t,]/.test(cell));
          return ((bare ? table[i] : cells) ?? []).join(separator);
        });
        const { content, rejects } = await prepare(folder, folder.write(name, lines.join("\r\n")));
        assertEquals(rejects, []);
        assertEquals(parse(content), table);
      }),
      { numRuns: runs(30) },
    );
  });
}

Deno.test("prepareFile() reads as many rows as it writes and refuses", ON_DISK, async () => {
  using folder = new TempFolder();
  const rows = fc.array(fc.constantFrom("1,2", "1", "1,2,3", '"1', '"1"x,2', '"1\n",2', ""), {
    minLength: 1,
  });
  await fc.assert(
    fc.asyncProperty(rows, async (rows) => {
      const entry = folder.write("a.csv", ["a,b", "0,0", ...rows].join("\n"));
      const { content, result, rejects } = await prepare(folder, entry);
      assertEquals(result.rowsRead, result.rowsWritten + result.rejected);
      assertEquals(result.rejected, rejects.length);
      assertEquals(parse(content, { fieldsPerRecord: 2 }).length, result.rowsWritten + 1);
    }),
    { numRuns: runs(30) },
  );
});

Deno.test("validateFile() finds what prepareFile() does, and writes nothing", ON_DISK, async () => {
  using folder = new TempFolder();
  const entry = folder.write("a.csv", 'id,v\n1\n2,x\n\n3,"y\nz"\n');
  const { result, rejects } = await prepare(folder, entry);
  Deno.removeSync(folder.at("target.csv.gz"));
  const found: Reject[] = [];
  const read: number[] = [];
  const { bytesOut: _, sha256: __, contentBytes: ___, ...expected } = result;
  const validated = await validateFile(entry, {
    onReject: (reject) => found.push(reject),
    onRead: (bytes) => read.push(bytes),
  });
  assertEquals([validated, found, read], [expected, rejects, [entry.size]]);
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["a.csv"]);
  const bad = folder.write("b.csv", "");
  await assertRejects(
    () => validateFile(bad, { verb: "validate", onReject: () => {} }),
    DataError,
    'Cannot validate "b.csv": it is empty',
  );
});

for (const name of ["a.csv", "a.csv.gz"]) {
  Deno.test(
    `validateFile() hears a stop among many rejects of one read of ${name}`,
    ON_DISK,
    async () => {
      using folder = new TempFolder();
      const content = bytes(`id,v\n${"3\n".repeat(250_000)}`);
      const entry = folder.write(name, name.endsWith(".gz") ? gzipSync(content) : content);
      const controller = new AbortController();
      let rejects = 0;
      const onReject = () => {
        if (rejects++ > 0) return;
        setTimeout(() => controller.abort());
        // What is done with each takes its time.
        for (const until = performance.now() + 60; performance.now() < until;);
      };
      const { signal } = controller;
      await assertRejects(() => validateFile(entry, { onReject, signal }), DOMException);
      assert(rejects < 50_000, `${rejects} rejects before the stop`);
    },
  );
}

for (
  const [what, content, columns, expected, codes] of [
    ["another order", "b,a\n1,2\n", ["a", "b"], "a,b\n2,1\n", ["file-header-order"]],
    ["other capitals", "A, B\n1,2\n", ["a", "b"], "a,b\n1,2\n", ["file-header-case"]],
    ["a line end in a name", 'a,"b\n(full)"\n1,2\n', undefined, "a,b (full)\n1,2\n", [
      "file-header-name",
    ]],
    ["no name", "a,,c\n1,2,3\n", undefined, "a,_c1,c\n1,2,3\n", ["file-header-name"]],
    ["quotes in another order", 'b,a\n"x,1",\n', ["a", "b"], 'a,b\n,"x,1"\n', [
      "file-header-order",
    ]],
    ["a mark and mixed line ends", "\ufeffa,b\r\n1,2\n", undefined, "a,b\n1,2\n", [
      "file-bom",
      "file-line-ends",
    ]],
  ] as const
) {
  Deno.test(`prepareFile() repairs ${what}, and says so`, ON_DISK, async () => {
    using folder = new TempFolder();
    const found = await prepare(folder, folder.write("a.csv", content), { columns });
    assertEquals(found.content, expected);
    assertEquals(found.result.findings.map(({ code, severity }) => [code, severity]), [
      ...codes.map((code) => [code, "repair"]),
    ]);
    for (const code of codes) {
      const error = await refusal("a.csv", content, {
        columns,
        verdicts: { [code]: "reject-file" },
      });
      assertEquals(error.code, code);
    }
  });
}

for (
  const [code, content, expected] of [
    ["file-columns-extra", "b,x,a\n1,2,3\n", "a,b\n3,1\n"],
    ["file-columns-missing", "b\n1\n", "a,b\n,1\n"],
  ] as const
) {
  Deno.test(`prepareFile() mends ${code} only when it is told to`, ON_DISK, async () => {
    using folder = new TempFolder();
    const columns = ["a", "b"];
    const verdicts = { [code]: "repair" } as const;
    const entry = folder.write("a.csv", content);
    assertEquals((await prepare(folder, entry, { columns, verdicts })).content, expected);
    assertEquals((await refusal("a.csv", content, { columns })).code, code);
  });
}

Deno.test(
  "prepareFile() rejects a quote within a field, and the header once more",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const content = 'a,b,c\nx,"1, 2",y\nx9"1, 2",y\na,b,c\n';
    const entry = folder.write("a.csv", content);
    const strict = await prepare(folder, entry);
    assertEquals(strict.content, 'a,b,c\nx,"1, 2",y\n');
    assertEquals(strict.rejects.map(({ code, place }) => [code, place.line, place.column]), [
      ["row-quote", 3, 3],
      ["row-header", 4, undefined],
    ]);
    const verdicts = { "row-quote": "accept", "row-header": "accept" } as const;
    const loose = await prepare(folder, entry, { verdicts });
    assertEquals(loose.content, 'a,b,c\nx,"1, 2",y\n"x9""1"," 2""",y\na,b,c\n');
    assertEquals(loose.result.findings.map(({ code, count }) => [code, count]), [
      ["row-quote", 1],
      ["row-header", 1],
    ]);
  },
);

Deno.test(
  "prepareFile() takes a header in another order for data only if one that is repeated is",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const entry = folder.write("a.csv", "a,b\n1,2\nb,a\n");
    const { content } = await prepare(folder, entry, { verdicts: { "row-header": "accept" } });
    assertEquals(content, "a,b\n1,2\nb,a\n");
    const error = await assertRejects(() => prepare(folder, entry), DataError);
    assertEquals(error.code, "file-header");
  },
);

Deno.test(
  "prepareFile() counts and places the footer and the comments that it leaves out",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const content = "# of May\n# again\na,b\n#,9\n1,2\nTotal,0\n\n3,4\nTotal,2\nTotal\n";
    const entry = folder.write("a.csv", content);
    const dialect = { header: 2, comment: "#", footer: "^Total" } as const;
    const { content: found, result, rejects } = await prepare(folder, entry, { dialect });
    assertEquals(found, "a,b\n1,2\nTotal,0\n3,4\n");
    assertEquals(rejects, []);
    assertEquals(
      result.findings.map(({ code, severity, count, place }) => [code, severity, count, place]),
      [
        ["row-comment", "accept", 2, { line: 2, byteOffset: 9, source: "a.csv" }],
        ["row-footer", "accept", 2, { line: 9, byteOffset: 42, source: "a.csv" }],
      ],
    );
    for (const code of ["row-comment", "row-footer"] as const) {
      const verdicts = { [code]: "reject-file" };
      const error = await refusal("a.csv", content, { dialect, verdicts });
      assertEquals(error.code, code);
    }
  },
);

for (
  const [what, dialect, content, expected] of [
    ["a semicolon", { delimiter: ";" }, 'a;b\n1,5;"x;y"\n', 'a,b\n"1,5","x;y"\n'],
    ["no quotes", { quote: "none" }, 'a,b\n"1,2"\n', 'a,b\n"""1","2"""\n'],
    ["other quotes", { quote: "'" }, "a,b\n'it''s, \"x\"',2\n", 'a,b\n"it\'s, ""x""",2\n'],
    ["a header further down", { header: 3 }, 'Report "x\n\na,b\n1,2\n', "a,b\n1,2\n"],
    ["no header", { header: "none" }, "1,2\n3,4\n", "_c0,_c1\n1,2\n3,4\n"],
    ["comments", { comment: "#" }, '# "note\na,b\n1,2\n#\n', "a,b\n1,2\n"],
    [
      "a footer",
      { footer: "^total" },
      "a,b\ntotal,0\n1,2\ntotal,2\ntotal\n",
      "a,b\ntotal,0\n1,2\n",
    ],
    ["UTF-16", { encoding: "utf-16" }, utf16("a,b\né,2\n"), "a,b\né,2\n"],
    [
      "escapes",
      { escape: "\\" },
      'a,b\n"x\\",\\\\","C:\\d ""e"""\n',
      'a,b\n"x"",\\","C:\\d ""e"""\n',
    ],
    [
      "a space behind each comma",
      { delimiter: ", " },
      'a, b, c\n 1, "x, y",  \n2,3, "z"\n',
      'a,b,c\n1,"x, y",\n2,3,"z"\n',
    ],
    ["Latin-1", { encoding: "latin-1" }, Uint8Array.of(0x61, 10, 0xe9, 0x85, 10), "a\né\x85\n"],
    ["the delimiter of Hive", { delimiter: "\x01" }, "a\x01b\n1\x012\n", "a,b\n1,2\n"],
  ] as const
) {
  Deno.test(`prepareFile() reads a dialect with ${what}`, ON_DISK, async () => {
    using folder = new TempFolder();
    const { content: found, rejects } = await prepare(folder, folder.write("a.csv", content), {
      dialect,
    });
    assertEquals(found, expected);
    assertEquals(rejects, []);
  });
}

function utf16(text: string): Uint8Array {
  const units = Uint16Array.from(`\ufeff${text}`, (char) => char.charCodeAt(0));
  return new Uint8Array(units.buffer);
}

Deno.test(
  "prepareFile() gives a file without a header the columns that are expected",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const options = { dialect: { header: "none" }, columns: ["a", "b"] } as const;
    const { content } = await prepare(folder, folder.write("a.csv", "1,2\n"), options);
    assertEquals(content, "a,b\n1,2\n");
    assertEquals((await refusal("a.csv", "1\n", options)).code, "file-header");
  },
);

Deno.test(
  "prepareFile() applies its limits to what is decompressed, and to what is too small",
  ON_DISK,
  async () => {
    const content = gzipSync(`a,b\n${"1,2\n".repeat(1000)}`);
    const error = await refusal("a.csv.gz", content, { maxSize: 1000 });
    assertEquals(error.code, "file-too-large");
    assertMatch(error.message, /once it is decompressed/);
    assertEquals((await refusal("a.csv", "a\n1\n", { minSize: 100 })).code, "file-too-small");
  },
);

Deno.test(
  "prepareFile() writes JSON records as lines, and names the place of each bad one",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const said = [
      "record-invalid:4:18:6",
      "record-not-object:5:24:1",
      "record-invalid:6:28:1",
      "row-keys-missing:7:43:1",
      "record-invalid:9:71:1",
    ];
    const lines =
      '{"a":1}\n\n{"a":2}\r\n{"a":\n[1]\n{"a":"\\ud800"}\n{"b":1}\n{"a":3.0,"c":1e400}' +
      `\n{"a":${"1".repeat(1001)}}`;
    const seen: unknown[] = [];
    const { content, result, rejects } = await prepare(folder, folder.write("a.jsonl", lines), {
      columns: ["a"],
      onRecord: (value) => seen.push(value),
    });
    assertEquals(content, '{"a":1}\n{"a":2}\n{"a":3.0,"c":1e400}\n');
    assertEquals(seen.length, result.rowsWritten);
    assertEquals([result.rowsRead, result.rejected, result.blankLines], [8, 5, 1]);
    assertEquals(
      rejects.map(({ code, place }) =>
        [code, place.line, place.byteOffset, place.column].join(":")
      ),
      said,
    );
    assertEquals(result.findings.map(({ code, count }) => `${code} ${count}`), [
      "record-invalid 3",
      "record-not-object 1",
      "row-keys-missing 1",
      "row-keys-extra 1",
    ]);
  },
);

for (
  const [name, content] of [
    ["list.json", '[{"a":1},\n {"a":\r\n   {"b": 2} }]'],
    ["values.json", '{\n  "a": 1\n}{"a":{"b": 2}}'],
    ["lines.json", '{"a":1}\n{"a":{"b": 2}}\n'],
    ["mark.ndjson", '\ufeff{"a":1}\n{"a":{"b": 2}}'],
    ["path.json", '{"n":[],"data":{"items":[{"a":1},{"a":{"b": 2}}]}}'],
  ] as const
) {
  Deno.test(
    `prepareFile() puts each JSON record of ${name} on a line of its own`,
    ON_DISK,
    async () => {
      using folder = new TempFolder();
      const dialect = name === "path.json" ? { records: "data.items" } : {};
      for (const ending of ["", ".gz"]) {
        const packed = ending === "" ? bytes(content) : gzipSync(content);
        const entry = folder.write(name + ending, packed);
        const prepared = await prepare(folder, entry, { dialect });
        const [one = "", two = ""] = prepared.content.split("\n");
        assertEquals([JSON.parse(one), JSON.parse(two)], [{ a: 1 }, { a: { b: 2 } }]);
        assertEquals([prepared.result.rowsWritten, prepared.result.columns], [2, ["a"]]);
      }
    },
  );
}

Deno.test(
  "prepareFile() rejects a file whose name and content are of different formats",
  ON_DISK,
  async () => {
    for (
      const [name, content] of [
        ["a.csv", '[ {"a": 1}]\n'],
        ["a.tsv", '{"a":1}\n{"a":2}\n'],
        ["mark.csv", '\ufeff{"a":1}\n'],
        ["a.csv", "\n<!DOCTYPE html>\n<html>\n<body>503, sorry</body>\n</html>\n"],
        ["a.csv", '<html lang="en">\n <head><title>Sign in</title></head></html>'],
        ["a.tsv", '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code></Error>'],
        ["a.jsonl", '[{"a":1}]\n'],
        ["a.json", "a,b\n1,2\n"],
      ] as const
    ) assertEquals((await refusal(name, content)).code, "file-kind", name);
    assertEquals((await refusal("a.json", '[{"a":1},{"a":2}')).code, "file-json");
    assertEquals((await refusal("a.json", "[ ]")).code, "file-empty");
  },
);

Deno.test("prepareFile() takes a header that begins with < for what it is", ON_DISK, async () => {
  using folder = new TempFolder();
  for (const header of ["<html>,v", "<id>,v", "<?,v", "<,v", "<!doctype,v", "<html lang>,v"]) {
    const { content } = await prepare(folder, folder.write("a.csv", `${header}\n1,x\n`));
    assertEquals(content, `${header}\n1,x\n`);
  }
});

Deno.test(
  "prepareFile() rejects a bad first row of a file without a header by itself",
  ON_DISK,
  async () => {
    for (
      const [first, code] of [["id", "row-columns"], ["1,x,", "row-columns"], [
        '1,"x"y',
        "row-quote",
      ]]
    ) {
      using folder = new TempFolder();
      const entry = folder.write("a.csv", `${first}\n2,y\n3\n4,z\n`);
      const { content, result, rejects } = await prepare(folder, entry, {
        columns: ["id", "v"],
        dialect: { header: "none" },
      });
      assertEquals(content, "id,v\n2,y\n4,z\n");
      assertEquals([result.rowsRead, result.rejected], [4, 2]);
      assertEquals(rejects.map(({ code, place }) => [code, place.line]), [
        [code, 1],
        ["row-columns", 3],
      ]);
    }
    const error = await refusal("a.csv", "1,2,3\n4,5,6\n", {
      columns: ["id", "v"],
      dialect: { header: "none" },
    });
    assertEquals(error.code, "file-header");
  },
);
