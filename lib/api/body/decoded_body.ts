import type { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Gunzip } from "node:zlib";
import { cutText } from "../../logging/mod.ts";

/** A body is not in the charset or compression that it should be in; the message says in which. */
export class UndecodableBody extends Error {}

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Returns a body with its compression and charset undone; `undefined` if there is nothing to undo.
 *
 * @param how.charset What the body is in, whatever it says.
 * @param how.decompressed Whether the runtime has undone what it can undo, a single step of gzip or brotli.
 */
export function decodedStream(
  response: Response,
  { charset, decompressed: isDone = false }: {
    readonly charset?: string | undefined;
    readonly decompressed?: boolean;
  },
): ReadableStream<Bytes> | undefined {
  const { body } = response;
  const named = codingsOf(response.headers);
  const codings = isDone && /^(gzip|br)$/.test(named.join()) ? [] : named;
  if (body === null || (codings.length === 0 && !isOther(charset))) return undefined;
  let plain: AsyncIterable<Bytes> = body;
  for (const coding of codings) plain = decompressed(plain, coding);
  return ReadableStream.from(isOther(charset) ? transcoded(plain, charset) : plain);
}

/** Returns a body that is compressed by gzip without its compression. */
export function gunzipped(body: Uint8Array): ReadableStream<Bytes> {
  return ReadableStream.from(decompressed(new Blob([new Uint8Array(body)]).stream(), "gzip"));
}

/** How a body was compressed, the last step first. */
function codingsOf(headers: Headers): string[] {
  const named = headers.get("content-encoding");
  if (named === null) return [];
  return named.toLowerCase().split(",").map((name) => name.trim()).filter((name) =>
    !["", "identity"].includes(name)
  )
    .reverse();
}

/**
 * Undoes one compression. A gzip body may have several members (RFC 1952, section 2.2), of which the runtime's own
 * decoder reads the first only; and some servers leave out zlib's header of `deflate` (RFC 9110, section 8.4.1.2).
 */
async function* decompressed(body: AsyncIterable<Bytes>, coding: string): AsyncGenerator<Bytes> {
  const parts = body[Symbol.asyncIterator]();
  const first = await parts.next();
  if (first.done) return;
  let [size, end] = [0, 0];
  const count = (part: Bytes) => {
    const last = part.findLastIndex((byte) => byte !== 0);
    if (last >= 0) end = size + last + 1;
    size += part.length;
  };
  // Written out, so that the body stays open for a look at what follows.
  async function* all(): AsyncGenerator<Bytes> {
    for (let step = first; !step.done; step = await parts.next()) {
      count(step.value);
      yield step.value;
    }
  }
  try {
    const decoder = await decoderOf(coding, first.value[0]);
    const fed = pipeline(all(), decoder).catch(() => {}); // it is thrown where the decoder is read
    for await (const part of decoder) yield part;
    await fed;
    for (let step = await parts.next(); !step.done; step = await parts.next()) count(step.value);
    // The runtime takes a zero for the end of gzip, and would pass over members behind it.
    if (coding.endsWith("gzip") && end > (decoder as Gunzip).bytesWritten) {
      throw new UndecodableBody(`other bytes follow the end of the body (${coding})`);
    }
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw new UndecodableBody(`the body cannot be decompressed (${coding}): ${error.message}`);
  } finally {
    await parts.return?.();
  }
}

async function decoderOf(coding: string, firstByte: number | undefined): Promise<Transform> {
  const zlib = await import("node:zlib"); // For the few bodies that the runtime does not decompress.
  if (coding === "gzip" || coding === "x-gzip") return zlib.createGunzip();
  if (coding === "br") return zlib.createBrotliDecompress();
  if (coding === "deflate") {
    return firstByte === 0x78 ? zlib.createInflate() : zlib.createInflateRaw();
  }
  throw new UndecodableBody(`its compression "${cutText(coding, 40)}" is unknown`);
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && /^(Z|ERR)_/.test(`${error.code}`);
}

async function* transcoded(body: AsyncIterable<Bytes>, charset: string): AsyncGenerator<Bytes> {
  const decoder = new TextDecoder(charset, { fatal: true });
  const encoder = new TextEncoder();
  const decode = (bytes?: Bytes) => {
    try {
      return encoder.encode(decoder.decode(bytes, { stream: bytes !== undefined }));
    } catch {
      throw new UndecodableBody(`the body is not in the declared charset ${cutText(charset, 40)}`);
    }
  };
  for await (const chunk of body) yield decode(chunk);
  yield decode();
}

function isOther(charset: string | undefined): charset is string {
  return charset !== undefined && !isUtf8(charset);
}

function isUtf8(charset: string): boolean {
  return /^(utf-?8|us-ascii|ascii)$/i.test(charset);
}

const strict = new TextDecoder("utf-8", { fatal: true });

/**
 * Returns a body in memory as UTF-8, if it says that it is in another charset and is: JSON has to be in UTF-8, and some
 * servers only have the wrong header.
 */
export function asUtf8(bytes: Uint8Array, headers: Headers): Uint8Array {
  const declared = /charset="?([^\s";]+)/i.exec(headers.get("content-type") ?? "")?.[1];
  const charset = markOf(bytes) ?? declared;
  if (!isOther(charset) || (charset === declared && isUtf8Text(bytes))) return bytes;
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(charset, { fatal: true });
  } catch {
    throw new UndecodableBody(`the charset "${cutText(charset, 40)}" is unknown`);
  }
  try {
    return new TextEncoder().encode(decoder.decode(bytes));
  } catch {
    throw new UndecodableBody(`the body is not in its charset ${cutText(charset, 40)}`);
  }
}

/** The charset of the byte order mark, if there is one of UTF-16. */
function markOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : undefined;
}

function isUtf8Text(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Says whether bytes are gzip: a body that is compressed twice, or without saying so. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08;
}
