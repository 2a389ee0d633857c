import { ByteReader } from "./_byte_reader.ts";
import { fillFrom } from "./_envelope.ts";
import { type FrameSink, FrameSplitter } from "./_frame_splitter.ts";
import { isAfterCrash, isBlank, LineJoiner, markProblem, setPlace } from "./_line_joiner.ts";
import type { LinePlace, LogicalLine, LogicalLineSink, PhysicalLine } from "./_line_joiner.ts";
import { frameLine } from "./_frame_line.ts";
import { encodingFault, lengthFault, type LineFault } from "./_line_fault.ts";
import { DIRECTIVE, INCOMPLETE, Malformed } from "./_line_parser.ts";
import type { LineRouter } from "./_line_router.ts";
import { LineSplitter } from "./_line_splitter.ts";
import { LogMetrics } from "./log_metrics.ts";
import type { LogRecord } from "./_log_record.ts";
import type { LogSummary } from "./log_summary.ts";
import { NdjsonWriter } from "./_ndjson_writer.ts";
import type { LogBatch, ResolvedOptions } from "./normalize_log.ts";
import {
  becomesText,
  hasPriority,
  isUnproven,
  isWithin,
  joinLine,
  mayJoin,
  type OpenEvent,
  openEvent,
  overflow,
  partOf,
  takeBlanks,
  truncate,
} from "./_open_event.ts";
import { readJulMessage } from "./_jul_header.ts";
import { attachRest } from "./_traces.ts";
import { RejectList } from "./_reject_list.ts";

const encoder = new TextEncoder();
/** Containers and streams whose events are open at a time; of more, the oldest is closed. */
const MOST_OPEN = 64;

/** Turns lines into records and rejects, joining the lines of one event. */
export class LogNormalizer implements FrameSink, LogicalLineSink {
  readonly #options: ResolvedOptions;
  readonly #router: LineRouter;
  readonly #splitter: LineSplitter | FrameSplitter;
  readonly #joiner: LineJoiner;
  readonly #writer: NdjsonWriter;
  readonly #bytes: ByteReader;
  readonly metrics = new LogMetrics();
  readonly #maySkip: boolean;
  readonly #formats = new Map<string, number>();
  readonly #rejects: RejectList;
  #batchRecords = 0;
  #lineNumber = 0;
  #records = 0;
  #continuation = 0;
  #blank = 0;
  #directives = 0;
  #filtered = 0;
  #partial = 0;
  /** By container and stream; "" is the file itself. */
  readonly #open = new Map<string, OpenEvent>();

  constructor(options: ResolvedOptions, router: LineRouter, isFramed: boolean) {
    this.#options = options;
    this.#router = router;
    this.#maySkip = !options.keepRaw && options.filter === undefined &&
      options.placeOf === undefined;
    this.#rejects = new RejectList(options.source);
    this.#splitter = new (isFramed ? FrameSplitter : LineSplitter)(this, options.maxLineBytes);
    this.#joiner = new LineJoiner(this, options);
    this.#writer = new NdjsonWriter(options);
    const writer = options.records ? this.#writer : undefined;
    this.#bytes = new ByteReader(this.metrics, options.maxLineBytes, writer);
  }

  push(chunk: Uint8Array): void {
    this.#splitter.push(chunk);
  }

