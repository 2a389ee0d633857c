import { setImmediate } from "node:timers";
import type { DigestWorker, Tools } from "./stub.ts";

/** How a fake machine behaves. */
export interface MachineOptions {
  /** The part whose fetch fails. */
  readonly failAt?: string;
  /** Turns of the event loop that a digest takes. @default 1 */
  readonly digestTurns?: number;
}

/** A machine that counts what is under way, and on how many threads. */
export class FakeMachine implements Tools {
  /** Names of the parts whose fetch began, in order. */
  readonly fetched: string[] = [];
  /** The most fetches under way at one time. */
  mostFetching = 0;
  /** The most parts between the start of their fetch and the end of their digest. */
  mostHeld = 0;
  /** Digests computed on the main thread. */
  blocked = 0;
  /** Workers that were started. */
  started = 0;
  /** Workers that are running. */
  running = 0;
  /** Fetches that began after one had failed. */
  late: string[] = [];
  #fetching = 0;
  #held = 0;
  #failed = false;
  readonly #failAt: string | undefined;
  readonly #digestTurns: number;

  /** @param options How it behaves. */
  constructor(options: MachineOptions = {}) {
    this.#failAt = options.failAt;
    this.#digestTurns = options.digestTurns ?? 1;
  }

  // Functions of their own, so that `const { fetchPart } = tools` works as well.
  readonly fetchPart = async (name: string): Promise<Uint8Array> => {
    this.fetched.push(name);
    if (this.#failed) this.late.push(name);
    this.mostFetching = Math.max(this.mostFetching, ++this.#fetching);
    this.mostHeld = Math.max(this.mostHeld, ++this.#held);
    try {
      // Every third part takes its time, so that parts come in another order than they were asked for.
      await turns(this.fetched.length % 3 === 1 ? 4 : 1);
      if (name === this.#failAt) {
        this.#failed = true;
        throw new Error(`cannot fetch ${name}`);
      }
      return new TextEncoder().encode(name);
    } finally {
      this.#fetching--;
    }
  };

  readonly digestHere = (bytes: Uint8Array): string => {
    this.blocked++;
    this.#held--;
    return digestOf(bytes);
  };

  readonly startWorker = (): DigestWorker => {
    this.started++;
    this.running++;
    let open = true;
    let last: Promise<unknown> = Promise.resolve();
    const digest = (bytes: Uint8Array): Promise<string> => {
      if (!open) return Promise.reject(new Error("the worker is closed"));
      const mine = last.then(() => turns(this.#digestTurns)).then(() => {
        this.#held--;
        return digestOf(bytes);
      });
      last = mine;
      return mine;
    };
    const close = () => {
      if (open) this.running--;
      open = false;
    };
    return { digest, close };
  };
}

/** What the fake digest of a part is. */
export function digestOf(part: Uint8Array | string): string {
  return `#${typeof part === "string" ? part : new TextDecoder().decode(part)}`;
}

/** Lets the event loop come round. */
export async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise<void>((resolve) => setImmediate(resolve));
}
