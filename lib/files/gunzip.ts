import { createGunzip, createInflateRaw } from "node:zlib";
import { inflate } from "./_inflate.ts";

/** Options of {@linkcode gunzip}. */
export interface GunzipOptions {
  /** Path for messages. @default "gzip data" */
  readonly source?: string;
  /** Hears that zeros follow the last member. @default () => {} */
  readonly onPadding?: (() => void) | undefined;
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
  const { source = "gzip data", onPadding } = options;
  const stream = createGunzip({ chunkSize: OUTPUT_BYTES });
  // The runtime takes a zero for the end, and would pass over members behind it.
  return inflate(chunks, { stream, source, faultOf, used: () => stream.bytesWritten, onPadding });
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
