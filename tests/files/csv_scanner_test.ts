import { assert, assertEquals, assertThrows } from "@std/assert";
import { parse } from "@std/csv";
import fc from "../_property.ts";
import { CsvScanner, type CsvScannerOptions } from "../../lib/files/mod.ts";
import { bytes, pieces, text } from "./_support.ts";
import { runs } from "../_sample.ts";

/** What the scanner said, in its order: a row's text and fields, a refusal's text and code, or an empty line. */
interface Found {
  readonly kind: string;
  readonly text: string;
  readonly raw?: Uint8Array;
  readonly fields?: number;
  readonly line?: number | undefined;
  readonly byteOffset?: number | undefined;
}

interface ScanOptions extends CsvScannerOptions {
  readonly expectedFields?: number;
  readonly lengths?: readonly number[];
  /** Whether what is in doubt is looked up in the content. */
  readonly settles?: boolean;
  /** What is said of it, otherwise. */
  readonly closed?: boolean;
  readonly onDoubt?: () => void;
}

/** Tells the scanner whether values that are in doubt are closed. */
function settle(scanner: CsvScanner, content: Uint8Array, onDoubt = () => {}): void {
  while (scanner.doubt !== undefined) {
    onDoubt();
    const rest = text(content.subarray(scanner.doubt));
    scanner.settle(/^(?:[^"]|"")*"(?=[,\r\n]|$)/.test(rest));
  }
}

function scan(content: string | Uint8Array, options: ScanOptions = {}): Found[] {
  const found: Found[] = [];
  const scanner = new CsvScanner({
    row: ({ bytes, start, end, fields, line, byteOffset }) => {
      const raw = bytes.slice(start, end);
      found.push({ kind: "row", text: text(raw), raw, fields, line, byteOffset });
    },
    reject: ({ code, raw, place: { line, byteOffset } }) => {
      found.push({ kind: code, text: text(raw), raw, line, byteOffset });
    },
    blank: () => found.push({ kind: "blank", text: "" }),
  }, options);
  scanner.expectedFields = options.expectedFields ?? 0;
  const input = typeof content === "string" ? bytes(content) : content;
  for (const piece of pieces(input, options.lengths ?? [input.length || 1])) {
    scanner.push(piece);
    if (options.settles) settle(scanner, input, options.onDoubt);
    else if (options.closed) { while (scanner.doubt !== undefined) scanner.settle(true); }
  }
  scanner.finish();
  return found;
}

function brief(found: readonly Found[]): string[] {
  return found.map(({ kind, text, fields }) =>
    kind === "row" ? `${fields}:${text}` : `${kind}:${text}`
  );
}

for (
  const [what, content, expected] of [
    ["plain rows", "a,b\n1,2\n", ["2:a,b", "2:1,2"]],
    ["no line end behind the last row", "a,b\n1,2", ["2:a,b", "2:1,2"]],
    ["CR LF", "a,b\r\n1,2\r\n", ["2:a,b", "2:1,2"]],
    ["CR alone", "a,b\r1,2\r", ["2:a,b", "2:1,2"]],
    ["line ends of every kind", "a\r\n\nb\r\rc", ["1:a", "blank:", "1:b", "blank:", "1:c"]],
    ["empty fields", ",\n,,\n", ["2:,", "3:,,"]],
    ["a byte order mark", "\ufeffa,b\n", ["2:a,b"]],
    ["nothing", "", []],
    ["a byte order mark alone", "\ufeff", []],
    ["quoted delimiters and quotes", 'a,"b,""c"""\n', ['2:a,"b,""c"""']],
    ["a quoted line end", '"a\nb",c\nd\n', ['2:"a\nb",c', "1:d"]],
    ["an empty quoted field at the end", 'a,""\n""', ['2:a,""', '1:""']],
    ["a quote inside a plain field", 'a"b",c\n', ['2:a"b",c']],
    ["text behind a closing quote", 'a,"b"c,d\ne\n', ['row-quote:a,"b"c,d', "1:e"]],
    ["a space behind a closing quote", '"b" ,d\n', ['row-quote:"b" ,d']],
    ["text behind a quote of several lines", '"a\nb"c\nd', [
      'row-quote:"a',
      'row-quote:b"c',
      "1:d",
    ]],
    ["a quote that is not closed", 'a\n"b\nc\n', ["1:a", 'row-quote:"b', "row-quote:c"]],
  ] as const
) {
  Deno.test(`CsvScanner() reads ${what}`, () => {
    assertEquals(brief(scan(content)), [...expected]);
  });
}

Deno.test("CsvScanner() refuses rows with another number of fields once it is told the number", () => {
  assertEquals(brief(scan('a,b\nc\n"d\n",e\nf,g,h\n"i\n"', { expectedFields: 2 })), [
    "2:a,b",
    "row-columns:c",
    '2:"d\n",e',
    "row-columns:f,g,h",
    'row-columns:"i',
    'row-columns:"',
  ]);
});

Deno.test("CsvScanner() gives line and byte offset of rows and refusals", () => {
  const found = scan('\ufeffé,b\r\n\n"c\r\nd",e\n"f"g\nh,i', { expectedFields: 2 });
  assertEquals(found.map(({ kind, line, byteOffset }) => [kind, line, byteOffset]), [
    ["row", 1, 3],
    ["blank", undefined, undefined],
    ["row", 3, 10],
    ["row-quote", 5, 19],
    ["row", 6, 24],
  ]);
});

Deno.test("CsvScanner() takes another delimiter", () => {
  assertEquals(brief(scan('a\tb,c\t"d\te"\n', { delimiter: 9 })), ['3:a\tb,c\t"d\te"']);
});

Deno.test("CsvScanner() takes escapes and spaces before fields, wherever its pieces are cut", () => {
  const content = 'a, "b\\", \\\\", c\n"x\\\\", "y""\\"z\n", d\n';
  const options = { escape: 0x5c, skipSpaces: true };
  for (let length = 1; length < 8; length++) {
    assertEquals(brief(scan(content, { ...options, lengths: [length] })), [
      '3:a, "b\\", \\\\", c',
      '3:"x\\\\", "y""\\"z\n", d',
    ]);
  }
});

Deno.test("CsvScanner() keeps the beginning of a row that is too long and goes on behind it", () => {
  const options = { maxRowBytes: 4 };
  assertEquals(brief(scan("1234\n123456789\n12\n", options)), [
    "1:1234",
    "row-too-long:1234",
    "1:12",
  ]);
  assertEquals(brief(scan("12345", options)), ["row-too-long:1234"]);
  assertEquals(brief(scan("1234", options)), ["1:1234"]);
});

Deno.test("CsvScanner() says how long a row was of which it kept the beginning", () => {
  const messages: string[] = [];
  const scanner = new CsvScanner({
    row: () => {},
    reject: (reject) => messages.push(reject.message),
    blank: () => {},
  }, { maxRowBytes: 4 });
  for (const piece of pieces(bytes("123456789\n"), [2])) scanner.push(piece);
  scanner.finish();
  assertEquals(messages, ["a row is longer than 4 bytes; the first 4 of 9 bytes are kept"]);
});

Deno.test("CsvScanner() says of each further line of a rejected row where the row begins", () => {
  const said: string[] = [];
  const scanner = new CsvScanner({
    row: () => {},
    reject: ({ message, place }) => void said.push(`${place.line}: ${message}`),
    blank: () => {},
  });
  scanner.push(new TextEncoder().encode('a\n"b\nc\n'));
  scanner.finish();
  assertEquals(said, [
    "2: a quote is not closed before the end of the file",
    "3: a quote is not closed before the end of the file; the row begins in line 2",
  ]);
});

Deno.test("CsvScanner() gives up a quote that is not closed within the limit, line by line", () => {
  const content = 'a\n"b\nc\r\nd\ne\nf\n';
  // The limit of 8 bytes is reached within the line "e".
  assertEquals(brief(scan(content, { maxRowBytes: 8 })), [
    "1:a",
    'row-quote:"b',
    "row-quote:c",
    "row-quote:d",
    "row-quote:e",
    "1:f",
  ]);
});

Deno.test("CsvScanner() throws when the limit is no length", () => {
  const sink = { row: () => {}, reject: () => {}, blank: () => {} };
  assertThrows(() => new CsvScanner(sink, { maxRowBytes: 0 }), RangeError, "maxRowBytes is 0");
});

Deno.test("CsvScanner() keeps its memory flat when a row has no end", () => {
  let kept = 0;
  const scanner = new CsvScanner({
    row: ({ bytes }) => kept = bytes.length,
    reject: () => {},
    blank: () => {},
  }, { maxRowBytes: 1000 });
  const chunk = new Uint8Array(1000).fill(0x61);
  for (let i = 0; i < 5000; i++) scanner.push(chunk);
  scanner.push(bytes("\nx\n"));
  assert(kept > 0 && kept < 10_000, `the buffer has ${kept} bytes`);
});

// Made of what the grammar turns on, so that nearly every run meets each state.
const anyText = fc.array(
  fc.constantFrom("a", "é", ",", '"', '""', "\n", "\r", "\r\n", '"x"', ",\n", ",'", "'\n"),
  { maxLength: 40 },
).map((parts) => parts.join(""));
const anyLengths = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });
const anyLimit = fc.constantFrom(1, 2, 3, 5, 8, 1000);

