import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "knows-one-form",
    seen: "data.results",
    replace: [[
      "const levels = [answer, ...Object.values(answer).filter(isObject)];",
      "const levels = [answer];",
    ]],
  },
  {
    id: "ends-at-an-empty-page",
    seen: "an empty page with a next cursor",
    replace: [[
      "if (cursor !== undefined) continue;",
      "if (cursor !== undefined && page.records.length > 0) continue;",
    ]],
  },
  {
    id: "believes-the-end",
    seen: "of 7 declared, and it is complete",
    replace: [["total === undefined || total === byId.size", "total !== -1"]],
  },
  {
    id: "runs-in-circles",
    seen: "asked more than 40 times",
    replace: [["while (!asked.has(cursor)) {", "while (asked.size < 1e9) {"]],
  },
  {
    id: "counts-twice",
    seen: "2 is there twice",
    replace: [
      ["  const asked =", "  let sent = 0;\n  const asked ="],
      ["if (!byId.has(record.id)) byId.set(record.id, record);", "byId.set(`${sent++}`, record);"],
    ],
  },
  {
    id: "loses-what-it-has",
    seen: "the third answer failed",
    replace: [["return result(false, `it failed: ${error}`, cursor);", "throw error;"]],
  },
  {
    id: "starts-over",
    seen: "asked for the first page again",
    replace: [["let cursor = before?.next;", "let cursor: string | undefined = undefined;"]],
  },
] as const satisfies readonly WrongSolution[];
