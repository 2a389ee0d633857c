import type { Transform } from "node:stream";
import { rejectedFile } from "./findings.ts";

/** How a runtime's stream decompresses. */
export interface Inflater {
  readonly stream: Transform;
  /** Path for messages. */
  readonly source: string;
  /** Says what is wrong with the data, if an error is about them. */
  readonly faultOf: (error: unknown) => string | undefined;
  /** How many bytes were part of the data; what follows must be zeros. @default it is not looked at */
  readonly used?: () => number;
  /** Hears that zeros follow. @default () => {} */
  readonly onPadding?: (() => void) | undefined;
}

/**
 * Passes bytes through a stream that decompresses, piece by piece.
 *
 * @throws {DataError} `file-corrupt` if the data are wrong. What was yielded before must then be thrown away.
 */
export async function* inflate(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { stream, source, faultOf, used = () => Infinity, onPadding }: Inflater,
): AsyncGenerator<Uint8Array> {
  // An error may come before anybody reads, or after the last byte.
  let failure: unknown;
  stream.on("error", (error) => failure ??= error);
  const pump = feed(chunks, stream);
  try {
    for await (const chunk of stream) yield chunk;
    const { size, end } = await pump;
    if (failure !== undefined) throw failure;
    if (size > used()) onPadding?.();
    if (end > used()) throw corrupt(source, `other bytes follow its end at byte ${used()}`);
  } catch (error) {
    const message = faultOf(error);
    if (message === undefined) throw error;
    throw corrupt(source, message, error);
  } finally {
    stream.destroy();
    await pump;
  }
}

/** Returns the error for data that cannot be decompressed. */
export function corrupt(source: string, message: string, cause?: unknown): Error {
  return rejectedFile(
    { code: "file-corrupt", message, place: { source } },
    { verb: "decompress", cause },
  );
}

/**
 * Writes all chunks with back-pressure; an error of their source surfaces at the reading side.
 *
 * @returns How many bytes there were, and how many to the last that is not zero, also behind the end of the data.
 */
async function feed(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  stream: Transform,
): Promise<{ readonly size: number; readonly end: number }> {
  let [size, end] = [0, 0];
  try {
    for await (const chunk of chunks) {
      if (stream.destroyed && !stream.readableEnded) break;
      const last = chunk.findLastIndex((byte) => byte !== 0);
      if (last >= 0) end = size + last + 1;
      size += chunk.length;
      if (stream.destroyed) continue;
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
  return { size, end };
}
