import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

const RENAME = "  await disk.rename(temporary, name);\n";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "content-not-flushed",
    seen: 'and a crash: orders.csv ""',
    replace: [["    await disk.flush(temporary);\n", ""]],
  },
  {
    id: "final-name-first",
    seen: 'step "create orders.csv"',
    replace: [["const temporary = `${name}.tmp`;", "const temporary = name;"]],
  },
  {
    id: "leaves-temporary",
    seen: "the folder has orders.csv.tmp",
    replace: [["    await disk.remove(temporary);\n", ""]],
  },
  {
    id: "name-not-flushed",
    seen: 'after a crash: orders.csv "id\\n1\\n"',
    replace: [["  await disk.flushFolder();\n", ""]],
  },
  {
    id: "publishes-half",
    seen: "the source failed after 0 bytes",
    replace: [[
      "    await disk.remove(temporary);\n    throw error;",
      "    await disk.flush(temporary);",
    ]],
  },
  {
    id: "removes-first",
    seen: "remove orders.csv",
    replace: [[RENAME, `  await disk.remove(name).catch(() => {});\n${RENAME}`]],
  },
  {
    id: "swallows-the-error",
    seen: "publish() returned",
    replace: [["    throw error;\n", "    return;\n"]],
  },
  {
    id: "trusts-leftovers",
    seen: "half of another",
    replace: [[
      "  await disk.create(temporary);\n",
      "  await disk.append(temporary, new Uint8Array(0)).catch(() => disk.create(temporary));\n",
    ]],
  },
] as const satisfies readonly WrongSolution[];
