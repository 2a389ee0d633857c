import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "last-batch-lost",
    seen: '7 lines, rows: 3: ["a","b","c"] ["d","e","f"]',
    replace: [["  if (batch.length > 0) yield batch;\n", ""]],
  },
  {
    id: "empty-batch",
    seen: "0 lines, rows: 3: []",
    replace: [["  if (batch.length > 0) yield batch;", "  yield batch;"]],
  },
  {
    id: "rows-only",
    seen: 'bytes: 10: ["aaaa","bbbb","cccc","dddddd","e"]',
    replace: [[" || bytes + size > limits.bytes", ""]],
  },
  {
    id: "overshoots",
    seen: 'bytes: 10: ["aaaa","bbbb","cccc"] ["dddddd","e"]',
    replace: [["bytes + size > limits.bytes", "bytes >= limits.bytes"]],
  },
  {
    id: "counts-characters",
    seen: 'bytes: 12: ["日本","éé","🚰🚰","aaaa"] ["b"]',
    replace: [["encoder.encode(line).length", "line.length"]],
  },
  {
    id: "too-small",
    seen: 'bytes: 10: ["aaaa","bbbb"] ["cccc"] ["dddddd","e"]',
    replace: [["bytes + size > limits.bytes", "bytes + size >= limits.bytes"]],
  },
  {
    id: "same-array",
    seen: 'a batch was ["a","b"], and is ["e"] by now',
    replace: [["let batch: string[]", "const batch: string[]"], [
      "      batch = [];",
      "      batch.length = 0;",
    ]],
  },
  {
    id: "holds-everything",
    seen: "10 lines were taken, 1000 had been read",
    replace: [
      ["  let bytes = 0;", "  let bytes = 0;\n  const batches: string[][] = [];"],
      ["      yield batch;\n      batch", "      batches.push(batch);\n      batch"],
      [
        "  if (batch.length > 0) yield batch;",
        "  yield* batches;\n  if (batch.length > 0) yield batch;",
      ],
    ],
  },
  {
    id: "leaves-open",
    seen: "reader stopped after 5 batches, and the source was never closed",
    replace: [[
      "  for await (const line of lines) {",
      "  const iterator = lines[Symbol.asyncIterator]();\n" +
      "  for (let step = await iterator.next(); !step.done; step = await iterator.next()) {\n" +
      "    const line = step.value;",
    ]],
  },
] as const satisfies readonly WrongSolution[];
