import { gzipMember } from "./_gzip_worker.ts";

/** Content of one member: large enough to cost no ratio, small enough for flat memory. */
const BLOCK_BYTES = 1 << 20;
/** Blocks that each worker has before it: one at work, one waiting. */
const AHEAD = 2;

/** Where a worker's program is, for the permission to read it. */
export const GZIP_WORKER: URL = new URL("./_gzip_worker.ts", import.meta.url);

/**
 * Compresses content as gzip members of one block each, several at a time on workers, and yields them in order.
 *
 * Members after each other are one gzip file (RFC 1952, 2.2). The bytes do not depend on the number of workers.
 */
export async function* gzipMembers(
  chunks: AsyncIterable<Uint8Array>,
  { level, workers: count }: { readonly level: number; readonly workers: number },
): AsyncGenerator<Uint8Array> {
  const pool: MemberWorker[] = [];
  const pending: Promise<Uint8Array>[] = [];
  let sent = 0;
  try {
    for await (const { block, isLast } of blocksOf(chunks)) {
      // What is one block needs no worker.
      if (isLast && sent === 0) {
        yield gzipMember(block, level);
        return;
      }
      const at = sent++ % count;
      const worker = pool[at] ??= new MemberWorker();
      pending.push(worker.compress(block, level));
      if (pending.length >= count * AHEAD) yield await pending.shift() ?? block;
    }
    for (const member of pending.splice(0)) yield await member;
  } finally {
    for (const worker of pool) worker.end();
  }
}

/** Cuts content into blocks of one size; nothing is one empty block. */
async function* blocksOf(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly block: Uint8Array<ArrayBuffer>; readonly isLast: boolean }> {
  let block = new Uint8Array(BLOCK_BYTES);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let done = 0; done < chunk.length;) {
      if (filled === BLOCK_BYTES) {
        yield { block, isLast: false };
        block = new Uint8Array(BLOCK_BYTES);
        filled = 0;
      }
      const piece = chunk.subarray(done, done + BLOCK_BYTES - filled);
      block.set(piece, filled);
      filled += piece.length;
      done += piece.length;
    }
  }
  yield { block: block.slice(0, filled), isLast: true };
}

/** A thread that compresses; it answers in the order in which it was asked. */
class MemberWorker {
  readonly #worker = new Worker(GZIP_WORKER.href, { type: "module" });
  readonly #waiting: PromiseWithResolvers<Uint8Array>[] = [];

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<Uint8Array>) =>
      this.#waiting.shift()?.resolve(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(event.message));
    };
  }

  compress(block: Uint8Array<ArrayBuffer>, level: number): Promise<Uint8Array> {
    const answer = Promise.withResolvers<Uint8Array>();
    // Whoever asked may have gone.
    answer.promise.catch(() => {});
    this.#waiting.push(answer);
    this.#worker.postMessage({ block, level }, [block.buffer]);
    return answer.promise;
  }

  end(): void {
    this.#worker.terminate();
  }
}
