import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "no-error-no-problem",
    seen: '"declared":200}: complete, wanted partial',
    replace: [[
      "  if (declared !== undefined && declared > read) {",
      "  if (declared !== undefined && declared < 0) {",
    ]],
  },
  {
    id: "empty-is-fine",
    seen: '"before":1000}: complete, wanted partial',
    replace: [[
      '  if (read === 0 && before > 0) return { outcome: "partial", reason: `0 rows, ${before} before` };\n',
      "",
    ], ["before = 0, ", ""]],
  },
  {
    id: "empty-is-never-fine",
    seen: '"before":0}: partial, wanted complete',
    replace: [["  if (read === 0 && before > 0) return", "  if (read === 0) return"]],
  },
  {
    id: "hidden-in-the-crowd",
    seen: "10 of 10 rejected next to 100000 good ones: complete",
    replace: [
      ["({ stream, ...judge(stream) }));", "({ stream, ...judge(stream, streams) }));"],
      [
        "function judge(stream: StreamCounts):",
        "function judge(stream: StreamCounts, all: readonly StreamCounts[]):",
      ],
      [
        "  if (rejected > read * tolerance + 1e-9 * read) {",
        "  const sum = all.reduce((total, one) => total + one.read, 0);\n  if (rejected > sum * tolerance + 1e-9 * sum) {",
      ],
    ],
  },
  {
    id: "unbalanced",
    seen: '"written":99,"rejected":0,"tolerance":0.01}: complete, wanted failed',
    replace: [["  if (read !== written + rejected) {", "  if (written < 0) {"]],
  },
  {
    id: "largest-number",
    seen: "a, b, c, d (a failed, b suspended, c partial, d complete): suspended, exit 75",
    replace: [[
      'const GRAVEST_FIRST = ["failed", "suspended", "partial", "complete"]',
      'const GRAVEST_FIRST = ["suspended", "partial", "failed", "complete"]',
    ]],
  },
  {
    id: "last-one-wins",
    seen: "a, b, c, d (a failed, b suspended, c partial, d complete): complete, exit 0",
    replace: [[
      'GRAVEST_FIRST.find((one) => judged.some((each) => each.outcome === one)) ??\n    "failed";',
      'GRAVEST_FIRST.find((one) => judged.at(-1)?.outcome === one) ?? "failed";',
    ]],
  },
  {
    id: "nothing-is-green",
    seen: "no streams: complete, exit 0",
    replace: [[
      'return { outcome: "failed", exit: 1, reasons: ["nothing was run"] };',
      'return { outcome: "complete", exit: 0, reasons: [] };',
    ]],
  },
  {
    id: "off-by-a-double",
    seen: '"tolerance":0.29}: partial, wanted complete',
    replace: [[
      "  if (rejected > read * tolerance + 1e-9 * read) {",
      "  if (rejected > read * tolerance) {",
    ]],
  },
  {
    id: "rounded-away",
    seen: '"read":1000,"written":996,"rejected":4,"tolerance":0}: complete, wanted partial',
    replace: [[
      "  if (rejected > read * tolerance + 1e-9 * read) {",
      "  if (Math.round(100 * rejected / read) > Math.round(100 * tolerance)) {",
    ]],
  },
  {
    id: "nameless",
    seen: '["http-auth","100 of 200 read"]',
    replace: [[
      "    .map(({ stream, reason }) => `${stream.name}: ${reason}`);",
      "    .map(({ reason }) => reason);",
    ]],
  },
] as const satisfies readonly WrongSolution[];