  /** @param damage Why the log cannot be read to its end, if it cannot: the line that is cut is a reject. */
  end(damage?: string): void {
    if (damage === undefined) this.#splitter.end();
    else this.#splitter.cut(damage);
    this.#joiner.end();
    for (const key of [...this.#open.keys()]) this.#close(key);
  }

  /** Bytes and rejects that wait to be taken. */
  get waiting() {
    return { bytes: this.#writer.length, rejects: this.#rejects.waiting };
  }

  take(): LogBatch {
    const records = this.#batchRecords;
    this.#batchRecords = 0;
    return { ndjson: this.#writer.take(), records, rejects: this.#rejects.take() };
  }

  summary(): Omit<LogSummary, "detection"> {
    const formats = new Map(this.#formats);
    this.#bytes.addTo(formats);
    const scanned = this.#bytes.lines;
    return {
      lines: this.#splitter.lines + scanned,
      records: this.#records + scanned,
      continuation: this.#continuation,
      quarantined: this.#rejects.count,
      blank: this.#blank,
      directives: this.#directives,
      filtered: this.#filtered,
      partial: this.#partial,
      formats: Object.fromEntries(formats),
      metrics: this.metrics.snapshot(),
    };
  }

  /** Whether plain lines may be read as bytes, without making text of them. */
  get isScanning(): boolean {
    if (!this.#maySkip || this.#open.size > 0 || !this.#joiner.isIdle) return false;
    const { scanned } = this.#router;
    return scanned === "combined" || scanned === "jsonl" && !this.#options.records;
  }

  scan(bytes: Uint8Array, start: number, base: number): number {
    const before = this.#bytes.lines;
    const place = { offset: base, line: this.#lineNumber };
    const end = this.#bytes.read(this.#router.scanned ?? "combined", bytes, start, place);
    this.#lineNumber += this.#bytes.lines - before;
    if (this.#options.records) this.#batchRecords += this.#bytes.lines - before;
    return end;
  }

  line(text: string, offset: number, nuls: number): void {
    const { number, origin } = this.#next(offset);
    if (origin?.cut === undefined) this.#joiner.add({ text, offset, number, nuls, origin });
    else this.#refuse(origin.cut, encoder.encode(text), origin);
  }

  frame(bytes: Uint8Array, header: string, offset: number, fault: string | undefined): void {
    this.#joiner.end();
    this.#close("");
    const line = frameLine(bytes, { header, offset, fault }, (at) => this.#next(at));
    if (line !== undefined) this.whole(line, "", false);
    else this.#rejects.frame(bytes, { header, offset }, (at) => this.#placeOf(at));
    this.#close("");
  }

  cut(bytes: Uint8Array, offset: number, damage: string): void {
    this.#rejects.add("log-truncated", damage, bytes, { ...this.#placeOf(offset), column: 1 });
  }

  unclosed(line: PhysicalLine): void {
    this.#rejects.lines("line-malformed", "the quoted value is not closed", [line], 1);
  }

  whole(line: LogicalLine, key: string, mayWait: boolean): void {
    const { text, lines } = line;
    const open = this.#open.size === 0 ? undefined : this.#open.get(key);
    if (isBlank(text)) {
      if (open === undefined) this.#blank += lines.length;
      else open.pendingBlank += lines.length;
      return;
    }
    if (open?.count === 1 && readJulMessage(open.record, text)) {
      this.#continuation += joinLine(open, line, this.#options.keepRaw);
      return;
    }
    const header = this.#router.headerOf(text, line.envelope, open);
    const result = this.#router.routeWhole(header);
    if (result === undefined || isWithin(result, open, text)) this.#withoutHeader(line, key);
    else if (result === DIRECTIVE) {
      this.#close(key);
      this.#directives += lines.length;
    } else if (result === INCOMPLETE) {
      if (mayWait) this.#joiner.wait(key, line);
      else this.#rejects.lines("line-malformed", "the quoted value is not closed", lines, 1);
    } else if (result instanceof Malformed) {
      // Lines that follow belong to the broken one; they must not go to the event before it.
      this.#close(key);
      const broken = this.#rejects.broken(line, result, header);
      // Lines that a stray quote has drawn in are lines of their own again.
      for (const one of lines.slice(broken.length)) {
        this.whole({ text: one.text, lines: [one], envelope: undefined }, key, false);
      }
    } else {
      const part = partOf(result, open, text);
      if (part === undefined) this.#start(result, line, key);
      else this.#withoutHeader({ ...line, text: part }, key);
    }
  }

  badEncoding(bytes: Uint8Array, offset: number): void {
    this.#refuse(encodingFault(bytes), bytes, this.#placeOf(offset));
  }

  tooLong(head: Uint8Array, offset: number, length: number): void {
    const fault = lengthFault(length, this.#options.maxLineBytes, head.length);
    this.#refuse(fault, head, this.#placeOf(offset));
  }

  /** Rejects a line that is not read; one of which only a part was kept keeps its fault, whatever that part looks like. */
  #refuse(fault: LineFault, bytes: Uint8Array, { cut, ...place }: LinePlace): void {
    this.#closeAtHeader(bytes);
    const { code, message, column } = cut ?? fault;
    this.#rejects.add(code, message, bytes, { ...place, column });
  }

  #next(offset: number) {
    return { number: ++this.#lineNumber, origin: this.#options.placeOf?.(offset) };
  }

  /** Where a line is that is not read. */
  #placeOf(offset: number): LinePlace {
    const [line, { source, placeOf }] = [++this.#lineNumber, this.#options];
    return placeOf?.(offset) ?? { source, line, offset };
  }

  /** What follows a refused header belongs to it, and not to the event before. */
  #closeAtHeader(bytes: Uint8Array): void {
    if (this.#open.size === 0) return;
    const key = this.#router.keyOfHeader(new TextDecoder().decode(bytes));
    if (key !== undefined) this.#close(key);
  }

  #start(record: LogRecord, line: LogicalLine, key: string): void {
    this.#close(key);
    const { lines, lines: [first], envelope } = line;
    if (first === undefined) return;
    const isDated = this.#router.isDated && record.timestamp_raw !== undefined;
    if (envelope !== undefined) fillFrom(record, envelope, this.#router.times);
    markProblem(record, line);
    setPlace(record, first);
    record.line_count = lines.length;
    this.#records++;
    this.#continuation += lines.length - 1;
    const open = openEvent(record, isDated, line, this.#options.keepRaw);
    if (record.joins === "none") return this.#write(open);
    if (this.#open.size >= MOST_OPEN) this.#close(this.#open.keys().next().value ?? "");
    this.#open.set(key, open);
  }

  #withoutHeader(line: LogicalLine, key: string): void {
    const { text, lines } = line;
    // What stands behind NUL bytes was written after a crash, and is no part of what was before.
    if (lines.some(isAfterCrash)) this.#close(key);
    const open = this.#open.get(key);
    const event = open && this.#router.routeAfterWord(text, open.record);
    if (event !== undefined) return this.#start(event, line, key);
    if (open === undefined || !mayJoin(open, text)) {
      const record = this.#router.withoutHeader(line);
      if (record === undefined) {
        if (open !== undefined && isUnproven(open)) this.#close(key);
        if (hasPriority(text)) this.#close(key);
        this.#rejects.lines("line-unrecognized", "no known header", lines, 1);
      } else this.#start(record, line, key);
      return;
    }
    const full = overflow(open, line, this.#options);
    if (full !== undefined) {
      this.#blank += truncate(open);
      return this.#rejects.lines("event-too-long", full, lines, 1);
    }
    this.#continuation += takeBlanks(open, this.#options.keepRaw);
    open.texts.push(text);
    open.size += text.length + 1;
    this.#continuation += joinLine(open, line, this.#options.keepRaw);
  }

  #close(key: string): void {
    const open = this.#open.get(key);
    if (open === undefined) return;
    this.#blank += open.pendingBlank;
    this.#open.delete(key);
    this.#write(open);
  }

  #write(open: OpenEvent): void {
    const { record, texts } = open;
    if (isUnproven(open) && !becomesText(open)) {
      this.#records--;
      this.#rejects.lines("line-unrecognized", "no known header", open.line.lines, 1);
      return;
    }
    record.line_count = open.count;
    attachRest(record, texts);
    if (this.#options.filter?.(record) === false) {
      this.#records--;
      this.#continuation -= open.count - 1;
      this.#filtered += open.count;
      return;
    }
    if (this.#options.keepRaw) record.raw = open.raw.join("\n");
    if (record.parse_status === "partial") this.#partial++;
    this.#formats.set(record.format, (this.#formats.get(record.format) ?? 0) + 1);
    this.metrics.add(record);
    if (!this.#options.records) return;
    this.#writer.write(record);
    this.#batchRecords++;
  }
}
