import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "many-lines",
    seen: "\\n",
    replace: [[
      "  return JSON.stringify(plain(line, []));",
      "  return JSON.stringify(plain(line, []), null, 2);",
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
    replace: [["    line[key in fixed ? `${key}_` : key] = value;", "    line[key] = value;"]],
  },
  {
    id: "lost-field",
    seen: '"level":"warning"',
    replace: [[
      "    line[key in fixed ? `${key}_` : key] = value;",
      "    if (!(key in fixed)) line[key] = value;",
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
      'return { name, message, ..."cause" in value ? { cause: plain(value.cause, below) } : {} };',
      "return { name, message };",
    ]],
  },
  {
    id: "throws",
    seen: "for 12345678901234567890n",
    replace: [['  if (typeof value === "bigint") return String(value);\n', ""]],
  },
  {
    id: "twice-is-a-circle",
    seen: "an error twice in a line",
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
