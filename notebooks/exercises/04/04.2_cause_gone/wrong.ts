import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "swallowed",
    seen: "read threw TypeError: no space left on device",
    replace: [[
      '    throw new Error(`Cannot ${name} "${path}"`, { cause: error });',
      "    return [] as T;",
    ]],
  },
  {
    id: "cause-lost",
    seen: "cause is undefined",
    replace: [['"${path}"`, { cause: error });', '"${path}"`);']],
  },
  {
    id: "cause-as-text",
    seen: "cause is undefined",
    replace: [['"${path}"`, { cause: error });', '"${path}": ${error}`);']],
  },
  {
    id: "no-context",
    seen: 'the message is "Cannot load orders"',
    replace: [['`Cannot ${name} "${path}"`', '"Cannot load orders"']],
  },
  {
    id: "both-steps",
    seen: "whichever step fails, the message is",
    replace: [['`Cannot ${name} "${path}"`', '`Cannot read or parse "${path}"`']],
  },
  {
    id: "first-only",
    seen: "Cannot load <- Cannot write; wanted",
    replace: [[
      '    if ("cause" in value) walk(value.cause);',
      '    if ("cause" in value && chain.length < 2) walk(value.cause);',
    ]],
  },
  {
    id: "errors-only",
    seen: "outer; wanted outer <- a text",
    replace: [[
      '    if ("cause" in value) walk(value.cause);',
      "    if (value.cause instanceof Error) walk(value.cause);",
    ]],
  },
  {
    id: "one-of-many",
    seen: "all replicas failed <- network down; wanted",
    replace: [["    if (value instanceof AggregateError) value.errors.forEach(walk);\n", ""]],
  },
  {
    id: "endless",
    seen: "it never ends",
    replace: [["    if (seen.has(value)) return;\n", ""]],
  },
] as const satisfies readonly WrongSolution[];
