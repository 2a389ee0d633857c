import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "zone-ignored",
    seen: "2026-01-10T10:00:00Z, 2026-07-01T10:00:00Z",
    replace: [[
      'local.toZonedDateTime(zone, { disambiguation: "earlier" })',
      'local.toZonedDateTime(zone && "UTC", { disambiguation: "earlier" })',
    ]],
  },
  {
    id: "fixed-offset",
    seen: "2026-01-10T09:00:00Z, 2026-07-01T09:00:00Z",
    replace: [[
      'local.toZonedDateTime(zone, { disambiguation: "earlier" })',
      'local.toZonedDateTime(local.with({ month: 1, day: 1 }).toZonedDateTime(zone).offset, { disambiguation: "earlier" })',
    ]],
  },
  {
    id: "future",
    seen: "2026-12-31T10:00:00Z",
    replace: [["if (isPast) return", "if (isPast || instant !== null) return"]],
  },
  {
    id: "never-as-last",
    seen: "Dec 31, and then Dec 32, in a file of Dec 31: 2026-12-31T22:00:00Z, null",
    replace: [["  return { at: 0, year: newest };", "  return { at, year: newest };"], [
      "  for (let at = stamps.length - 1; at >= 0; at--) {",
      "  let at = stamps.length - 1;\n  {",
    ]],
  },
  {
    id: "turn-missed",
    seen: "2026-12-31T23:59:58Z, 2026-01-01T00:00:01Z",
    replace: [["    if (step < -HALF_A_YEAR) turns++;\n", ""]],
  },
  {
    id: "line-by-line",
    seen: "2026-03-20T10:00:00Z, 2025-04-20T10:00:00Z",
    replace: [[
      "instantOf(stamp, first + (turns[i] ?? 0), clock.zone)",
      "instantOf(stamp, anchorOf([stamp], clock).year + 0 * first * i, clock.zone)",
    ]],
  },
  {
    id: "late-is-new-year",
    seen: "May 1, a late Apr 30",
    replace: [["    if (step < -HALF_A_YEAR) turns++;", "    if (step < 0) turns++;"]],
  },
  {
    id: "moves-impossible",
    seen: "2026-02-28T10:00:00Z",
    replace: [['{ overflow: "reject" }', '{ overflow: "constrain" }']],
  },
  {
    id: "moves-skipped",
    seen: "02:30 on the night when clocks skip that hour: 2026-03-29T",
    replace: [[
      "  return zoned.toPlainDateTime().equals(local) ? zoned.toInstant().toString() : null;",
      "  return zoned.toInstant().toString();",
    ]],
  },
  {
    id: "later-of-two",
    seen: "2026-10-25T01:30:00Z",
    replace: [['{ disambiguation: "earlier" }', '{ disambiguation: "later" }']],
  },
  {
    id: "drops-or-sorts",
    seen: "2026-02-27T10:00:00Z, 2026-03-01T10:00:00Z",
    replace: [[
      "(turns[i] ?? 0), clock.zone));",
      "(turns[i] ?? 0), clock.zone)).filter((one) => one !== null);",
    ]],
  },
] as const satisfies readonly WrongSolution[];