Deno.test("CsvScanner() takes no line of a row for one that another sign quotes", () => {
  const found = (content: string, options: ScanOptions = {}) =>
    scan(content, { expectedFields: 3, ...options }).map(({ kind, text }) => [kind, text]);
  const after = ["row", "1,2,3"];
  for (
    const [content, kind, quote] of [
      ["4,5,'x, y\n7,8,9\nz'", "row-columns", '"'],
      ["4,5,'x, y\r\n7,8,9\r\r\nit''s, z'", "row-columns", '"'],
      ["4,'say \"no\"','x, y\n7,8,9\nz'", "row-quote", '"'],
      ["4,'\"\"','x, y\n7,8,9\nz'", "row-quote", '"'],
      ['4,5,"x, y\n7,8,9\nz"', "row-columns", "'"],
    ] as const
  ) {
    const options = { strict: true, quote: quote.charCodeAt(0) };
    assertEquals(found(`${content}\n1,2,3\n`, options), [[kind, content], after], content);
    assertEquals(found(`1,2,3\n${content}`, options), [after, [kind, content]], content);
  }
  // By that sign they are no row of three columns either, or the next one opens a value: then lines are rows.
  for (
    const first of [
      "4,'tis, 5,so",
      "4,5,6,'tis",
      "'tis, so",
      "4,5,'x, y\n7,8,'z'",
      "4,5,don't, y\n7,8,won't",
    ]
  ) {
    const [line = "", ...more] = first.split("\n");
    assertEquals(found(`${first}\n7,8,9\n1,2,dogs'\n1,2,3\n`), [
      ["row-columns", line],
      ...more.map((text) => ["row", text]),
      ...["7,8,9", "1,2,dogs'", "1,2,3"].map((text) => ["row", text]),
    ]);
  }
  // What belongs together by the sign of the dialect stays together.
  assertEquals(found(`4,"5,6\n7,8,9\n"\n1,2,3\n`), [
    ...['4,"5,6', "7,8,9", '"'].map((text) => ["row-columns", text]),
    after,
  ]);
});

