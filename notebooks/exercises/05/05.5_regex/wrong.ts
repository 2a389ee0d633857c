import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "ends-at-escaped-quote",
    seen: "an agent with escaped quotes gave undefined",
    replace: [['`"([^"\\\\]*(?:\\\\.[^"\\\\]*)*)"`', '`"([^"]*)"`']],
  },
  {
    id: "ends-at-last-quote",
    seen: "the request is",
    replace: [
      ['`"([^"\\\\]*(?:\\\\.[^"\\\\]*)*)"`', '`"(.*)"`'],
      [" (\\d{3}) (\\d+|-) ${QUOTED} ${QUOTED}$`", " ?(\\d{3})?(\\d+|-)?()()$`"],
    ],
  },
  {
    id: "keeps-escapes",
    seen: 'the agent a\\"b became a\\"b',
    replace: [['text.replace(/\\\\(["\\\\])/g, "$1")', "text"]],
  },
  {
    id: "needs-content",
    seen: 'a line with "" as request',
    replace: [['`"([^"\\\\]*(?:\\\\.[^"\\\\]*)*)"`', '`"((?:[^"\\\\]|\\\\.)+)"`']],
  },
  {
    id: "dash-is-number",
    seen: '"-" bytes became 0',
    replace: [['size === "-" ? undefined : Number(size)', 'size === "-" ? 0 : Number(size)']],
  },
  {
    id: "takes-parts",
    seen: "was read as an access of",
    replace: [["String.raw`^([^ ]+) ", "String.raw`([^ ]+) "]],
  },
  {
    id: "explodes",
    seen: "characters in all, took",
    replace: [['`"([^"\\\\]*(?:\\\\.[^"\\\\]*)*)"`', '`"([^"\\\\]*(?:\\\\.[^"\\\\]*)* *)"`']],
  },
] as const satisfies readonly WrongSolution[];
