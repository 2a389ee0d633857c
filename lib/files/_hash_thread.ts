import { fileURLToPath } from "node:url";
import { StorageError } from "../errors/mod.ts";
import { storageError } from "../io/mod.ts";
import type { HashAnswer, HashRequest } from "./_hash_worker.ts";

/** What is told at once: a message costs as much time as hashing some kilobytes. */
const STEP_BYTES = 1 << 22;

/** Where the thread's program is, for the permission to read it. */
export const HASH_WORKER: URL = new URL("./_hash_worker.ts", import.meta.url);

/**
 * Computes the sha256 of files while they are written, one after another, on a thread of its own. It reads them back:
 * handing the bytes over from one core's cache to the other's takes longer than reading them twice.
 */
export class HashThread implements Disposable {
  readonly #worker = new Worker(HASH_WORKER.href, { type: "module" });
  readonly #waiting: PromiseWithResolvers<HashAnswer>[] = [];
  #told = 0;
  #failure: Error | undefined;

  private constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<HashAnswer>) =>
      this.#waiting.shift()?.resolve(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#failure = new Error(event.message);
      for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
    };
  }

  /** Starts it, if there is a second core and the permission to read its program and what is in a folder. */
  static start(folder: string): HashThread | undefined {
    const mayRead = [folder, fileURLToPath(HASH_WORKER)].every((path) =>
      Deno.permissions.querySync({ name: "read", path }).state === "granted"
    );
    return mayRead && navigator.hardwareConcurrency > 1 ? new HashThread() : undefined;
  }

  /** Says how many bytes of a file are written. */
  written(path: string, bytes: number): void {
    if (bytes - this.#told < STEP_BYTES) return;
    this.#told = bytes;
    this.#worker.postMessage({ path, bytes, isComplete: false } satisfies HashRequest);
  }

  /**
   * Returns the sha256 of a file of so many bytes, which is complete; the next may be written meanwhile.
   *
   * @throws {StorageError} If it cannot be read back, or has another size.
   */
  async digest(path: string, bytes: number): Promise<string> {
    if (this.#failure !== undefined) throw this.#failure;
    const waiting = Promise.withResolvers<HashAnswer>();
    this.#waiting.push(waiting);
    this.#worker.postMessage({ path, bytes, isComplete: true } satisfies HashRequest);
    this.#told = 0;
    const answer = await waiting.promise;
    if ("failure" in answer) throw storageError("read back", path, new Error(answer.failure));
    if (answer.bytes === bytes) return answer.sha256;
    throw new StorageError(
      "storage-damaged",
      `Cannot read "${path}" back: it has ${answer.bytes} bytes, ${bytes} were written`,
    );
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
