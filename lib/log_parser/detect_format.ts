import type { LogFormat } from "./log_formats.ts";
import { joinsOf, PARSERS } from "./_line_router.ts";
import { LineSplitter } from "./_line_splitter.ts";
import { LogRecord } from "./_log_record.ts";
import type { TimeContext } from "./_timestamp.ts";

/** What detection found. */
export interface FormatDetection {
  /** The format with most votes; `undefined` where no line was recognized. */
  readonly format: LogFormat | undefined;
  /** Share of its votes among the lines that could vote, 0-1. */
  readonly confidence: number;
  /** The second format and its share; `undefined` where there is none. */
  readonly runnerUp: { readonly format: LogFormat; readonly confidence: number } | undefined;
  /** Votes by format. */
  readonly votes: Readonly<Partial<Record<LogFormat, number>>>;
}

/** Lines of one part that vote; more would not change the result. */
const MAX_LINES = 2000;
const MAX_LINE_BYTES = 64 * 1024;
/** Times do not matter for a vote. */
const TIME: TimeContext = { mtimeMs: 0, year: undefined, zone: undefined };

/**
 * Detects the format of a log by letting each line of a sample vote.
 *
 * A line without a header that follows one of a multi-line format is a part of that event and does
 * not vote.
 *
 * @param sample The head of the log, or several parts of it; of each later part the first line, and
 *   of each part the last, may be cut: a cut line only fails to vote.
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { detectFormat } from "./detect_format.ts";
 *
 * const sample = new TextEncoder().encode("ts=2024-05-01T10:00:00Z level=info msg=ready\n");
 * assertEquals(detectFormat(sample).format, "logfmt");
 * ```
 */
export function detectFormat(sample: Uint8Array | readonly Uint8Array[]): FormatDetection {
  const count = new VoteCount();
  for (const part of sample instanceof Uint8Array ? [sample] : sample) {
    const splitter = new LineSplitter(count, MAX_LINE_BYTES);
    count.startPart();
    splitter.push(part);
    splitter.end();
  }
  return count.result();
}

class VoteCount {
  readonly #votes = new Map<LogFormat, number>();
  #unrecognized = 0;
  #partLines = 0;
  #open = false;

  startPart(): void {
    this.#partLines = 0;
    this.#open = false;
  }

  line(text: string): void {
    if (this.#partLines >= MAX_LINES || text.trim() === "") return;
    this.#partLines++;
    for (const parser of PARSERS) {
      const record = parser.parse(text, TIME);
      if (!(record instanceof LogRecord)) continue;
      this.#votes.set(record.format, (this.#votes.get(record.format) ?? 0) + 1);
      this.#open = joinsOf(record.format) === "any";
      return;
    }
    if (!this.#open) this.#unrecognized++;
  }

  badEncoding(): void {
    this.#unrecognized++;
  }

  tooLong(): void {
    this.#unrecognized++;
  }

  result(): FormatDetection {
    const ranked = [...this.#votes].sort((a, b) => b[1] - a[1]);
    const total = ranked.reduce((sum, [, votes]) => sum + votes, 0) + this.#unrecognized;
    const [best, second] = ranked;
    return {
      format: best?.[0],
      confidence: best === undefined ? 0 : best[1] / total,
      runnerUp: second === undefined
        ? undefined
        : { format: second[0], confidence: second[1] / total },
      votes: Object.fromEntries(ranked),
    };
  }
}
