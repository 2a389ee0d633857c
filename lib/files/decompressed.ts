import { createZstdDecompress } from "node:zlib";
import { DataError } from "../errors/mod.ts";
import { storageError } from "../io/mod.ts";
import { gunzip } from "./gunzip.ts";
import { corrupt, inflate } from "./_inflate.ts";
import { ZstdFrames } from "./_zstd_frames.ts";

const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];
/** What nothing here can read begins with, and the command that can. */
const OTHERS: Readonly<Record<string, readonly number[]>> = {
  xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a],
  bzip2: [0x42, 0x5a, 0x68],
};
const MAGIC_BYTES = 6;
const OUTPUT_BYTES = 256 * 1024;

/** Whether a file begins as gzip or zstd does, whatever its name says. */
export async function startsCompressed(path: string): Promise<boolean> {
  try {
    using file = await Deno.open(path);
    const head = new Uint8Array(ZSTD.length);
    await file.read(head);
    return begins(head, GZIP) || begins(head, ZSTD);
  } catch (error) {
    throw storageError("read", path, error);
  }
}

/** Options of {@linkcode decompressed}. */
export interface DecompressedOptions {
  /** Opens the same content again, to read gzip up to other bytes that follow it. @default none */
  readonly reopen?: () => AsyncIterable<Uint8Array>;
}

/**
 * Passes on content as it is, or decompressed if it is gzip or zstd; its first bytes decide, not its name.
 *
 * @param source Path for messages.
 * @throws {DataError} `file-corrupt` for data that end too early or are wrong, `file-type` for bzip2 and xz.
 */
export async function* decompressed(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
  options: DecompressedOptions = {},
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    yield* byMagic(iterator, source, options);
  } finally {
    // Whoever reads may stop before the source has been handed on.
    await iterator.return?.();
  }
}

async function* byMagic(
  iterator: AsyncIterator<Uint8Array>,
  source: string,
  { reopen }: DecompressedOptions,
): AsyncGenerator<Uint8Array> {
  let head = new Uint8Array(0);
  let isDone = false;
  // A pipe may bring its first bytes one by one.
  while (!isDone && head.length < MAGIC_BYTES) {
    const step = await iterator.next();
    if (step.done) isDone = true;
    else head = head.length === 0 ? step.value.slice() : concat(head, step.value);
  }
  const whole = async function* () {
    if (head.length > 0) yield head;
    yield* { [Symbol.asyncIterator]: () => iterator };
  };
  const other = Object.entries(OTHERS).find(([, magic]) => begins(head, magic))?.[0];
  if (other !== undefined) {
    throw new DataError(
      "file-type",
      `Cannot read "${source}": it is compressed with ${other}, expected plain text, gzip or zstd; ` +
        `decompress it first, or pipe it: ${other} -dc FILE | headwaters logs parse -`,
      { context: { path: source } },
    );
  }
  if (begins(head, GZIP)) yield* gunzip(whole(), { source, reopen });
  else if (begins(head, ZSTD)) yield* unzstd(whole(), source);
  else yield* whole();
}

/** Decompresses zstd piece by piece; several frames after each other are one content, of which the runtime reads the first. */
export async function* unzstd(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
): AsyncGenerator<Uint8Array> {
  const frames = new ZstdFrames();
  const iterator = chunks[Symbol.asyncIterator]();
  let rest: Uint8Array | undefined;
  const next = async () => rest = (await iterator.next()).value;
  const frame = async function* () {
    while (rest !== undefined) {
      const length = frames.push(rest);
      yield rest.subarray(0, length);
      rest = length < rest.length ? rest.subarray(length) : await next();
      if (frames.isComplete) return;
    }
  };
  try {
    await next();
    while (rest !== undefined) {
      const stream = createZstdDecompress({ chunkSize: OUTPUT_BYTES });
      yield* inflate(frame(), { stream, source, faultOf: zstdFault });
    }
  } finally {
    await iterator.return?.(undefined);
  }
  if (!frames.isComplete) throw corrupt(source, "it ends too early; ask for it again");
}

function zstdFault(error: unknown): string | undefined {
  if (!(error instanceof Error && /zstd/i.test(error.message))) return undefined;
  const isOther = /unknown frame/i.test(error.message);
  return isOther ? "it does not begin as zstd does; ask for it again" : error.message;
}

function begins(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
