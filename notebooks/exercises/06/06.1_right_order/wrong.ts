import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "names-first",
    seen: "readers see a.gz",
    replace: [[
      "  await lake.promise(batch);\n",
      "  await lake.promise(batch);\n  await lake.name(batch);\n",
    ]],
  },
  {
    id: "moves-first",
    seen: "and nothing was promised",
    replace: [[
      "  await lake.promise(batch);\n",
      "  for (const file of batch.files) await lake.move(file);\n  await lake.promise(batch);\n",
    ]],
  },
  {
    id: "moves-twice",
    seen: "is not in staging",
    replace: [[
      "    if (await lake.isStaged(file)) await lake.move(file);",
      "    await lake.move(file);",
    ]],
  },
  {
    id: "strikes-early",
    seen: "was done before",
    replace: [[
      "  await lake.name(batch);\n  await lake.done(batch.run);",
      "  await lake.done(batch.run);\n  await lake.name(batch);",
    ]],
  },
  {
    id: "recovers-nothing",
    seen: "is still promised",
    replace: [[
      "await lake.promised()) await keep",
      "(await lake.promised()).slice(1)) await keep",
    ]],
  },
] as const satisfies readonly WrongSolution[];
