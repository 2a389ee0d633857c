import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "by-position",
    seen: '"take":[0,1,2]',
    replace: [["wanted.map((name) => names.indexOf(name))", "wanted.map((_, n) => n)"]],
  },
  {
    id: "drops-extra",
    seen: '"rebate", "cost": {"take":[0,1,3]}',
    replace: [[
      '    ...list("unknown", found.filter((_, n) => !wanted.includes(names[n] ?? ""))),\n',
      "",
    ]],
  },
  {
    id: "exact-only",
    seen: '{"refuse":"missing',
    replace: [[".trim().toLowerCase()", ""]],
  },
  {
    id: "fills-missing",
    seen: '{"take":[0,1,-1]}',
    replace: [[
      '    ...list("missing", expected.filter((_, n) => !names.includes(wanted[n] ?? ""))),\n',
      "",
    ]],
  },
  {
    id: "first-of-two",
    seen: '{"take":[0,1,2]}',
    replace: [[
      '    ...list("twice", found.filter((_, n) => names.indexOf(names[n] ?? "") !== n)),\n',
      "",
    ]],
  },
  {
    id: "mark-sticks",
    seen: '"missing: id',
    replace: [
      ['name.replace(/^\\ufeff/, "").trim()', 'name.replace(/^[ \\t]+|[ \\t]+$/g, "")'],
    ],
  },
  {
    id: "one-at-a-time",
    seen: 'header "id": {"refuse":"missing: price"}',
    replace: [['`${fault}: ${names.join(", ")}`', "`${fault}: ${names[0]}`"]],
  },
] as const satisfies readonly WrongSolution[];
