import type { SpoolOptions } from "./spool_options.ts";
import { asUtf8, decodedStream, gunzipped, isGzip } from "./decoded_body.ts";
import { SpooledBody } from "./spooled_body.ts";

/** The body was larger than allowed. */
export class BodyTooLarge extends Error {}

/** How bodies are kept. */
export interface BodyLimits {
  /** The largest body, in bytes after decompression. */
  readonly maxBodyBytes: number;
  /** From how many bytes on a body goes to a file in this folder. */
  readonly spool: Required<SpoolOptions> | undefined;
}

const KIB = 1 << 10;
const MIB = 1 << 20;
const MAX_IN_MEMORY = 256 * MIB;

/** Fills in what a client's options leave open. */
export function bodyLimits(
  options: {
    readonly maxBodyBytes?: number | undefined;
    readonly spool?: SpoolOptions | undefined;
  },
): BodyLimits {
  const { spool } = options;
  return {
    maxBodyBytes: options.maxBodyBytes ?? (spool === undefined ? MAX_IN_MEMORY : 65_536 * MIB),
    spool: spool && { threshold: 16 * MIB, window: KIB * 64, ...spool },
  };
}

/** Returns the limits of a body that has to be in memory: what a file may take does not fit there. */
export function inMemory({ maxBodyBytes, spool }: BodyLimits): BodyLimits {
  if (spool === undefined) return { maxBodyBytes, spool };
  return { maxBodyBytes: Math.min(maxBodyBytes, MAX_IN_MEMORY), spool: undefined };
}

/** A body, in memory or in a file. */
export type Body = Uint8Array | SpooledBody;

/** Returns a copy of the first bytes of a body. */
export function sampleOf(body: Body | undefined, bytes: number): Uint8Array {
  if (body === undefined) return new Uint8Array();
  if (body instanceof Uint8Array) return body.slice(0, bytes);
  const sample = new Uint8Array(Math.min(bytes, body.size));
  body.read(0, sample);
  return sample;
}

/** Removes a body that nobody will read any more. */
export function giveUp(body: Body | undefined): void {
  if (body instanceof SpooledBody) body[Symbol.dispose]();
}

/** Returns the size of a body in bytes. */
export function sizeOf(body: Body | undefined): number {
  return (body instanceof Uint8Array ? body.byteLength : body?.size) ?? 0;
}

/**
 * Reads a body to its end.
 *
 * @param how.progress Is called as often as a spool threshold of bytes has come.
 * @param how.charset What the body is in, whatever it says.
 * @param how.decompressed Whether the runtime has undone what it can undo.
 * @throws {BodyTooLarge} As soon as more bytes than allowed are announced or have come; the rest is not read.
 * @throws {StorageError} If a large body cannot be set aside.
 */
export async function readBody(
  response: Response,
  limits: BodyLimits,
  how: {
    readonly progress?: () => void;
    readonly charset?: string | undefined;
    readonly decompressed?: boolean;
  } = {},
): Promise<Body> {
  if (response.body === null) return new Uint8Array();
  const decoded = decodedStream(response, how);
  if (decoded !== undefined) return await readStream(decoded, limits, how.progress);
  const body = await readPlain(response, limits, how.progress);
  if (!(body instanceof Uint8Array)) return body;
  if (!isGzip(body)) return asUtf8(body, response.headers);
  return await readStream(gunzipped(body), limits, how.progress);
}

async function readPlain(
  response: Response,
  limits: BodyLimits,
  progress: (() => void) | undefined,
): Promise<Body> {
  if (response.body === null) return new Uint8Array();
  const declared = declaredSize(response.headers);
  if (declared !== undefined && declared > limits.maxBodyBytes) {
    await discard(response.body);
    throw new BodyTooLarge();
  }
  const held = Math.min(limits.maxBodyBytes, limits.spool?.threshold ?? Infinity);
  // In one piece it is three times as fast.
  if (declared !== undefined && declared <= held) return await response.bytes();
  return await readStream(response.body, limits, progress);
}

async function readStream(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  limits: BodyLimits,
  progress: () => void = () => {},
): Promise<Body> {
  const sink = new BodySink(limits, progress);
  const reader = body.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      sink.add(part.value);
    }
    return sink.end();
  } catch (error) {
    sink.giveUp();
    await discard(reader);
    throw error;
  }
}

/** Collects a body, in memory as long as it is small. */
class BodySink {
  readonly #limits: BodyLimits;
  readonly #progress: () => void;
  #chunks: Uint8Array[] = [];
  #size = 0;
  #told = 0;
  #file: SpooledBody | undefined;

  constructor(limits: BodyLimits, progress: () => void) {
    this.#limits = limits;
    this.#progress = progress;
  }

  add(chunk: Uint8Array): void {
    const { maxBodyBytes, spool } = this.#limits;
    this.#size += chunk.byteLength;
    if (this.#size > maxBodyBytes) throw new BodyTooLarge();
    if (spool === undefined || this.#size <= spool.threshold) {
      this.#chunks.push(chunk);
      return;
    }
    this.#file ??= this.#spool(spool);
    this.#file.append(chunk);
    if (this.#size - this.#told >= spool.threshold) {
      this.#told = this.#size;
      this.#progress();
    }
  }

  end(): Body {
    if (this.#file !== undefined) return this.#file;
    const [first] = this.#chunks;
    return this.#chunks.length === 1 && first !== undefined
      ? first
      : concat(this.#chunks, this.#size);
  }

  giveUp(): void {
    this.#file?.[Symbol.dispose]();
  }

  #spool({ folder, window }: Required<SpoolOptions>): SpooledBody {
    const file = new SpooledBody(folder, window);
    try {
      for (const chunk of this.#chunks) file.append(chunk);
    } catch (error) {
      file[Symbol.dispose]();
      throw error;
    }
    this.#chunks = [];
    return file;
  }
}

/** Gives up the rest of a body. */
async function discard(rest: { cancel(): Promise<void> }): Promise<void> {
  // The error that led here is what counts; whether the rest could be given up cleanly is of no interest.
  await rest.cancel().catch(() => {});
}

/** Returns the size of the decompressed body in bytes where the headers say it. */
function declaredSize(headers: Headers): number | undefined {
  if (headers.has("content-encoding") || headers.has("transfer-encoding")) return undefined;
  const length = headers.get("content-length") ?? "";
  return /^\d+$/.test(length) ? Number(length) : undefined;
}

function concat(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
