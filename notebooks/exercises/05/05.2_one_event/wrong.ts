import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "line-is-event",
    seen: "gave 6 events",
    replace: [[
      "    if (header || open === undefined || open.isJson) {",
      "    if (header || open !== undefined || blanks) {",
    ]],
  },
  {
    id: "needs-indent",
    seen: "gave 4 events",
    replace: [[
      "    const header = isJson || HEADER.test(line);",
      "    const header = isJson || /^\\S/.test(line);",
    ]],
  },
  {
    id: "last-lost",
    seen: "two headers gave one event",
    replace: [[
      "    blanks = [];\n  }\n  if (open !== undefined) yield eventOf(open);\n",
      "    blanks = [];\n  }\n",
    ]],
  },
  {
    id: "first-lost",
    seen: "two lines before the first header",
    replace: [[
      "    const isJson = isObject(line);",
      "    if (open === undefined && !HEADER.test(line) && !isObject(line)) continue;\n    const isJson = isObject(line);",
    ]],
  },
  {
    id: "splits-at-blank",
    seen: "gave 2 events",
    replace: [[
      "      blanks.push(line);\n      continue;",
      "      if (open !== undefined) yield eventOf(open);\n      open = undefined;\n      continue;",
    ]],
  },
  {
    id: "keeps-last-blanks",
    seen: "blank lines after events were kept",
    replace: [[
      "      blanks.push(line);\n      continue;",
      "      open?.lines.push(line);\n      continue;",
    ]],
  },
  {
    id: "swallows-json",
    seen: "became a part of the first event",
    replace: [[
      "    const isJson = isObject(line);",
      "    const isJson = open === undefined && isObject(line);",
    ]],
  },
  {
    id: "glues-to-json",
    seen: "2 lines after a JSON object",
    replace: [["open === undefined || open.isJson) {", "open === undefined) {"]],
  },
  {
    id: "braces-are-json",
    seen: "in a trace became an event",
    replace: [["    JSON.parse(line);\n    return true;", "    return true;"]],
  },
  {
    id: "collects-all",
    seen: "7 of 7 lines were read",
    replace: [["  for (const line of lines) {", "  for (const line of [...lines]) {"]],
  },
] as const satisfies readonly WrongSolution[];
