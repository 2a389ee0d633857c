// Calls next() by hand, and nobody calls return().
/** Gives the lines of a UTF-8 text, however its bytes are cut into chunks. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  const iterator = chunks[Symbol.asyncIterator]();
  for (let step = await iterator.next(); !step.done; step = await iterator.next()) {
    const parts = (rest + decoder.decode(step.value, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) yield withoutReturn(part);
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
