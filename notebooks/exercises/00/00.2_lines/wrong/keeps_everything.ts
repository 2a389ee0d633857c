// Hands out lines in time, and never cuts the text that they came from.
/** Gives the lines of a UTF-8 text, however its bytes are cut into chunks. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let all = "";
  let start = 0;
  for await (const chunk of chunks) {
    all += decoder.decode(chunk, { stream: true });
    for (let end = all.indexOf("\n", start); end >= 0; end = all.indexOf("\n", start)) {
      yield withoutReturn(all.slice(start, end));
      start = end + 1;
    }
  }
  all += decoder.decode();
  if (start < all.length) yield all.slice(start);
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
