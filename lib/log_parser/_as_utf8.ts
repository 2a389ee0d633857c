import { DataError } from "../errors/mod.ts";

/** Turns UTF-16, which its byte order mark shows, into UTF-8; all else passes. Offsets are then those of the UTF-8. */
export async function* asUtf8(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | undefined = new Uint8Array(0);
  let decoder: TextDecoder | undefined;
  const encoder = new TextEncoder();
  for await (const chunk of chunks) {
    let bytes = chunk;
    if (head !== undefined) {
      if (head.length > 0) bytes = new Uint8Array([...head, ...chunk]);
      if (bytes.length < 2) {
        head = new Uint8Array(bytes);
        continue;
      }
      head = undefined;
      const mark = (bytes[0] ?? 0) << 8 | (bytes[1] ?? 0);
      const encoding = mark === 0xfffe ? "utf-16le" : mark === 0xfeff ? "utf-16be" : undefined;
      if (encoding !== undefined) decoder = new TextDecoder(encoding, { fatal: true });
    }
    yield decoder === undefined ? bytes : encoder.encode(decode(decoder, bytes, source));
  }
  if (head !== undefined && head.length > 0) yield head;
  if (decoder !== undefined) decode(decoder, undefined, source);
}

function decode(decoder: TextDecoder, bytes: Uint8Array | undefined, source: string): string {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch (cause) {
    throw new DataError("file-corrupt", `Cannot decode "${source}": it is not valid UTF-16`, {
      cause,
      context: { path: source },
    });
  }
}
