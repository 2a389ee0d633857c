import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "many-lines",
    seen: "\\n",
    replace: [[
      '.join(",")}}`;',
      '.join(",\\n")}}`;',
    ]],
  },
  {
    id: "in-the-message",
    seen: 'the event is "page-failed 7',
    replace: [[
      "level: about.level, event };",
      'level: about.level, event: `${event} ${Object.values(fields).join(" ")}` };',
    ]],
  },
  {
    id: "overwritten",
    seen: '"level":3',
    replace: [['    while (line.has(name)) name += "_";\n', ""], ["let name", "const name"]],
  },
  {
    id: "lost-field",
    seen: '{"level":1,"level_":2} became',
    replace: [[
      '    while (line.has(name)) name += "_";',
      "    if (key in fixed) name = `${key}_`;",
    ]],
  },
  {
    id: "empty-error",
    seen: "{}",
    replace: [["  if (value instanceof Error) {", "  if (value instanceof Promise) {"], [
      "const { name, message } = value;",
      'const { name, message } = { name: "", message: "" };',
    ]],
  },
  {
    id: "shallow-error",
    seen: '{"name":"TypeError","message":"Cannot write"}',
    replace: [[
      'return { name, message, ..."cause" in value ? { cause: plain("", value.cause, below) } : {} };',
      "return { name, message };",
    ]],
  },
  {
    id: "throws",
    seen: "for 12345678901234567890n",
    replace: [
      ['  if (typeof value === "bigint") return String(value);\n', ""],
      [`return '"[unreadable]"';`, 'return JSON.stringify(plain("", owner[key], []));'],
    ],
  },
  {
    id: "trusts-values",
    seen: "for a field's getter that throws: TypeError: not now",
    replace: [[`return '"[unreadable]"';`, 'return JSON.stringify(plain("", owner[key], []));']],
  },
  {
    id: "loses-dates",
    seen: "1970-01-01T00:00:00.000Z became {}",
    replace: [[
      `  if ("toJSON" in value && typeof value.toJSON === "function") {
    return plain(key, value.toJSON(key), below);
  }
`,
      "",
    ]],
  },
  {
    id: "twice-is-a-circle",
    seen: "twice in a l",
    replace: [[
      "  const below = [...parents, value];",
      "  const below = parents as unknown[];\n  below.push(value);",
    ]],
  },
  {
    id: "leaks",
    seen: "hunter2",
    replace: [[
      "const SECRET = /^(token|password|secret|authorization)$/i;",
      "const SECRET = /^(token|password|secret|authorization)$/;",
    ]],
  },
] as const satisfies readonly WrongSolution[];
