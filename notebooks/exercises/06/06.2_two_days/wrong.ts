import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "appends",
    seen: "b is there twice",
    replace: [[
      "table.rows.filter((row) => !isIn(row) && !fresh.has(row.id))",
      "table.rows.filter(() => true)",
    ]],
  },
  {
    id: "keeps-what-is-gone",
    seen: "c is still there",
    replace: [["!isIn(row) && !fresh.has(row.id)", "!fresh.has(row.id)"]],
  },
  {
    id: "closed-range",
    seen: "d is gone",
    replace: [["at < range.until", "at <= range.until"]],
  },
  {
    id: "trusts-the-answer",
    seen: "d has become 99",
    replace: [["if (isIn(row)) fresh", "fresh"]],
  },
  {
    id: "stays-where-it-was",
    seen: "e is there twice",
    replace: [["!isIn(row) && !fresh.has(row.id)", "!isIn(row)"]],
  },
  {
    id: "moves-the-watermark",
    seen: "the watermark went from",
    replace: [["{ ...table, rows:", "{ watermark: range.until, rows:"]],
  },
  {
    id: "changes-in-place",
    seen: "the table had 3 rows",
    replace: [[
      "  const fresh =",
      "  const old = table.rows as Row[];\n  old.splice(0, old.length, ...old.filter((row) => !isIn(row)));\n  const fresh =",
    ]],
  },
] as const satisfies readonly WrongSolution[];
