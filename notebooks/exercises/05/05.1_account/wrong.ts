import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "drops-silently",
    seen: "2 became records and 0 rejects",
    replace: [[
      `      rejects.push({ line, reason: "expected a time, a level and a message", raw });
`,
      "",
    ]],
  },
  {
    id: "stops-early",
    seen: '"hello" between two good lines ended it',
    replace: [[
      `      rejects.push({ line, reason: "expected a time, a level and a message", raw });
      continue;`,
      "      throw new Error(`line ${line}`);",
    ]],
  },
  {
    id: "counts-records",
    seen: "wanted records 1,3; rejects 2,4",
    replace: [["    const line = index + 1;", "    const line = records.length + 1 + 0 * index;"]],
  },
  {
    id: "counts-the-end",
    seen: "gave 3 lines",
    replace: [[`  if (lines.at(-1) === "") lines.pop();\n`, ""]],
  },
  {
    id: "rejects-blanks",
    seen: "0 blank, 2 rejects",
    replace: [[
      `    if (raw.trim() === "") {
      blank++;
      continue;
    }
`,
      "    blank += 0;\n",
    ]],
  },
  {
    id: "alters-raw",
    seen: 'was kept as "two blanks first',
    replace: [['and a message", raw });', 'and a message", raw: raw.trim() });']],
  },
  {
    id: "alters-message",
    seen: '" late  " became "late"',
    replace: [[
      "records.push({ line, time, level, message });",
      "records.push({ line, time, level, message: message.trim() });",
    ]],
  },
  {
    id: "ends-at-return",
    seen: 'the message "done\\r" became a reject',
    replace: [["(.*)$/s;", "(.*)$/;"]],
  },
  {
    id: "invents-level",
    seen: 'became a record of level "INFO"',
    replace: [
      ["(DEBUG|INFO|WARN|ERROR) (.*)$/s;", "(?:(DEBUG|INFO|WARN|ERROR) )?(.*)$/s;"],
      ["const [, time, level, message]", 'const [, time, level = "INFO", message]'],
    ],
  },
] as const satisfies readonly WrongSolution[];
