// Splits each chunk by itself.
/** Gives the lines of a UTF-8 text, however its bytes are cut into chunks. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    const parts = decoder.decode(chunk, { stream: true }).split("\n");
    if (parts.at(-1) === "") parts.pop();
    for (const part of parts) yield withoutReturn(part);
  }
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
