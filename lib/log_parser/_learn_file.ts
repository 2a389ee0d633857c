import { ACCESS, ACCESS_OF_VHOSTS } from "./_access.ts";
import { areVhostsFirst } from "./_access_head.ts";
import { APP_LOG, BARE_APP_LOG } from "./_app_log.ts";
import type { FormatDetection } from "./detect_format.ts";
import { unwrap } from "./_envelope.ts";
import { FileTimes, type SampledClock, type TimeOptions } from "./_file_times.ts";
import { learnApp, type LearnedApp, NOTHING_LEARNED } from "./_learn_app.ts";
import type { LineParser } from "./_line_parser.ts";
import { LineBlock } from "./_line_blocks.ts";
import { isLoose, LineRouter } from "./_line_router.ts";
import { LineSplitter } from "./_line_splitter.ts";
import { LogRecord } from "./_log_record.ts";
import type { PatternFormat } from "./_pattern_format.ts";
import type { LoadedFormats } from "./load_formats.ts";
import { csvHeader, csvParser, dhcpHeader, w3cParser } from "./_table_formats.ts";
import { RFC3164 } from "./_rfc3164.ts";

/** What is known of a file before it is read. */
export interface LearnOptions {
  /** Our formats. */
  readonly loaded: LoadedFormats;
  /** A name of a format, or `auto`. */
  readonly format: string;
  /** Formats of the user's own, which come first. */
  readonly formats: readonly PatternFormat[];
  readonly times: TimeOptions;
}

/** What a sample of a file teaches. */
export interface LearnedFile {
  readonly router: LineRouter;
  readonly detection: FormatDetection;
}

/** Lines of one part that vote, at its beginning and its end; more would not change the result. */
const MAX_LINES = 2000;
/** A header and lines that show which column holds times. */
const CSV_LINES = 20;
const MOST_COMMENTS = 20;
const MAX_LINE_BYTES = 64 * 1024;
const SPARK = /^\d\d\/\d\d\/\d\d \d\d:\d\d:\d\d [A-Z]+ [\w.$]+: /;

/** Learns from head, middle and tail of a file which formats its lines have, and how to read its times. */
export function learnFile(
  parts: readonly Uint8Array[],
  { loaded, format, formats, times: options }: LearnOptions,
): LearnedFile {
  const sample = sampleOf(parts);
  const only = format === "auto" ? undefined : format;
  const times = new FileTimes(options, []);
  const own = formats.map(({ parser }) => parser);
  const comments = leadingComments(sample.lines);
  const header =
    csvHeader(sample.lines.slice(comments.length).slice(0, CSV_LINES), only === "csv") ??
      dhcpHeader(sample.lines);
  if (header !== undefined && (only ?? "csv") === "csv") own.push(csvParser(header, comments));
  own.push(w3cParser());
  const access = areVhostsFirst(sample.lines) ? ACCESS_OF_VHOSTS : ACCESS;
  const order = ({ layout, app, bare, syslog }: LearnedApp, first = own) => [
    ...first,
    ...loaded.specific.map((parser) => parser === ACCESS ? access : parser),
    ...layout,
    ...loaded.general.map((parser) =>
      parser === APP_LOG ? app : parser === RFC3164 ? syslog : parser
    ),
    ...loaded.loose.map((parser) => parser === BARE_APP_LOG ? bare : parser),
  ];
  const learned = only === undefined || only === "app"
    ? learnApp(sample.lines, order(NOTHING_LEARNED), times)
    : NOTHING_LEARNED;
  const parsers = order(learned);
  const count = new VoteCount(parsers, times);
  for (const line of sample.lines) count.line(line);
  const detection = count.result(sample.unreadable);
  // The first pass has moved the years and the tables on; the file is read from its start.
  const fresh = order(
    learned,
    own.map((parser) => parser.formats.includes("w3c") ? w3cParser() : parser),
  );
  const votes = new Map(
    fresh.map((parser, i) => [parser, count.votes.get(parsers[i] ?? parser) ?? 0]),
  );
  const router = new LineRouter({
    parsers: fresh,
    votes,
    only,
    times: new FileTimes(options, count.clocks),
  });
  return { router, detection };
}