Deno.test("CsvScanner() finds the same whatever the pieces are", () => {
  fc.assert(
    fc.property(anyText, anyLengths, anyLimit, (content, lengths, maxRowBytes) => {
      const options = { maxRowBytes, expectedFields: 2 };
      assertEquals(scan(content, { ...options, lengths }), scan(content, options));
    }),
    { numRuns: runs(400) },
  );
});

Deno.test("CsvScanner() accounts for every byte: what lies between two finds is line ends", () => {
  fc.assert(
    fc.property(anyText, anyLimit, (content, maxRowBytes) => {
      const input = bytes(content);
      const covered = new Uint8Array(input.length);
      let before = 0;
      for (const { raw, byteOffset = 0 } of scan(input, { maxRowBytes })) {
        if (raw === undefined) continue;
        assert(byteOffset >= before, "finds overlap or are out of order");
        assertEquals(input.slice(byteOffset, byteOffset + raw.length), raw);
        covered.fill(1, byteOffset, byteOffset + raw.length);
        before = byteOffset + raw.length;
      }
      const kept = (at: number) => maxRowBytes < 1000 || input[at] === 0x0a || input[at] === 0x0d;
      assertEquals(covered.findIndex((byte, at) => byte === 0 && !kept(at)), -1);
    }),
    { numRuns: runs(400) },
  );
});

