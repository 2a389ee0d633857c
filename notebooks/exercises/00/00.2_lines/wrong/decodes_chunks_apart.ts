// A new decoder for each chunk.
/** Gives the lines of a UTF-8 text, however its bytes are cut into chunks. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  let rest = "";
  for await (const chunk of chunks) {
    const parts = (rest + new TextDecoder().decode(chunk)).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) yield withoutReturn(part);
  }
  if (rest !== "") yield rest;
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
