import { DataError } from "../errors/mod.ts";

/** Bytes that are looked at, of a log that has no byte order mark; fewer show nothing. */
const HEAD_BYTES = 16;

/** Turns UTF-16 into UTF-8; all else passes. Offsets are then those of the UTF-8. */
export async function* asUtf8(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
): AsyncGenerator<Uint8Array> {
  let head = new Uint8Array(0);
  let isOpen = true;
  let decoder: TextDecoder | undefined;
  const encoder = new TextEncoder();
  const turned = (bytes: Uint8Array) =>
    decoder === undefined ? bytes : encoder.encode(decode(decoder, bytes, source));
  for await (const chunk of chunks) {
    let bytes = chunk;
    if (isOpen) {
      if (head.length > 0) bytes = new Uint8Array([...head, ...chunk]);
      if (bytes.length < HEAD_BYTES) {
        head = new Uint8Array(bytes);
        continue;
      }
      isOpen = false;
      decoder = utf16DecoderOf(bytes);
    }
    yield turned(bytes);
  }
  if (isOpen && head.length > 0) {
    decoder = utf16DecoderOf(head);
    yield turned(head);
  }
  if (decoder !== undefined) decode(decoder, undefined, source);
}

/** UTF-16 shows by its byte order mark, or by the zeros in each of its first characters, if these are ASCII. */
function utf16DecoderOf(bytes: Uint8Array): TextDecoder | undefined {
  const head = bytes.subarray(0, HEAD_BYTES).toHex();
  const encoding = /^fffe|^(?:(?!00)[0-7].00){8}/.test(head)
    ? "utf-16le"
    : /^feff|^(?:00(?!00)[0-7].){8}/.test(head)
    ? "utf-16be"
    : undefined;
  return encoding && new TextDecoder(encoding, { fatal: true });
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
