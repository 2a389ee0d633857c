import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "retries-the-unretryable",
    seen: "transient true retry, false retry",
    replace: [['  if (!transient) return "stop";\n', ""], [
      "const { of, transient, repeatable",
      "const { of, repeatable",
    ]],
  },
  {
    id: "reads-the-code",
    seen: "http-status: transient true retry, false retry",
    replace: [
      [
        '  if (!transient) return "stop";\n',
        '  if (!/timeout|status/.test(failure.code) && !transient) return "stop";\n',
      ],
    ],
  },
  {
    id: "rejects-an-outage",
    seen: "no attempt left: reject",
    replace: [[
      '  if (attempts >= limit) return "stop";',
      '  if (attempts >= limit) return "reject";',
    ]],
  },
  {
    id: "stops-for-a-record",
    seen: "record-invalid: stop",
    replace: [['  if (of === "record") return "reject";', '  if (of === "record") return "stop";']],
  },
  {
    id: "comes-back-early",
    seen: "a wait of 60001 ms, maxWait 60000: retry",
    replace: [['  return wait > maxWait ? "suspend" : "retry";', '  return "retry";'], [
      "repeatable = true, wait = 0 }",
      "repeatable = true }",
    ], ["{ attempts, limit, maxWait }", "{ attempts, limit }"]],
  },
  {
    id: "never-gives-up",
    seen: "attempt 3 of 3 failed: retry",
    replace: [['  if (attempts >= limit) return "stop";\n', ""], [
      "{ attempts, limit, maxWait }",
      "{ maxWait }",
    ]],
  },
  {
    id: "repeats-harm",
    seen: "repeatable false: retry",
    replace: [['  if (!repeatable) return "stop";\n', ""], ["repeatable = true, ", ""]],
  },
] as const satisfies readonly WrongSolution[];
