import { escapeLine, formatBytes, Progress } from "../terminal/mod.ts";
import type { CommandContext } from "./command.ts";

/** Shorter work shows nothing. */
const SHOWN_AFTER_MS = 1000;

/** Options of {@linkcode ReadProgress}. */
export interface ReadProgressOptions {
  /** What is done: `splitting`. */
  readonly verb: string;
  /** Bytes to read in all. */
  readonly total: number;
  /** Whether there is a terminal to draw on. @default whether standard error is one */
  readonly live?: boolean;
  /** Clock, in ms. @default {performance.now} */
  readonly now?: () => number;
}

/** Columns for progress: standard error may be a terminal when standard output is none. */
export function lineWidth({ width }: Pick<CommandContext, "width">): number {
  return Number.isFinite(width) ? width : 80;
}

/** Shows on a terminal how much has been read, if it takes longer than a second. */
export class ReadProgress implements Disposable {
  readonly #context: Pick<CommandContext, "write">;
  readonly #options: ReadProgressOptions;
  readonly #progress: Progress;
  readonly #live: boolean;
  readonly #now: () => number;
  readonly #start: number;
  #done = 0;

  /** @param context Where results and progress go. */
  constructor(
    context: Pick<CommandContext, "write" | "tell" | "width">,
    options: ReadProgressOptions,
  ) {
    this.#context = context;
    this.#options = options;
    this.#live = options.live ?? Deno.stderr.isTerminal();
    this.#now = options.now ?? (() => performance.now());
    this.#progress = new Progress({
      write: context.tell,
      live: this.#live,
      width: lineWidth(context),
    });
    this.#start = this.#now();
  }

  /** Counts bytes of a file as read. */
  read(name: string, bytes: number): void {
    this.#done += bytes;
    if (!this.#live || this.#now() - this.#start < SHOWN_AFTER_MS) return;
    const { verb, total } = this.#options;
    const share = Math.min(100, Math.floor(this.#done / Math.max(1, total) * 100));
    const amount = `${formatBytes(this.#done)} of ${formatBytes(total)}`;
    this.#progress.update("read", `${verb} ${escapeLine(name)}  ${share} %  ${amount}`);
  }

  /** Writes a result; what is drawn makes room for it. */
  write(text: string): void {
    this.#progress[Symbol.dispose]();
    this.#context.write(text);
  }

  /** Takes the drawn line away. */
  [Symbol.dispose](): void {
    this.#progress[Symbol.dispose]();
  }
}
