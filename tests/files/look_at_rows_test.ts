import { assert, assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { CsvScanner } from "../../lib/files/csv_scanner.ts";
import { lookAtRows, MOST_LOOK_BYTES, rowEnds } from "../../lib/files/look_at_rows.ts";
import { bytes } from "./_support.ts";

const COMMA = { delimiter: 0x2c, fields: 0 };

/** Returns what the scanner finds in text that ends with an LF. */
function scanned(text: string, fields: number) {
  const ends: number[] = [];
  let doubts = 0;
  const doubt = () => doubts++;
  const scanner = new CsvScanner({
    row: (row) => {
      ends.push(row.byteOffset + row.next - row.start);
      if (row.stray) doubts++;
    },
    reject: doubt,
    blank: doubt,
  });
  scanner.expectedFields = fields;
  scanner.push(bytes(text));
  return { ends, doubts, isWhole: scanner.isBetweenRows };
}

Deno.test("lookAtRows() finds the rows that the scanner finds, or leaves it to the scanner", () => {
  const piece = fc.constantFrom(
    ...["a", ",", '"', "\n", "\r\n", '""', '","', '"\n"', '\n"', '"a\nb"', "é", "\r"],
    ...["x".repeat(9), "y".repeat(60), `"${"z\n".repeat(31)}"`],
  );
  const given = fc.record({
    pieces: fc.array(piece, { maxLength: 30 }),
    fields: fc.constantFrom(0, 0, 1, 2),
  });
  fc.assert(
    fc.property(given, ({ pieces, fields }) => {
      // The scanner waits for a byte order mark, which has three bytes.
      const text = `x${pieces.join("")}y\n`;
      const like = { ...COMMA, fields };
      const seen = lookAtRows(bytes(text), like);
      if (seen === undefined) return;
      const found = scanned(text, fields);
      assertEquals(rowEnds(bytes(text), like), found.ends);
      assertEquals(seen.rows, found.ends.length);
      assertEquals(seen.end, found.ends.at(-1) ?? 0);
      assertEquals(seen.newlines, text.split("\n").length - 1);
      assertEquals(found.doubts, 0);
      assertEquals(found.isWhole, seen.end === bytes(text).length);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("lookAtRows() has no doubt of rows that are well quoted", () => {
  const text = fc.array(fc.constantFrom("a", ",", '"', "\n", "\r\n", "é", "x".repeat(20)));
  const cell = text.map((parts) => parts.join("")).map((value) =>
    /^[^",\r\n]+$/.test(value) ? value : `"${value.replaceAll('"', '""')}"`
  );
  const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(rows, fc.constantFrom("\n", "\r\n"), (rows, end) => {
      const lines = rows.map((cells) => cells.join(",") + end);
      const like = { ...COMMA, fields: 3 };
      assertEquals(lookAtRows(bytes(lines.join("")), like)?.rows, rows.length);
      const sums = lines.map((_, at) => bytes(lines.slice(0, at + 1).join("")).length);
      assertEquals(rowEnds(bytes(lines.join("")), like), sums);
    }),
    { numRuns: 500 },
  );
});

Deno.test("lookAtRows() leaves all that is odd to the scanner, wherever it is in a block", () => {
  const odd = ['a"b\n', '"a"b\n', "a\rb\n", "a\n\nb\n", "a\r\n\r\nb\n", '"a\rb"\n', "a,b\n"];
  for (let shift = 1; shift < 130; shift++) {
    for (const text of odd) {
      const content = bytes(`${"x".repeat(shift)}\n${text}c\n`);
      assertEquals(lookAtRows(content, { ...COMMA, fields: 1 }), undefined, text);
    }
    assert(lookAtRows(bytes(`${"x".repeat(shift)}\n"a""b"\nc\n`), { ...COMMA, fields: 1 }));
  }
  assertEquals(lookAtRows(bytes("\na\n"), COMMA), undefined);
  const most = "x".repeat(MOST_LOOK_BYTES - 1) + "\n";
  assertEquals(lookAtRows(bytes(most), COMMA)?.end, MOST_LOOK_BYTES);
  assertEquals(lookAtRows(bytes(`x${most}`), COMMA), undefined);
  const shortest = lookAtRows(bytes("x\n".repeat(MOST_LOOK_BYTES / 2)), COMMA);
  assertEquals(shortest?.rows, MOST_LOOK_BYTES / 2);
});
