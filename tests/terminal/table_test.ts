import { everyTest } from "../_sample.ts";
import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { createStyle, displayWidth, table } from "../../lib/terminal/mod.ts";

const COLUMNS = [{ title: "stream" }, { title: "rows", align: "right" }, { title: "why" }] as const;

Deno.test("table() aligns each column to its side under its title", () => {
  assertEquals(
    table(COLUMNS, [["events", "20", "no-next"], ["flights", "3,000"]], { indent: "  " }),
    "  stream    rows  why\n  events      20  no-next\n  flights  3,000\n",
  );
});

Deno.test("table() has no heading line when no column has a title", () => {
  assertEquals(table([{ title: "" }, { title: "" }], [["a", "b"]]), "a  b\n");
});

Deno.test("table() is only its heading when there are no rows", () => {
  assertEquals(table(COLUMNS, []), "stream  rows  why\n");
});

Deno.test("table() counts neither colours nor bytes but columns on the screen", () => {
  const style = createStyle({ color: true });
  assertEquals(
    table([{ title: "a" }, { title: "b" }], [[style.red("日本"), "x"], ["abc", "y"]], {
      heading: style.dim,
    }),
    `${style.dim("a     b")}\n${style.red("日本")}  x\nabc   y\n`,
  );
});

Deno.test("table() cuts the widest column when the width is too small", () => {
  assertEquals(
    table(COLUMNS, [["events", "20", "a long explanation"]], { width: 24 }),
    "stream  rows  why\nevents    20  a long ex…\n",
  );
});

Deno.test("table() cuts a path in its middle where the column asks for it, by what is seen", () => {
  const path = "in/2026-11-26/a-folder/orders_20261126.csv";
  const of = (text: string, width: number) =>
    table([{ title: "", cutMiddle: true }], [[text]], { width });
  assertEquals(of(path, 25), "in/2026-…ers_20261126.csv\n");
  assertEquals(of("日本日本日本日本", 10), "日…本日本\n");
  const red = createStyle({ color: true }).red;
  assertEquals(of(red(path), 10), `${red("in/2026-1…").replace("\x1b[39m", "\x1b[0m")}\n`);
});

Deno.test("table() leaves each column a few letters when there is no room at all", () => {
  assertEquals(table([{ title: "" }], [["abcdefgh"]], { width: 1 }), "abc…\n");
});

Deno.test("table() takes line ends and control sequences out of cells", () => {
  assertEquals(table([{ title: "" }], [["a\nb\tc\x1b[2Jd\x07"]]), "a b c[2Jd\n");
});

Deno.test("table() never exceeds the width while every column may keep a few letters", () => {
  const row = fc.array(fc.string({ unit: "grapheme", maxLength: 60 }), {
    minLength: 3,
    maxLength: 3,
  });
  fc.assert(fc.property(fc.array(row), fc.integer({ min: 20, max: 100 }), (rows, width) => {
    const lines = table(COLUMNS, rows, { width }).split("\n");
    assertEquals(lines.every((line) => displayWidth(line) <= width), true);
    assertEquals(lines.length, rows.length + 2);
  }));
});

Deno.test("table() wraps a column marked so rather than cutting it", () => {
  const columns = [{ title: "name" }, { title: "n", align: "right" }, {
    title: "end",
    wraps: true,
  }] as const;
  const rows = [["shop.items", "7", "complete: total-reached 95, 2 retries"], [
    "b",
    "1",
    "partial",
  ]];
  assertEquals(
    table(columns, rows, { width: 34, indent: "  " }),
    "  name        n  end\n" +
      "  shop.items  7  complete:\n" +
      "                 total-reached 95,\n" +
      "                 2 retries\n" +
      "  b           1  partial\n",
  );
});

Deno.test("table() cuts columns marked cutFirst before wider ones", () => {
  const columns = [{ title: "" }, { title: "", cutFirst: true }];
  const rows = [["a".repeat(12), "b".repeat(8)]];
  assertEquals(table(columns, rows, { width: 20 }), `${"a".repeat(12)}  bbbbb…\n`);
  assertEquals(table(columns, rows, { width: 16 }), `${"a".repeat(9)}…  bbb…\n`);
});

everyTest("table() takes more rows than a function takes arguments", () => {
  const rows = Array.from({ length: 200_000 }, () => ["x"]);
  assertEquals(table([{ title: "a" }], rows).length, "a\n".length * 200_001);
});

Deno.test("table() leaves out optional columns, the highest first, before it cuts any", () => {
  const columns = [
    { title: "run", optional: 1 },
    { title: "status" },
    { title: "size", optional: 2, align: "right" },
    { title: "path" },
  ] as const;
  const rows = [["01KAQ6", "complete", "12", "a/long/path.csv"]];
  const headings = [40, 34, 26, 20].map((width) =>
    table(columns, rows, { width }).split("\n").map((line) => line.trimEnd())
  );
  assertEquals(headings, [
    ["run     status    size  path", "01KAQ6  complete    12  a/long/path.csv", ""],
    ["run     status    path", "01KAQ6  complete  a/long/path.csv", ""],
    ["status    path", "complete  a/long/path.csv", ""],
    ["status    path", "complete  a/long/pa…", ""],
  ]);
});

Deno.test("table() leaves out from the right what cannot fit even when it is cut", () => {
  const columns = Array.from({ length: 30 }, (_, i) => ({ title: `column_${i}` }));
  const rows = [columns.map(({ title }) => `${title} is long`)];
  for (const least of [4, 8]) {
    let left: readonly string[] = [];
    const leftOut = (titles: readonly string[]) => void (left = titles);
    const [heading = "", line = ""] = table(columns, rows, { width: 80, least, leftOut }).split(
      "\n",
    );
    const shown = Math.floor(82 / (least + 2));
    assertEquals([line.length <= 80, heading.split("  ").length], [true, shown]);
    assertEquals(left, columns.slice(shown).map(({ title }) => title));
  }
});
