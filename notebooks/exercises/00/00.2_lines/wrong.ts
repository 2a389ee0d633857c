import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "chunk-is-line",
    seen: '"e\\ntw" "o\\nth" "ree\\n" gave "on", "e", "tw", "o", "th", "ree"',
    replace: [
      [
        `  let rest = "";
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\\n");
    rest = parts.pop() ?? "";
    for (const part of parts) yield withoutReturn(part);
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;`,
        `  for await (const chunk of chunks) {
    const parts = decoder.decode(chunk, { stream: true }).split("\\n");
    if (parts.at(-1) === "") parts.pop();
    for (const part of parts) yield withoutReturn(part);
  }`,
      ],
    ],
  },
  {
    id: "decodes-chunks-apart",
    seen: 'in chunks of 1 bytes: "Ren��", "������", "���� water"',
    replace: [
      [
        `  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\\n");`,
        `  let rest = "";
  for await (const chunk of chunks) {
    const parts = (rest + new TextDecoder().decode(chunk)).split("\\n");`,
      ],
      [
        `  }
  rest += decoder.decode();`,
        "  }",
      ],
    ],
  },
  {
    id: "drops-empty-lines",
    seen: '"a\\n\\nb\\n" gave "a", "b"',
    replace: [
      [
        "    for (const part of parts) yield withoutReturn(part);",
        "    for (const part of parts.filter(Boolean)) yield withoutReturn(part);",
      ],
    ],
  },
  {
    id: "empty-last-line",
    seen: '"one\\ntwo\\nthree\\n" gave "one", "two", "three", ""',
    replace: [
      ['  if (rest !== "") yield rest;', "  yield rest;"],
    ],
  },
  {
    id: "keeps-everything",
    seen: "6 MB of lines were taken, and ",
    replace: [
      [
        `  let rest = "";
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\\n");
    rest = parts.pop() ?? "";
    for (const part of parts) yield withoutReturn(part);
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;`,
        `  let all = "";
  let start = 0;
  for await (const chunk of chunks) {
    all += decoder.decode(chunk, { stream: true });
    for (let end = all.indexOf("\\n", start); end >= 0; end = all.indexOf("\\n", start)) {
      yield withoutReturn(all.slice(start, end));
      start = end + 1;
    }
  }
  all += decoder.decode();
  if (start < all.length) yield all.slice(start);`,
      ],
    ],
  },
  {
    id: "last-line-lost",
    seen: '"one\\ntwo" gave "one"',
    replace: [
      [
        `  }
  rest += decoder.decode();
  if (rest !== "") yield rest;`,
        "  }",
      ],
    ],
  },
  {
    id: "leaves-open",
    seen: "reader stopped after one line, and the source was never closed",
    replace: [
      [
        `  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\\n");`,
        `  const iterator = chunks[Symbol.asyncIterator]();
  for (let step = await iterator.next(); !step.done; step = await iterator.next()) {
    const parts = (rest + decoder.decode(step.value, { stream: true })).split("\\n");`,
      ],
    ],
  },
  {
    id: "return-left",
    seen: '"one\\r" "\\ntwo\\r" "\\n" gave "one\\r", "two\\r"',
    replace: [
      [
        `    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\\n");
    rest = parts.pop() ?? "";
    for (const part of parts) yield withoutReturn(part);`,
        `    const parts = (rest + decoder.decode(chunk, { stream: true }).replaceAll("\\r\\n", "\\n")).split(
      "\\n",
    );
    rest = parts.pop() ?? "";
    for (const part of parts) yield part;`,
      ],
      [
        `
function withoutReturn(line: string): string {
  return line.endsWith("\\r") ? line.slice(0, -1) : line;
}
`,
        "",
      ],
    ],
  },
  {
    id: "runs-ahead",
    seen: "after line 1, 99 chunks had been read that nobody had asked for",
    replace: [
      [
        '  let rest = "";',
        `  let rest = "";
  const lines: string[] = [];`,
      ],
      [
        `    for (const part of parts) yield withoutReturn(part);
  }`,
        `    lines.push(...parts.map(withoutReturn));
    if (lines.length < 100) continue;
    yield* lines.splice(0);
  }
  yield* lines;`,
      ],
    ],
  },
  {
    id: "trims-blanks",
    seen: '"a  \\r\\n\\tb\\t\\nc " gave "a", "\\tb", "c "',
    replace: [
      [
        "    for (const part of parts) yield withoutReturn(part);",
        "    for (const part of parts) yield part.trimEnd();",
      ],
      [
        `
function withoutReturn(line: string): string {
  return line.endsWith("\\r") ? line.slice(0, -1) : line;
}
`,
        "",
      ],
    ],
  },
  {
    id: "whole-file",
    seen: "1000 of 1000 chunks were read before the first line came",
    replace: [
      [
        `  let rest = "";
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\\n");
    rest = parts.pop() ?? "";
    for (const part of parts) yield withoutReturn(part);
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;`,
        `  let text = "";
  for await (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
  text += decoder.decode();
  const lines = text.split("\\n");
  if (lines.at(-1) === "") lines.pop();
  for (const line of lines) yield withoutReturn(line);`,
      ],
    ],
  },
] as const satisfies readonly WrongSolution[];
