import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "deaf",
    seen: "the signal came in take b: take a, save 1, pause, take b, save 2, pause, take c",
    replace: [["    if (signal.aborted) return 75;\n", ""]],
  },
  {
    id: "cut-off",
    seen: "the signal came in take b",
    replace: [[
      "      await tools.save(at + 1);",
      "      if (signal.aborted) return 75;\n      await tools.save(at + 1);",
    ]],
  },
  {
    id: "begins-anew",
    seen: "3 are done: take a",
    replace: [["let at = tools.position;", "let at = 0;"]],
  },
  {
    id: "says-done",
    seen: "ended with 0",
    replace: [["    if (signal.aborted) return 75;", "    if (signal.aborted) break;"]],
  },
  {
    id: "says-failed",
    seen: "ended with an error: SIGTERM",
    replace: [["await tools.pause(signal).catch(() => {});", "await tools.pause(signal);"]],
  },
  {
    id: "says-stopped",
    seen: "the signal came in take d",
    replace: [["  return 0;", "  return signal.aborted ? 75 : 0;"]],
  },
  {
    id: "saves-before",
    seen: "save 1, take a",
    replace: [[
      '      await tools.take(items[at] ?? "");\n      await tools.save(at + 1);',
      '      await tools.save(at + 1);\n      await tools.take(items[at] ?? "");',
    ]],
  },
  {
    id: "takes-on",
    seen: "take c failed: take a",
    replace: [["      return 1;", "      failed = 1;"], ["  return 0;", "  return failed;"], [
      "  for (let at",
      "  let failed = 0;\n  for (let at",
    ]],
  },
] as const satisfies readonly WrongSolution[];
