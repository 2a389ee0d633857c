import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { inspectFile, kindByBytes, kindByName } from "../../lib/files/mod.ts";
import { bytes, ON_DISK, TempFolder } from "./_support.ts";

for (
  const [what, name, content, dialect, columns] of [
    ["commas", "a.csv", "id,name\n1,x\n2,y\n", { delimiter: "," }, ["id", "name"]],
    ["semicolons and decimal commas", "a.csv", "id;v\n1;2,5\n2;3,5\n", { delimiter: ";" }, [
      "id",
      "v",
    ]],
    ["tabs", "a.txt", "id\tv\n1\tx\n2\ty\n", { delimiter: "\t" }, ["id", "v"]],
    ["pipes in gzip", "a.csv.gz", gzipSync("id|v\n1|x\n2|y\n"), { delimiter: "|" }, ["id", "v"]],
    ["pipes in zstd", "a.csv.zst", zstdCompressSync("id|v\n1|x\n2|y\n"), { delimiter: "|" }, [
      "id",
      "v",
    ]],
    ["single quotes", "a.csv", "id,v\n1,'a,b'\n2,'c,d'\n", { delimiter: ",", quote: "'" }, [
      "id",
      "v",
    ]],
    [
      "quotes that are text",
      "a.tsv",
      'id\tv\n1\t"x\n2\t"y"z\n',
      { delimiter: "\t", quote: "none" },
      [
        "id",
        "v",
      ],
    ],
    ["comments", "a.csv", "# by hand\nid,v\n1,x\n2,y\n", { delimiter: ",", comment: "#" }, [
      "id",
      "v",
    ]],
    ["a header further down", "a.csv", "Report of May\n\nid,v\n1,x\n2,y\n", {
      delimiter: ",",
      header: 3,
    }, [
      "id",
      "v",
    ]],
    ["titles above the names", "a.csv", "May,,\n,,net\nid,v,w\n1,x,2\n2,y,3\n", {
      delimiter: ",",
      header: 3,
    }, ["id", "v", "w"]],
    ["rows at the end that are no data", "a.csv", "id;v;w\n1;x;2\n2;y;3\nTotal;;5\nBy hand;;\n", {
      delimiter: ";",
      footer: "^(?:Total|By)",
    }, ["id", "v", "w"]],
    ["escaped quotes", "a.csv", 'id,v\n1,"a \\"b\\", c"\n2,x\n', {
      delimiter: ",",
      escape: "\\",
    }, ["id", "v"]],
    ["spaces behind commas", "a.csv", 'id, v\n1, "a, b"\n2, x\n', { delimiter: ", " }, ["id", "v"]],
    ["the delimiter of Hive", "a.csv", "id\x01v\n1\x01x\n2\x01y\n", { delimiter: "\x01" }, [
      "id",
      "v",
    ]],
    ["carets", "a.csv", "id^v\n1^x\n2^y\n", { delimiter: "^" }, ["id", "v"]],
    ["spaces", "a.csv", 'id v\n1 "a b"\n2 x\n', { delimiter: " " }, ["id", "v"]],
    [
      "the first of two tables",
      "a.csv",
      "id,v\n1,x\n2,y\nid,v,w\n1,x,3\n2,y,4\n",
      { delimiter: "," },
      ["id", "v"],
    ],
    ["a list within JSON", "a.json", '{"meta":{"ids":[1]},"data":{"a.b":[{"c":[{"d":1}]},{}', {
      records: "data.a\\.b",
    }, null],
    ["carets", "a.csv", "id^v\n1^x, y\n2^z\n", { delimiter: "^" }, ["id", "v"]],
    ["tildes", "a.csv", "id~v\n1~x\n2~z\n", { delimiter: "~" }, ["id", "v"]],
    ["number signs", "a.csv", "id#v\n1#x\n2#z\n", { delimiter: "#" }, ["id", "v"]],
    ["commas and other signs", "a.csv", "id,v#\n1,a#\n2,#b\n", { delimiter: "," }, ["id", "v#"]],
    ["text with other signs", "a.csv", "name\nitem #1\nitem\n", {}, ["name"]],
    ["one column", "a.csv", "id\n1\n", {}, ["id"]],
    ["one column of a .tsv", "a.tsv", 'id\n"a, b"\n', {}, ["id"]],
    ["one column without a name", "a.csv", "1\n2\n", { header: "none" }, null],
    ["one column below a comment", "a.csv", "# of May\nid\n1\n", { comment: "#" }, ["id"]],
    ["one column and no row", "a.csv", "id\n", {}, ["id"]],
    ["words that no name says are rows", "a.txt", "id\n1\n", null, null],
    ["commas in some rows alone", "a.csv", "note\na, b\nc\n", null, null],
    ["HTML", "a.csv", "<html>\n<body>\n", null, null],
    ["no header", "a.csv", "1,x\n2,y\n", { delimiter: ",", header: "none" }, null],
    [
      "names with a quote in the wrong place",
      "a.csv",
      `id,v",w\n${'1,"a, b",2\n'.repeat(60)}`,
      { delimiter: ",", header: "none" },
      null,
    ],
    [
      "names with a quote in the wrong place, between tabs",
      "a.tsv",
      `id\tv"\tw\n${'1\t"a\tb"\t2\n'.repeat(60)}`,
      { delimiter: "\t" },
      ["id", 'v"', "w"],
    ],
    ["Latin-1", "a.csv", Uint8Array.of(...bytes("id,v\n1,"), 0xe9, 10, ...bytes("2,x\n")), {
      delimiter: ",",
      encoding: "windows-1252",
    }, ["id", "v"]],
  ] as const
) {
  Deno.test(`inspectFile() proposes a dialect for ${what}`, ON_DISK, async () => {
    using folder = new TempFolder();
    const found = await inspectFile(folder.write(name, content));
    assertEquals(found.proposed?.dialect, dialect ?? undefined);
    assertEquals(found.columns, columns);
  });
}