Deno.test("CsvScanner() counts each line once: rows, refusals and empty lines", () => {
  fc.assert(
    fc.property(anyText, anyLimit, fc.boolean(), (content, maxRowBytes, settles) => {
      let line = 1;
      const scanner = new CsvScanner({
        row: (row) => {
          assertEquals(row.line, line);
          line += row.lines;
        },
        reject: ({ place, message }) => {
          assertEquals(place.line, line);
          line = Number(/; it ends in line (\d+)$/.exec(message)?.[1] ?? line) + 1;
        },
        blank: () => line++,
      }, { maxRowBytes });
      scanner.push(bytes(content));
      if (settles) settle(scanner, bytes(content));
      scanner.finish();
      const last = content.split(/\r\n|\r|\n/).length;
      assert(line === last || line === last + 1, `line ${line}, the content has ${last}`);
    }),
    { numRuns: runs(2000) },
  );
});

/** A row as a strict reader of RFC 4180 finds it, where it begins and in which line. */
interface StrictRow {
  readonly text: string;
  readonly byteOffset: number;
  readonly line: number;
}

/** Returns the rows of a text none of whose quotes is in the wrong place, without the empty ones; else `undefined`. */
function strictRows(content: string): StrictRow[] | undefined {
  const row = /(?:(?:"(?:[^"]|"")*"|[^",\r\n][^,\r\n]*|)(?:,|(?=\r|\n|$)))*?(?:\r\n|\r|\n|$)/y;
  const rows: StrictRow[] = [];
  let line = 1;
  for (let at = 0; at < content.length; at = row.lastIndex) {
    row.lastIndex = at;
    const found = row.exec(content)?.[0];
    if (found === undefined) return undefined;
    const text = found.replace(/(?:\r\n|\r|\n)$/, "");
    const byteOffset = bytes(content.slice(0, at)).length;
    if (text !== "") rows.push({ text, byteOffset, line });
    line += found.split(/\r\n|\r|\n/).length - 1;
  }
  return rows;
}

Deno.test("CsvScanner() passes on every row of strict content that is not too long, and refuses each other one once", () => {
  let longRows = 0;
  fc.assert(
    fc.property(anyText, anyLengths, anyLimit, (content, lengths, maxRowBytes) => {
      const rows = strictRows(content);
      fc.pre(rows !== undefined);
      const found = scan(content, { lengths, maxRowBytes, settles: true })
        .filter(({ kind }) => kind !== "blank")
        .map(({ kind, text, byteOffset, line, raw }) => {
          const size = raw?.length ?? 0;
          return { kind, text: kind === "row" ? text : size, byteOffset, line };
        });
      const expected = rows?.map(({ text, ...place }) => {
        const isLong = bytes(text).length > maxRowBytes;
        if (isLong && place.line > 0) longRows++;
        return isLong
          ? { kind: "row-too-long", text: maxRowBytes, ...place }
          : { kind: "row", text, ...place };
      });
      assertEquals(found, expected as unknown);
    }),
    { numRuns: runs(4000) },
  );
  assert(longRows > 100, `only ${longRows} rows were too long`);
});

