/**
 * The question "where does a record end?" needs one bit of memory: are we inside quotes. A program that asks it of one line, or of
 * one chunk, has forgotten the bit. Everything else about CSV (fields, escapes, types) does not matter for cutting, and a
 * splitter that does not parse cannot change what it does not understand.
 *
 * It is two machines, each with its own small state: bytes to records, records to parts. Memory is one unfinished record
 * and one part, whatever the size of the file.
 *
 * A part is closed before the record that would not fit, so that the target is a promise and not a hint. A single record over
 * the target gets a part of its own: cutting it would break it, and dropping it would lose it.
 *
 * The proof is cheap, so it should always be made: the sum of the parts without their headers is the file without its header,
 * byte for byte. A count of rows is no proof; the script with the nearest newline had the right count nearly every time.
 *
 * @module
 */
/** Cuts a CSV file into parts of at most `target` bytes, each with the header and whole records. */
export async function* splitCsv(
  chunks: AsyncIterable<Uint8Array>,
  target: number,
): AsyncGenerator<Uint8Array, void> {
  let header: Uint8Array | undefined;
  let part: Uint8Array[] = [];
  let size = 0;
  let parts = 0;
  for await (const record of records(chunks)) {
    if (header === undefined) {
      header = record;
      continue;
    }
    if (part.length > 0 && header.length + size + record.length > target) {
      yield join([header, ...part]);
      parts++;
      part = [];
      size = 0;
    }
    part.push(record);
    size += record.length;
  }
  if (header === undefined) return;
  if (part.length > 0 || parts === 0) yield join([header, ...part]);
}

/** Gives whole records, with their line ends. */
async function* records(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let rest: Uint8Array[] = [];
  let quoted = false;
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      if (chunk[at] === 0x22) quoted = !quoted;
      if (chunk[at] !== 0x0a || quoted) continue;
      yield join([...rest, chunk.subarray(start, at + 1)]);
      rest = [];
      start = at + 1;
    }
    if (start < chunk.length) rest.push(chunk.slice(start));
  }
  if (rest.length > 0) yield join(rest);
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