Deno.test(
  "inspectFile() looks at UTF-16 that ends within a character, or holds half of one",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const rows = `\ufeffid,name\n${"1,\u{1f600}\n".repeat(40)}`;
    const sent = (text: string) => new Uint8Array(Buffer.from(text, "utf16le"));
    const whole = folder.write("a.csv", sent(rows));
    for (let sampleBytes = 100; sampleBytes < 112; sampleBytes++) {
      const { encoding, columns } = await inspectFile(whole, { sampleBytes });
      assertEquals([encoding, columns], ["utf-16", ["id", "name"]]);
    }
    const half = folder.write("b.csv", sent(`${rows}2,\ud83d\n2,\ud83d`));
    assertEquals((await inspectFile(half)).encoding, "utf-16");
    // Every other byte of what is no text at all may be a NUL, too.
    const other = Uint8Array.from({ length: 400 }, (_, at) => at % 2 === 0 ? 0xd8 + at % 8 : 0);
    assertEquals((await inspectFile(folder.write("c.db-wal", other))).rows === undefined, false);
  },
);

Deno.test("inspectFile() decodes UTF-16 with and without its mark", ON_DISK, async () => {
  using folder = new TempFolder();
  for (const [mark, encoding] of [["\ufeff", "utf-16"], ["", "utf-16le"]] as const) {
    const units = Uint16Array.from(`${mark}a,b\n1,2\n`, (char) => char.charCodeAt(0));
    const found = await inspectFile(folder.write("a.csv", new Uint8Array(units.buffer)));
    assertEquals([found.encoding, found.columns], [encoding, ["a", "b"]]);
  }
});

Deno.test(
  "inspectFile() gives its evidence, the runner-up and an estimate of the rows",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const entry = folder.write("a.csv", `id;a,b\n${"1;2,5\n".repeat(40_000)}`);
    const found = await inspectFile(entry, { sampleBytes: 1200 });
    const { proposed, runnerUp, rows } = found;
    assertEquals(found.rowsEstimated, true);
    assertEquals(proposed?.evidence[0], "199 of 199 rows have 2 columns");
    assertEquals(runnerUp?.dialect.delimiter === proposed?.dialect.delimiter, false);
    assertEquals(Math.abs((rows ?? 0) - 40_000) < 400, true);
  },
);

