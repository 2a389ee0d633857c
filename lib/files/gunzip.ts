import { createGunzip } from "node:zlib";
import { rejectedFile } from "./findings.ts";

/** Options of {@linkcode gunzip}. */
export interface GunzipOptions {
  /** Path for messages. @default "gzip data" */
  readonly source?: string;
}

const OUTPUT_BYTES = 256 * 1024;

/**
 * Decompresses gzip piece by piece; several members after each other are one content (RFC 1952, 2.2).
 *
 * @param chunks The compressed bytes, cut anywhere.
 * @throws {DataError} `file-corrupt` if the data ends too early, fails its checksum or is not gzip. What
 * was yielded before must then be thrown away.
 */
export async function* gunzip(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: GunzipOptions = {},
): AsyncGenerator<Uint8Array> {
  const { source = "gzip data" } = options;
  const stream = createGunzip({ chunkSize: OUTPUT_BYTES });
  const pump = feed(chunks, stream);
  try {
    for await (const chunk of stream) yield chunk;
  } catch (error) {
    if (!isZlibError(error)) throw error;
    const state = error.code === "Z_BUF_ERROR"
      ? "it ends too early; ask for it again"
      : error.message;
    const place = { source };
    throw rejectedFile(
      { code: "file-corrupt", message: state, place },
      { verb: "decompress", cause: error },
    );
  } finally {
    stream.destroy();
    await pump;
  }
}

/** Writes all chunks with back-pressure; an error of their source surfaces at the reading side. */
async function feed(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  stream: ReturnType<typeof createGunzip>,
): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (stream.destroyed) return;
      const written = Promise.withResolvers<void>();
      // "close" too, since a destroyed stream may never call back.
      stream.once("close", written.resolve);
      stream.write(chunk, () => written.resolve());
      await written.promise;
      stream.off("close", written.resolve);
    }
    stream.end();
  } catch (error) {
    stream.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

function isZlibError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string" &&
    error.code.startsWith("Z_");
}