for (
  const [what, content, expected, doubts] of [
    ["its lines within", '"abc\nx,y\nz",1\n2,3\n', ['row-too-long:"abc', "2:2,3"], 1],
    ["a quote written twice at the limit", '"abc""\nx"\n2,3\n', ['row-too-long:"abc', "2:2,3"], 1],
    ["CR LF at the limit", '"abc\r\nx"\r\n2,3\n', ['row-too-long:"abc', "2:2,3"], 1],
    ["another such value after it", '"abcd\n","\n\n"\n2,3\n', ['row-too-long:"abc', "2:2,3"], 2],
    ["a plain field before it", 'abcde,"\nx,y\n"\n2,3\n', ["row-too-long:abcd", "2:2,3"], 1],
    ["the end of the file after it", 'a\n"abc\nx"', ["1:a", 'row-too-long:"abc'], 1],
    ["lines before the limit", '"a\nb\nc\n"\n2,3\n', ['row-too-long:"a\nb', "2:2,3"], 1],
    ["no end", '"abc\nx,y\nz', ['row-quote:"abc', "2:x,y", "1:z"], 1],
    ["no end, and lines before the limit", '"a\nb\nc\n', ['row-quote:"a', "row-quote:b", "1:c"], 1],
    ["no end, and half a line end before the limit", '"ab\r\nx,y\nz', [
      'row-quote:"ab',
      "row-quote:x,y",
      "1:z",
    ], 1],
    ["text after its end", '"abcd\nx,y\n"z\n2,3\n', [
      'row-quote:"abc',
      "2:x,y",
      'row-quote:"z',
      "row-quote:2,3",
    ], 2],
    ["text after its end in its line", '"abcd"x\n2,3\n', ['row-quote:"abc', "2:2,3"], 0],
    ["a second value that is not closed", '"abcde","x\n2,3\n', ['row-too-long:"abc', "2:2,3"], 1],
  ] as const
) {
  Deno.test(`CsvScanner() reads a row that is too long with ${what}, wherever its pieces are cut`, () => {
    for (let length = 1; length < 12; length++) {
      let asked = 0;
      const options = { maxRowBytes: 4, lengths: [length], settles: true, onDoubt: () => asked++ };
      const found = brief(scan(content, options));
      assertEquals(found, [...expected]);
      assertEquals(asked, doubts);
    }
  });
}

for (
  const [what, content, expected, options] of [
    ["a quote that was not written twice", '2,"said "no" twice\nThanks,Bob\nBye"\n3,b\n', [
      'row-quote:2,"said "no" twice\nThanks,Bob\nBye"',
      "2:3,b",
    ]],
    ["two of them", '2,"said "no" then\nor "yes" twice\nThanks,Bob\nBye",\n3,b\n', [
      'row-quote:2,"said "no" then\nor "yes" twice\nThanks,Bob\nBye",',
      "2:3,b",
    ]],
    ["another value with lines after it", '2,"a "b" c\nd",x,"\ne,f\n"\n3,b\n', [
      'row-quote:2,"a "b" c\nd",x,"\ne,f\n"',
      "2:3,b",
    ]],
    ["the end of the file after it", '2,"a "b" c\nd,e\nf"', ['row-quote:2,"a "b" c\nd,e\nf"']],
    ["CR LF", '2,"a "b" c\r\nd,e\r\nf"\r\n3,b\r\n', [
      'row-quote:2,"a "b" c\r\nd,e\r\nf"',
      "2:3,b",
    ]],
    ["another delimiter", '2;"a\nb,c\nd"\n3,b\n', ['row-quote:2;"a\nb,c\nd"', "2:3,b"], {
      strict: true,
    }],
    ["quotes that are closed in its line", '2,"a" b" c,"d"\ne,f\ng"\n', [
      'row-quote:2,"a" b" c,"d"',
      "2:e,f",
      '1:g"',
    ]],
    ["a row with quotes after it", '2,"a "b" c\nd,e\nf,"g"\n', [
      'row-quote:2,"a "b" c',
      "2:d,e",
      '2:f,"g"',
    ]],
    ["signs of inches", '2,3"\nd,e\nf,5" disk\ng,h\nf,6"\n', [
      'row-quote:2,3"',
      "2:d,e",
      'row-quote:f,5" disk',
      "2:g,h",
      'row-quote:f,6"',
    ], { strict: true }],
    ["more lines than a row may have", '2,"a "b" c\nd,e\nffffffffffffffffffff"\n', [
      'row-quote:2,"a "b" c',
      "2:d,e",
      '1:ffffffffffffffffffff"',
    ], { maxRowBytes: 34 }],
    ["as many lines as a row may have", '2,"a "b" c\nd,e\nffffffffffffffffffff"\n', [
      'row-quote:2,"a "b" c\nd,e\nffffffffffffffffffff"',
    ], { maxRowBytes: 36 }],
  ] as const
) {
  Deno.test(`CsvScanner() ends a row that has a quote in the wrong place where its value ends: ${what}`, () => {
    for (const length of [1, 2, 3, 5, 7, 11, 100]) {
      assertEquals(brief(scan(content, { ...options, lengths: [length] })), [...expected]);
    }
  });
}