Deno.test("inspectFile() counts the rows of what it read to its end", ON_DISK, async () => {
  using folder = new TempFolder();
  for (
    const [name, content] of [
      ["a.csv", "id,v\n1,x\n2,y"],
      ["a.csv.gz", gzipSync("id,v\n1,x\n2,y\n")],
      ["a.jsonl", '{"a":1}\n{"a":2}'],
      ["one.csv", 'id\n1\n"2\n3"'],
      ["one.csv", "1\r\n2\r\n"],
      ["one.tsv.gz", gzipSync("# c\nid\n1\n2\n")],
    ] as const
  ) {
    const { rows, rowsEstimated } = await inspectFile(folder.write(name, content));
    assertEquals([name, rows, rowsEstimated], [name, 2, false]);
  }
  const column = folder.write("one.csv", `id\n${"12345678\n".repeat(50_000)}`);
  const about = await inspectFile(column, { sampleBytes: 9003 });
  assertEquals([about.rows, about.rowsEstimated, about.columns], [49_984, true, ["id"]]);
});

Deno.test(
  "inspectFile() looks for a footer at the end, and takes no cut row for one",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const footer = async (content: string) => {
      const found = await inspectFile(folder.write("a.csv", content), { sampleBytes: 1000 });
      return found.proposed?.dialect.footer;
    };
    const rows = `name,v\n${"Ada,1\n".repeat(5000)}`;
    assertEquals(await footer(`${rows}2 records\n`), undefined);
    assertEquals(await footer(`${rows}Total of 5,000\n`), "^Total");
    assertEquals(await footer(`${rows}Total,1\nAda,2\nTotal,1\n`), undefined);
    assertEquals(await footer(`${rows}Bo`), undefined);
    assertEquals(await footer("n,v,w\nA,1,2\nB,,\nA,1,2\nC,,\n"), undefined);
    assertEquals(await footer(`${rows}Ada\n`), undefined);
  },
);

Deno.test("inspectFile() says what is no delimited text", ON_DISK, async () => {
  using folder = new TempFolder();
  const kinds = async (name: string, content: string | Uint8Array) => {
    const { kind, content: inner, proposed } = await inspectFile(folder.write(name, content));
    return [kind, inner, proposed];
  };
  assertEquals(await kinds("a.csv", zstdCompressSync("PAR1\0\0")), ["zstd", "parquet", null]);
  assertEquals(await kinds("a.jsonl", '{"a":1}\n{"a":2}\n'), ["jsonl", "jsonl", null]);
  assertEquals(await kinds("a.txt", '["a",1]'), ["json", "json", null]);
  const prose = "some words, and others\nor one, two, and three\nno more\n";
  assertEquals(await kinds("a.csv", prose), ["csv", "csv", null]);
  assertEquals(await kinds("a.csv", gzipSync(bytes("PAR1\0\0"))), ["gzip", "parquet", null]);
  assertEquals(await kinds("a.csv", ""), ["csv", "csv", null]);
});

Deno.test("kindByBytes() and kindByName() know what they say they do", () => {
  const zip = (name: string) => bytes(`PK\x03\x04${" ".repeat(26)}${name}`);
  assertEquals(kindByBytes(zip("xl/workbook.xml")), "xlsx");
  assertEquals(kindByBytes(zip("a.csv")), "zip");
  assertEquals(["a.CSV", "b.ndjson", "c.zst", "d"].map(kindByName), [
    "csv",
    "jsonl",
    "zstd",
    "unknown",
  ]);
});

Deno.test(
  "inspectFile() knows Latin-1 by its one accent, wherever in the file it is",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    for (const [rows, at] of [[1000, 999], [1000, 500], [100_000, 99_999], [100_000, 51_000]]) {
      const lines = Array.from(
        { length: rows ?? 0 },
        (_, row) => `${row},x${row === at ? "\xe9" : ""}`,
      );
      const text = `id,v\n${lines.join("\n")}\n`;
      const found = await inspectFile(
        folder.write("a.csv", new Uint8Array(Buffer.from(text, "latin1"))),
      );
      assertEquals(
        found.proposed?.dialect,
        { delimiter: ",", encoding: "windows-1252" },
        `${rows} ${at}`,
      );
      const utf8 = await inspectFile(folder.write("b.csv", text));
      assertEquals([utf8.encoding, utf8.mark], ["utf-8", false]);
    }
    // A sample may end within a character of any length.
    const entry = folder.write("c.csv", `id,v\n${"1,é€\u{1f600}\n".repeat(100)}`);
    for (let sampleBytes = 100; sampleBytes < 113; sampleBytes++) {
      assertEquals((await inspectFile(entry, { sampleBytes })).encoding, "utf-8");
    }
  },
);
