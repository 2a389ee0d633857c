import { setImmediate } from "node:timers";
import { createGunzip, createInflateRaw } from "node:zlib";
import { inflate } from "./_inflate.ts";

/** Options of {@linkcode gunzip}. */
export interface GunzipOptions {
  /** Path for messages. @default "gzip data" */
  readonly source?: string;
  /** Hears that zeros follow the last member. @default () => {} */
  readonly onPadding?: (() => void) | undefined;
  /** Opens the same data again: with it, all that was compressed is yielded before other bytes after it throw. @default none */
  readonly reopen?: (() => AsyncIterable<Uint8Array>) | undefined;
}

const OUTPUT_BYTES = 256 * 1024;
/** Of archives: the texts that sheets are read as must be small, or V8 keeps them longer. */
const MEMBER_OUTPUT_BYTES = 64 * 1024;

/**
 * Decompresses gzip piece by piece; several members after each other are one content (RFC 1952, 2.2), and zeros may
 * follow them.
 *
 * @param chunks The compressed bytes, cut anywhere.
 * @throws {DataError} `file-corrupt` if the data ends too early, fails its checksum, is not gzip or is followed by more. What
 * was yielded before must then be thrown away.
 */
export function gunzip(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: GunzipOptions = {},
): AsyncGenerator<Uint8Array> {
  const { source = "gzip data", onPadding, reopen } = options;
  if (reopen !== undefined) return gunzipToJunk(chunks, { source, reopen });
  const stream = createGunzip({ chunkSize: OUTPUT_BYTES });
  // The runtime takes a zero for the end, and would pass over members behind it.
  return inflate(chunks, { stream, source, faultOf, used: () => stream.bytesWritten, onPadding });
}

/** Bytes that are written at once: all, then fewer and fewer of those in which the data ended. */
const STEPS = [Infinity, 4096, 1] as const;

/** The runtime throws away what it has decompressed of a write in which other bytes follow; so the last writes are small. */
async function* gunzipToJunk(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { source, reopen }: { source: string; reopen: () => AsyncIterable<Uint8Array> },
): AsyncGenerator<Uint8Array> {
  let [yielded, good] = [0, 0];
  for (const step of STEPS) {
    const stream = createGunzip({ chunkSize: OUTPUT_BYTES });
    const input = step === Infinity ? chunks : inSteps(reopen(), good, step);
    let at = 0;
    try {
      const used = () => stream.bytesWritten;
      for await (const bytes of inflate(input, { stream, source, faultOf, used })) {
        const isNew = at + bytes.length > yielded;
        if (isNew) yield at < yielded ? bytes.subarray(yielded - at) : bytes;
        at += bytes.length;
        yielded = Math.max(yielded, at);
      }
      return;
    } catch (error) {
      if (step === 1 || !isJunk(error)) throw error;
      good = stream.bytesWritten;
    }
  }
}

/** Passes chunks on, those behind an offset in pieces. */
async function* inSteps(
  chunks: AsyncIterable<Uint8Array>,
  from: number,
  step: number,
): AsyncGenerator<Uint8Array> {
  let offset = 0;
  for await (const chunk of chunks) {
    const whole = Math.min(chunk.length, Math.max(0, from - offset));
    if (whole > 0) yield chunk.subarray(0, whole);
    for (let at = whole; at < chunk.length; at += step) {
      yield chunk.subarray(at, at + step);
      // An error takes with it what nobody has read yet.
      await new Promise((resolve) => setImmediate(resolve));
    }
    offset += chunk.length;
  }
}

/** Whether something else than gzip was found where a member should begin. */
function isJunk(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return isZlibError(cause) && /header|compression method/.test(cause.message);
}

/** Decompresses deflate without a header, as zip archives hold it. */
export function inflateRaw(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
): AsyncGenerator<Uint8Array> {
  const stream = createInflateRaw({ chunkSize: MEMBER_OUTPUT_BYTES });
  return inflate(chunks, { stream, source, faultOf });
}

function faultOf(error: unknown): string | undefined {
  if (!isZlibError(error)) return undefined;
  return error.code === "Z_BUF_ERROR"
    ? "it ends too early; ask for it again"
    : error.message === "incorrect header check"
    ? "it does not begin as gzip does, or other bytes follow one of its parts; ask for it again"
    : `its bytes were changed (${error.message}); ask for it again`;
}

function isZlibError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string" &&
    error.code.startsWith("Z_");
}
