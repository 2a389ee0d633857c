import { ACCESS, ACCESS_OF_VHOSTS } from "./_access.ts";
import { areVhostsFirst } from "./_access_head.ts";
import { APP_LOG, BARE_APP_LOG } from "./_app_log.ts";
import type { FormatDetection } from "./detect_format.ts";
import { FrameSplitter } from "./_frame_splitter.ts";
import { unwrap } from "./_envelope.ts";
import { FileTimes, type SampledClock, type TimeOptions } from "./_file_times.ts";
import { learnApp, type LearnedApp, NOTHING_LEARNED } from "./_learn_app.ts";
import type { LineParser } from "./_line_parser.ts";
import { LineBlock } from "./_line_blocks.ts";
import { isLoose } from "./_line_parser.ts";
import { LineRouter } from "./_line_router.ts";
import { LineSplitter } from "./_line_splitter.ts";
import { LogRecord } from "./_log_record.ts";
import type { PatternFormat } from "./_pattern_format.ts";
import type { LoadedFormats } from "./load_formats.ts";
import { csvHeader, csvParser, dhcpHeader, w3cParser } from "./_table_formats.ts";
import { RFC3164 } from "./_rfc3164.ts";
import { areStamped } from "./_stamped_lines.ts";
import { isTraceLine } from "./_traces.ts";

/** What is known of a file before it is read. */
export interface LearnOptions {
  /** Our formats. */
  readonly loaded: LoadedFormats;
  /** A name of a format, or `auto`. */
  readonly format: string;
  /** Whether it is syslog with octet counts. @default false */
  readonly isFramed?: boolean;
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
  { loaded, format, formats, isFramed = false, times: options }: LearnOptions,
): LearnedFile {
  const sample = sampleOf(parts, isFramed);
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
    isDated: count.isDated,
    times: new FileTimes(options, count.clocks),
    areStamped: sample.areStamped,
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
function sampleOf(parts: readonly Uint8Array[], isFramed: boolean): Sample {
  const lines: string[] = [];
  let unreadable = 0;
  const sampled = parts.map((part) => {
    const texts: string[] = [];
    const splitter = new (isFramed ? FrameSplitter : LineSplitter)({
      frame: (bytes) => texts.push(new TextDecoder().decode(bytes)),
      line: (text: string) => texts.push(text),
      badEncoding: () => unreadable++,
      tooLong: () => unreadable++,
    }, MAX_LINE_BYTES);
    splitter.push(part);
    splitter.end();
    const voting = texts.filter((_, i) => i < MAX_LINES / 2 || i >= texts.length - MAX_LINES / 2);
    return voting.map((text) => ({ text, envelope: unwrap(text) }));
  });
  const areTimed = areStamped(sampled.flat().map(({ envelope }) => envelope));
  for (const part of sampled) {
    const blocks = new SampledBlocks(lines);
    for (const { text, envelope } of part) {
      const inner = envelope?.text ?? text;
      const isOwn = areTimed || envelope?.stamp === undefined || isTraceLine(inner);
      blocks.line(isOwn ? inner : envelope.stamp + inner);
    }
    blocks.end();
  }
  return { lines, unreadable, areStamped: areTimed };
}

/** Lines that vote. */
interface Sample {
  readonly lines: string[];
  readonly unreadable: number;
  /** Whether a time before them is not their own. */
  readonly areStamped: boolean;
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

/** Lines without a time that follow each other within one event; more are of another format. */
const LONGEST_DUMP = 100;
/** So many of them below a single header are of another format, too. */
const BELOW_BANNER = 20;

class VoteCount {
  readonly votes = new Map<LineParser, number>();
  /** Times of the lines, in order. */
  readonly clocks: SampledClock[] = [];
  readonly #formats = new Map<string, number>();
  readonly #parsers: readonly LineParser[];
  readonly #times: FileTimes;
  #unrecognized = 0;
  /** Headers with a time, of events that may have more lines. */
  #dated = 0;
  /** Lines that could be records and have no time; how many follow each other. */
  #undated = 0;
  #run = 0;
  #longestRun = 0;
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
      this.#count(record, parser);
      if (!isLoose(parser)) this.#isSureOpen = this.#isOpen;
      this.#isText = false;
      return;
    }
    if (!this.#isOpen) this.#unrecognized++;
    this.#isText = this.#isSureOpen;
  }

  #count({ timestamp_raw }: LogRecord, { joins }: LineParser): void {
    if (timestamp_raw === undefined) {
      this.#undated++;
      this.#longestRun = Math.max(this.#longestRun, ++this.#run);
    } else {
      this.#run = 0;
      if (joins !== "none") this.#dated++;
    }
  }

  /** Whether events begin with a time: no other format takes turns with it, and it is no banner above another. */
  get isDated(): boolean {
    return this.#longestRun <= LONGEST_DUMP && (this.#dated > 1 || this.#undated < BELOW_BANNER);
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
