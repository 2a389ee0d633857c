import { countOf, escapeLine, formatBytes, formatDuration, Progress } from "../../terminal/mod.ts";
import type { CommandContext } from "../command.ts";
import { lineWidth } from "../progress.ts";

/** Shorter work shows nothing. */
const SHOWN_AFTER_MS = 1000;
/** Where nothing is drawn, a longer wait than this is said. */
const SAID_AFTER_MS = 5000;

/** Options of {@linkcode FetchProgress}. */
export interface FetchProgressOptions {
  /** Whether there is a terminal to draw on. @default whether standard error is one */
  readonly live?: boolean;
  /** The time in ms since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** Shows on a terminal how much has been fetched and what is waited for; elsewhere it says a long wait. */
export class FetchProgress implements Disposable {
  readonly #tell: (text: string) => void;
  readonly #progress: Progress;
  readonly #live: boolean;
  readonly #now: () => number;
  readonly #start: number;
  #counts = "";

  /** @param context Where it is shown. */
  constructor(
    { tell, width }: Pick<CommandContext, "tell" | "width">,
    { live = Deno.stderr.isTerminal(), now = Date.now }: FetchProgressOptions = {},
  ) {
    this.#tell = tell;
    this.#live = live;
    this.#now = now;
    this.#progress = new Progress({ write: tell, live, width: lineWidth({ width }) });
    this.#start = now();
  }

  /** Shows what there is after a page. */
  page({ records, pages, bytes }: {
    readonly records: number;
    readonly pages: number;
    readonly bytes: number;
  }): void {
    const counts = `${countOf(records, "record")}  ${countOf(pages, "page")}`;
    this.#counts = `${counts}  ${formatBytes(bytes)}`;
    if (!this.#live || this.#now() - this.#start < SHOWN_AFTER_MS) return;
    this.#progress.update("fetch", `fetching  ${this.#counts}`);
  }

  /** Says what is waited for, and until when. */
  wait(ms: number, reason: string): void {
    const until = new Date(this.#now() + ms).toISOString().replace(/\.\d+Z/, "Z");
    const text = `waiting ${formatDuration(ms)}, until ${until} (${escapeLine(reason)})`;
    if (!this.#live) {
      if (ms > SAID_AFTER_MS) this.#tell(`${text}\n`);
    } else if (ms >= SHOWN_AFTER_MS) {
      this.#progress.update("fetch", `${text}  ${this.#counts}`, true);
    }
  }

  /** Takes the drawn line away. */
  [Symbol.dispose](): void {
    this.#progress[Symbol.dispose]();
  }
}
