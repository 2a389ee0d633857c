import { crc32 } from "node:zlib";
import { attempt, storageError } from "../io/mod.ts";
import { gzipMember, isInFile, type MemberAnswer, type MemberRequest } from "./_gzip_worker.ts";

/** Content of one member: large enough to cost no ratio, small enough for flat memory. */
const BLOCK_BYTES = 1 << 20;
/** Blocks that each worker has before it: one at work, one waiting. */
const AHEAD = 2;

/** Where a worker's program is, for the permission to read it. */
export const GZIP_WORKER: URL = new URL("./_gzip_worker.ts", import.meta.url);

/** How members are made. */
export interface GzipMembersOptions {
  readonly level: number;
  /** How many threads. */
  readonly workers: number;
  /** The file that the members are written to, from its start. */
  readonly path: string;
  /** Returns the error of a member that cannot be read back as its block. */
  readonly damage: () => Error;
}

/**
 * Compresses content as gzip members of one block each, several at a time on workers, and yields them in order. Each
 * must be in the file when the next one is asked for: it is read back, decompressed and compared byte by byte with its
 * block, which the worker has kept.
 *
 * Members after each other are one gzip file (RFC 1952, 2.2). The bytes do not depend on the number of workers.
 */
export async function* gzipMembers(
  chunks: AsyncIterable<Uint8Array>,
  options: GzipMembersOptions,
): AsyncGenerator<Uint8Array> {
  using pool = new MemberPool(options);
  for await (const block of blocksOf(chunks, pool.spare)) {
    // What is one block needs no worker.
    if (block.isLast && pool.isEmpty) return yield* oneMember(block, options);
    pool.compress(block);
    if (pool.isFull) yield* pool.next();
  }
  while (pool.hasNext) yield* pool.next();
  await pool.finish();
}

/** What becomes one member. */
interface Block {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** CRC-32 of the bytes where they were read: a block made wrongly would be compared with itself. */
  readonly checksum: number;
  readonly isLast: boolean;
}

/** Cuts content into blocks of one size; nothing is one empty block. */
async function* blocksOf(
  chunks: AsyncIterable<Uint8Array>,
  spare: ArrayBuffer[],
): AsyncGenerator<Block> {
  let block = new Uint8Array(BLOCK_BYTES);
  let [filled, checksum] = [0, 0];
  for await (const chunk of chunks) {
    for (let done = 0; done < chunk.length;) {
      if (filled === BLOCK_BYTES) {
        yield { bytes: block, checksum, isLast: false };
        block = new Uint8Array(spare.pop() ?? new ArrayBuffer(BLOCK_BYTES));
        [filled, checksum] = [0, 0];
      }
      const piece = chunk.subarray(done, done + BLOCK_BYTES - filled);
      checksum = crc32(piece, checksum);
      block.set(piece, filled);
      filled += piece.length;
      done += piece.length;
    }
  }
  yield { bytes: block.subarray(0, filled), checksum, isLast: true };
}

/** Makes one member on this thread. */
function* oneMember(
  { bytes, checksum }: Block,
  { level, path, damage }: GzipMembersOptions,
): Generator<Uint8Array> {
  const member = new Uint8Array(gzipMember(bytes, level));
  yield member;
  const isSame = attempt("read back", path, () => {
    using file = Deno.openSync(path);
    return isInFile(file, { path, at: 0, member, checksum }, bytes);
  });
  if (!isSame) throw damage();
}

/** The workers, and what they have to do. */
class MemberPool implements Disposable {
  /** Memory of blocks that are done. */
  readonly spare: ArrayBuffer[] = [];
  readonly #options: GzipMembersOptions;
  readonly #workers: MemberWorker[] = [];
  readonly #pending: {
    readonly worker: MemberWorker;
    readonly made: Promise<Uint8Array<ArrayBuffer>>;
    readonly checksum: number;
  }[] = [];
  readonly #checks: Promise<Uint8Array<ArrayBuffer>>[] = [];
  #sent = 0;
  /** Bytes that are in the file. */
  #written = 0;

  constructor(options: GzipMembersOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#sent === 0;
  }

  get isFull(): boolean {
    return this.#pending.length >= this.#options.workers * AHEAD;
  }

  get hasNext(): boolean {
    return this.#pending.length > 0;
  }

  compress({ bytes, checksum }: Block): void {
    const at = this.#sent++ % this.#options.workers;
    const worker = this.#workers[at] ??= new MemberWorker(this.#options);
    const made = worker.ask({ block: bytes, level: this.#options.level }, bytes.buffer);
    this.#pending.push({ worker, made, checksum });
  }

  /** Yields the next member; then it is in the file. */
  async *next(): AsyncGenerator<Uint8Array> {
    const next = this.#pending.shift();
    if (next === undefined) return;
    const { worker, made, checksum } = next;
    const member = await made;
    yield member;
    const written = { path: this.#options.path, at: this.#written, member, checksum };
    this.#written += member.length;
    this.#checks.push(worker.ask(written, member.buffer));
    // It has been answered: the member after the next one of the same worker is there.
    if (this.#checks.length > this.#options.workers * AHEAD) await this.#take();
  }

  /** Waits until all members have been read back. */
  async finish(): Promise<void> {
    while (this.#checks.length > 0) await this.#take();
  }

  async #take(): Promise<void> {
    const block = await this.#checks.shift();
    if (block !== undefined) this.spare.push(block.buffer);
  }

  [Symbol.dispose](): void {
    for (const worker of this.#workers) worker.end();
  }
}

/** A thread that answers in the order in which it is asked. */
class MemberWorker {
  readonly #worker = new Worker(GZIP_WORKER.href, { type: "module" });
  readonly #waiting: PromiseWithResolvers<Uint8Array<ArrayBuffer>>[] = [];
  readonly #options: GzipMembersOptions;

  constructor(options: GzipMembersOptions) {
    this.#options = options;
    this.#worker.onmessage = ({ data }: MessageEvent<MemberAnswer>) => {
      const waiting = this.#waiting.shift();
      if ("bytes" in data) waiting?.resolve(data.bytes);
      else waiting?.reject(this.#errorOf(data));
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(event.message));
    };
  }

  /** Returns the member of a block; or the block of a member that is in the file. */
  ask(request: MemberRequest, memory: ArrayBuffer): Promise<Uint8Array<ArrayBuffer>> {
    const answer = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
    // Whoever asked may have gone.
    answer.promise.catch(() => {});
    this.#waiting.push(answer);
    this.#worker.postMessage(request, [memory]);
    return answer.promise;
  }

  #errorOf(answer: Exclude<MemberAnswer, { readonly bytes: unknown }>): Error {
    if ("isDamaged" in answer) return this.#options.damage();
    return storageError("read back", this.#options.path, new Error(answer.failure));
  }

  end(): void {
    this.#worker.terminate();
  }
}
