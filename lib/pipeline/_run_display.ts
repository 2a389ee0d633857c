import type { RunRow } from "../audit/mod.ts";
import { writeError } from "../io/mod.ts";
import {
  countOf,
  createStyle,
  formatBytes,
  Progress,
  terminalColumns,
  wrapLine,
} from "../terminal/mod.ts";
import { runWords } from "./replay_text.ts";
import type { ProgressEvent } from "./run_context.ts";

/** Shows on standard error how far a run is; on a terminal as lines that are redrawn. */
export class RunDisplay implements Disposable {
  readonly #terminal: boolean;
  readonly #progress: Progress;
  readonly #style;
  readonly #began = new Map<string, number>();

  /** @param options Whether standard error is a terminal. */
  constructor(options: { readonly terminal: boolean }) {
    this.#terminal = options.terminal;
    this.#style = createStyle({ color: options.terminal && !Deno.noColor });
    this.#progress = new Progress({
      write: writeError,
      live: options.terminal,
      ...(options.terminal ? { width: terminalColumns } : {}),
    });
  }

  /** Says that the run has begun, or goes on. */
  begin(run: RunRow): void {
    if (!this.#terminal) return;
    const attempt = run.attempts > 1 ? `, attempt ${run.attempts}: resumes where it stopped` : "";
    const what = run.backfill === null ? "run" : `${runWords(run.backfill)}: run`;
    this.print(this.#style.dim(`${what} ${run.run_id}${attempt}`));
  }

  /** Shows how far one stream is. */
  update(event: ProgressEvent): void {
    if (!this.#terminal) return;
    const id = `${event.source}.${event.stream}`;
    const now = performance.now();
    const began = this.#began.get(id) ?? now;
    this.#began.set(id, began);
    const seconds = (now - began) / 1000;
    const rate = seconds > 0.05 ? `${formatBytes(event.bytes / seconds)}/s` : "";
    const line = [
      this.#mark(event.state),
      id.padEnd(20),
      countOf(event.records, "record").padStart(17),
      countOf(event.pages, event.unit.replace(/s$/, "")).padStart(11),
      rate.padStart(11),
      event.state === "reading" ? "" : event.state,
    ].join("  ").trimEnd();
    this.#progress.update(id, line, event.state !== "reading");
  }

  /** Writes a line that stays; a terminal gets it wrapped, and of a very long one the beginning. */
  print(line: string): void {
    this.#progress.print(this.#terminal ? wrapLine(line, terminalColumns() - 1) : line);
  }

  /** Ends the drawing. */
  [Symbol.dispose](): void {
    this.#progress[Symbol.dispose]();
  }

  #mark(state: ProgressEvent["state"]): string {
    switch (state) {
      case "complete":
        return "✓";
      case "failed":
        return "✗";
      case "partial":
      case "suspended":
        return "!";
      default:
        return "·";
    }
  }
}
