import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "changes-bytes",
    seen: "bytes went in",
    replace: [[
      "  return bytes;\n}",
      "  return new TextEncoder().encode(new TextDecoder().decode(bytes));\n}",
    ]],
  },
  {
    id: "chunk-is-record",
    seen: "in chunks of 1 bytes",
    replace: [[
      "    if (start < chunk.length) rest.push(chunk.slice(start));",
      "    if (start < chunk.length) yield chunk.slice(start);",
    ]],
  },
  {
    id: "cuts-in-quotes",
    seen: "records with line ends in quotes",
    replace: [["if (chunk[at] !== 0x0a || quoted) continue;", "if (chunk[at] !== 0x0a) continue;"]],
  },
  {
    id: "drops-long",
    seen: "parts of",
    replace: [[
      "    part.push(record);\n    size",
      "    if (header.length + record.length > target) continue;\n    part.push(record);\n    size",
    ]],
  },
  {
    id: "empty-parts",
    seen: "parts of 12, 8",
    replace: [["part.length > 0 && header.length", "header.length"], [
      "      parts++;\n      part = [];",
      "      parts++;\n      if (record.length + header.length > target) yield header;\n      part = [];",
    ]],
  },
  {
    id: "header-as-record",
    seen: "id,note\\nid,note\\n",
    replace: [["      header = record;\n      continue;", "      header = record;"]],
  },
  {
    id: "loses-the-last",
    seen: "2,b",
    replace: [["  if (rest.length > 0) yield join(rest);\n", ""]],
  },
  {
    id: "no-header",
    seen: "target 16",
    replace: [["      parts++;\n", "      parts++;\n      header = new Uint8Array(0);\n"]],
  },
  {
    id: "over-target",
    seen: "target 16",
    replace: [[
      "header.length + size + record.length > target",
      "size >= target - header.length + 1",
    ]],
  },
  {
    id: "quotes-by-chunk",
    seen: "in chunks of",
    replace: [
      ["  let quoted = false;\n", ""],
      ["    let start = 0;\n", "    let start = 0;\n    let quoted = false;\n"],
    ],
  },
  {
    id: "reads-everything",
    seen: "500 of 500",
    replace: [[
      "  for await (const record of records(chunks)) {",
      "  for (const record of await Array.fromAsync(records(chunks))) {",
    ]],
  },
] as const satisfies readonly WrongSolution[];