/** Lines above the header of a table that say something about it; `#` begins the names of some, too. */
function leadingComments(lines: readonly string[]): readonly string[] {
  const end = lines.findIndex((line) => !/^# [^,;|\t]*$/.test(line));
  const isW3c = lines.slice(0, MOST_COMMENTS).some((line) => /^#fields\b/i.test(line));
  return end < 1 || end > MOST_COMMENTS || isW3c ? [] : lines.slice(0, end);
}

/** Text lines of a sample, without their envelopes. */
function sampleOf(parts: readonly Uint8Array[]): { lines: string[]; unreadable: number } {
  const lines: string[] = [];
  let unreadable = 0;
  for (const part of parts) {
    const texts: string[] = [];
    const blocks = new SampledBlocks(lines);
    const splitter = new LineSplitter({
      line: (text) => texts.push(text),
      badEncoding: () => unreadable++,
      tooLong: () => unreadable++,
    }, MAX_LINE_BYTES);
    splitter.push(part);
    splitter.end();
    for (const [i, text] of texts.entries()) {
      if (i < MAX_LINES / 2 || i >= texts.length - MAX_LINES / 2) {
        blocks.line(unwrap(text)?.text ?? text);
      }
    }
    blocks.end();
  }
  return { lines, unreadable };
}

/** Lines of a sample, those of a block as one. */
class SampledBlocks {
  readonly #lines: string[];
  #block: LineBlock | undefined;
  #held: string[] = [];

  constructor(lines: string[]) {
    this.#lines = lines;
  }

  line(text: string): void {
    const place = this.#block?.next(text);
    if (place === "more" || place === "last") this.#held.push(text);
    if (place === "last") this.end();
    if (place === "more" || place === "last") return;
    this.end();
    this.#block = LineBlock.at(text);
    if (this.#block !== undefined) this.#held.push(text);
    else if (text.trim() !== "") this.#lines.push(text);
  }

  end(): void {
    const whole = this.#held.join("\n");
    if (this.#block?.isOne(whole) === true) this.#lines.push(whole);
    else this.#lines.push(...this.#held);
    this.#held = [];
    this.#block = undefined;
  }
}

/** A header without a sign that is no text: an object, `error: none`, `INFO is not a level`. */
const WEAK = /^(?:\{|[a-z]+:|[A-Z]+ )/;

class VoteCount {
  readonly votes = new Map<LineParser, number>();
  /** Times of the lines, in order. */
  readonly clocks: SampledClock[] = [];
  readonly #formats = new Map<string, number>();
  readonly #parsers: readonly LineParser[];
  readonly #times: FileTimes;
  #unrecognized = 0;
  #isOpen = false;
  /** Whether it is of a format that needs no votes. */
  #isSureOpen = false;
  /** Whether the line before was text of such an event. */
  #isText = false;

  constructor(parsers: readonly LineParser[], times: FileTimes) {
    this.#parsers = parsers;
    this.#times = times;
  }

  line(text: string): void {
    for (const parser of this.#parsers) {
      this.#times.lastClock = undefined;
      const record = parser.parse(text, this.#times);
      if (typeof record === "symbol") return;
      if (record !== undefined && parser.isExclusive === true && text.charCodeAt(0) !== 123) {
        if (!(record instanceof LogRecord)) break;
      }
      if (!(record instanceof LogRecord)) continue;
      // Text within an event may look like anything.
      if (this.#isText && isLoose(parser) && WEAK.test(text)) continue;
      const clock = this.#times.lastClock;
      if (clock !== undefined) this.clocks.push({ clock, isSpark: SPARK.test(text) });
      this.votes.set(parser, (this.votes.get(parser) ?? 0) + 1);
      this.#formats.set(record.format, (this.#formats.get(record.format) ?? 0) + 1);
      this.#isOpen = parser.joins === "any";
      if (!isLoose(parser)) this.#isSureOpen = this.#isOpen;
      this.#isText = false;
      return;
    }
    if (!this.#isOpen) this.#unrecognized++;
    this.#isText = this.#isSureOpen;
  }

  result(unreadable: number): FormatDetection {
    const ranked = [...this.#formats].sort((a, b) => b[1] - a[1]);
    const total = ranked.reduce((sum, [, votes]) => sum + votes, 0) + this.#unrecognized +
      unreadable;
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
