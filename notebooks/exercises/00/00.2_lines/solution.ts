/**
 * Memory holds one chunk and one unfinished line, whatever the size of the file. That is all that "flat" means, and it follows from
 * one habit: nothing is collected that can be handed on.
 *
 * for await is the pace. The loop asks for a chunk when it comes round, and it comes round when the reader has taken the lines
 * of the one before. When the reader leaves, the language calls return() on our generator, and for await calls it on the
 * source: files and sockets are closed without a line of our own. A loop of next() calls would have to do that by hand.
 *
 * One decoder for the whole stream. A character of UTF-8 has up to four bytes, and a chunk may end after the first;
 * { stream: true } keeps it until the rest comes. A decoder for each chunk makes two replacement characters of it, and since
 * that is no error, nobody notices.
 *
 * The \r is taken off when the line is whole. Done chunk by chunk, a \r\n that is cut in two leaves a \r that sticks to the
 * last column of a CSV, and joins on that column find nothing.
 *
 * What this leaves out is speed: lib/files looks for newlines in bytes and decodes only what someone wants to read, which is
 * about four times as fast. The shape is the same.
 *
 * @module
 */
/** Gives the lines of a UTF-8 text, however its bytes are cut into chunks. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) yield withoutReturn(part);
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
