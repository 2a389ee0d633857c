import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "stops-at-the-total",
    seen: '2 records of a total of 2, and next is "b": complete',
    replace: [
      [
        '  if (last === undefined || last.next !== null) return "more";\n',
        '  if (last === undefined) return "more";\n',
      ],
      [
        '  if (totals.size === 0) return "complete";\n',
        '  if (totals.size === 0) return last.next === null ? "complete" : "more";\n',
      ],
      [
        '  return totals.size === 1 && totals.has(ids.size) ? "complete" : "partial";',
        `  if (totals.size === 1 && totals.has(ids.size)) return "complete";
  return last.next === null ? "partial" : "more";`,
      ],
    ],
  },
  {
    id: "counts-rows",
    seen: "the records 1, 2, 2, 4 of a total of 4: complete",
    replace: [
      [
        "new Set(pages.flatMap(({ items }) => items.map(({ id }) => id)));",
        "{ size: pages.flatMap(({ items }) => items).length };",
      ],
    ],
  },
  {
    id: "believes-the-end",
    seen: "3 records of 4: complete",
    replace: [
      [
        '  return totals.size === 1 && totals.has(ids.size) ? "complete" : "partial";',
        '  return ids.size >= 0 ? "complete" : "partial";',
      ],
    ],
  },
  {
    id: "needs-a-total",
    seen: "3 records, no total: partial",
    replace: [['  if (totals.size === 0) return "complete";\n', ""]],
  },
  {
    id: "takes-the-last-total",
    seen: "3 records, a total of 4 and then of 3: complete",
    replace: [
      [
        "  return totals.size === 1 && totals.has(ids.size)",
        "  return last.total === undefined || last.total === ids.size",
      ],
    ],
  },
] as const satisfies readonly WrongSolution[];