Deno.test("CsvScanner() takes no line of a value for a row if quotes in it were not written twice", () => {
  const word = fc.constantFrom("a", "b,c", '"no"', 'said "yes" and', "é", "x,y");
  const plain = fc.constantFrom("a", "b,c", "x,y", "");
  const value = fc.record({
    head: fc.array(fc.array(plain, { maxLength: 3 }), { maxLength: 3 }),
    fault: fc.array(word, { minLength: 1, maxLength: 3 }),
    tail: fc.array(fc.array(plain, { maxLength: 3 }), { maxLength: 3 }),
  });
  const good = fc.constantFrom("1,a", '1,"a\nb"', '"q",""', 'x,"y ""z"""');
  fc.assert(
    fc.property(value, fc.array(good), anyLengths, ({ head, fault, tail }, rows, lengths) => {
      const lines = [
        ...head.map((words) => words.join(" ")),
        `then ${fault.join(" ")} end`,
        ...tail.map((words) => words.join(" ")),
      ];
      fc.pre(fault.some((text) => text.includes('"')));
      const content = [...rows, `2,"${lines.join("\n")} last"`, ...rows].join("\n") + "\n";
      const found = scan(content, { lengths, expectedFields: 2 });
      const taken = found.filter(({ kind }) => kind === "row").map(({ text }) => text);
      assertEquals(taken, [...rows, ...rows]);
    }),
    { numRuns: runs(1000) },
  );
});

Deno.test("CsvScanner() knows escapes in what it does not keep of a row", () => {
  const options = { escape: 0x5c, maxRowBytes: 4, settles: false, closed: true };
  const content = '"ab\\\\\\"\nx\\\\\\",\n\\\\",y\n2,3\n';
  for (let length = 1; length < 12; length++) {
    assertEquals(brief(scan(content, { ...options, lengths: [length] })), [
      'row-too-long:"ab\\',
      "2:2,3",
    ]);
  }
});

Deno.test("CsvScanner() keeps its memory flat within a value that has no end", () => {
  let kept = 0;
  const scanner = new CsvScanner({
    row: ({ bytes }) => kept = bytes.length,
    reject: () => {},
    blank: () => {},
  }, { maxRowBytes: 1000 });
  scanner.push(bytes('"'));
  const chunk = bytes("a\n".repeat(500));
  for (let i = 0; i < 5000; i++) {
    scanner.push(chunk);
    while (scanner.doubt !== undefined) scanner.settle(true);
  }
  scanner.push(bytes('"\nx\n'));
  assert(kept > 0 && kept < 10_000, `the buffer has ${kept} bytes`);
});

Deno.test("CsvScanner() agrees with @std/csv on well-formed content", () => {
  const cell = fc.array(fc.constantFrom("a", ",", '"', "\n", "é"), { maxLength: 5 })
    .map((parts) => `"${parts.join("").replaceAll('"', '""')}"`);
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(fc.property(table, anyLengths, (rows, lengths) => {
    const content = rows.map((row) => row.join(",") + "\n").join("");
    const found = scan(content, { lengths });
    assertEquals(found.map(({ text }) => parse(text)[0]), parse(content));
    assertEquals(found.map(({ fields }) => fields), rows.map((row) => row.length));
  }));
});
