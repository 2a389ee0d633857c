import type { Reject, RejectCode } from "../errors/mod.ts";
import { joinsOf, type LineRouter } from "./_line_router.ts";
import { LineSplitter } from "./_line_splitter.ts";
import { Malformed } from "./_line_parser.ts";
import { type LogRecord, markPartial, setAttribute } from "./_log_record.ts";
import type { LogFormat } from "./log_formats.ts";
import { LogMetrics } from "./log_metrics.ts";
import type { LogSummary } from "./log_summary.ts";
import { NdjsonWriter } from "./_ndjson_writer.ts";
import type { LogBatch, ResolvedOptions } from "./normalize_log.ts";
import { validPrefix } from "./_valid_prefix.ts";
import { attachLines, isTraceLine } from "./_traces.ts";

const DIRECTIVE = /^#(?:Version|Fields|Software|Date|Start-Date|End-Date|Remark): /;
const encoder = new TextEncoder();

/** Turns lines into records and rejects, joining the lines of one event. */
export class LogNormalizer {
  readonly #options: ResolvedOptions;
  readonly #router: LineRouter;
  readonly #splitter: LineSplitter;
  readonly #writer: NdjsonWriter;
  readonly #metrics = new LogMetrics();
  readonly #formats = new Map<LogFormat, number>();
  #rejects: Reject[] = [];
  #batchRecords = 0;
  #lineNumber = 0;
  #records = 0;
  #continuation = 0;
  #quarantined = 0;
  #blank = 0;
  #directives = 0;
  #partial = 0;
  /** The event that may still get lines, with those that it has got. */
  #open: LogRecord | undefined;
  #header = "";
  #lines: string[] = [];
  #eventSize = 0;
  /** Blank lines of which the next line says whether they stand within the event. */
  #pendingBlank = 0;

  constructor(options: ResolvedOptions, router: LineRouter) {
    this.#options = options;
    this.#router = router;
    this.#splitter = new LineSplitter(this, options.maxLineBytes);
    this.#writer = new NdjsonWriter(options);
  }

  push(chunk: Uint8Array): void {
    this.#splitter.push(chunk);
  }

  end(): void {
    this.#splitter.end();
    this.#close();
  }

  /** Bytes and rejects that wait to be taken. */
  get waiting(): { readonly bytes: number; readonly rejects: number } {
    return { bytes: this.#writer.length, rejects: this.#rejects.length };
  }

  take(): LogBatch {
    const batch = {
      ndjson: this.#writer.take(),
      records: this.#batchRecords,
      rejects: this.#rejects,
    };
    this.#rejects = [];
    this.#batchRecords = 0;
    return batch;
  }

  summary(): Omit<LogSummary, "detection"> {
    return {
      lines: this.#splitter.lines,
      records: this.#records,
      continuation: this.#continuation,
      quarantined: this.#quarantined,
      blank: this.#blank,
      directives: this.#directives,
      partial: this.#partial,
      formats: Object.fromEntries(this.#formats),
      metrics: this.#metrics.snapshot(),
    };
  }

  line(text: string, offset: number): void {
    this.#lineNumber++;
    if (isBlank(text)) {
      if (this.#open === undefined) this.#blank++;
      else this.#pendingBlank++;
      return;
    }
    const result = this.#router.route(text);
    if (result === undefined) this.#withoutHeader(text, offset);
    else if (result instanceof Malformed) {
      // Lines that follow belong to the broken one; they must not go to the event before it.
      this.#close();
      const column = encoder.encode(text.slice(0, result.column - 1)).length + 1;
      this.#reject("line-malformed", result.message, encoder.encode(text), offset, column);
    } else this.#start(result, text, offset);
  }

  // Chunks may be Buffers, whose slice() is a view: the constructor copies.
  badEncoding(bytes: Uint8Array, offset: number): void {
    this.#lineNumber++;
    this.#closeAtHeader(bytes);
    const column = validPrefix(bytes) + 1;
    this.#reject("line-encoding", "not valid UTF-8", new Uint8Array(bytes), offset, column);
  }

  tooLong(head: Uint8Array, offset: number, length: number): void {
    this.#lineNumber++;
    this.#closeAtHeader(head);
    const limit = this.#options.maxLineBytes;
    const message = `${length} bytes, the limit is ${limit}; the first ${head.length} are kept`;
    this.#reject("line-too-long", message, new Uint8Array(head), offset, limit + 1);
  }

  /** What follows a refused header belongs to it, and not to the event before. */
  #closeAtHeader(bytes: Uint8Array): void {
    if (this.#open === undefined) return;
    if (this.#router.route(new TextDecoder().decode(bytes)) !== undefined) this.#close();
  }

  #start(record: LogRecord, text: string, offset: number): void {
    this.#close();
    record.source_offset = offset;
    record.line_start = this.#lineNumber;
    this.#records++;
    if (this.#options.keepRaw) this.#header = text;
    if (joinsOf(record.format) === "none") this.#write(record);
    else {
      this.#open = record;
      this.#eventSize = text.length;
    }
  }

  #withoutHeader(text: string, offset: number): void {
    const open = this.#open;
    if (open === undefined || joinsOf(open.format) === "traces" && !isTraceLine(text)) {
      this.#reject("line-unrecognized", "no known header", encoder.encode(text), offset, 1);
      return;
    }
    const { maxEventLines, maxEventBytes } = this.#options;
    const lines = 2 + this.#lines.length + this.#pendingBlank;
    const size = this.#eventSize + this.#pendingBlank + text.length + 1;
    if (open.parse_error === TRUNCATED || lines > maxEventLines || size > maxEventBytes) {
      markPartial(open, TRUNCATED);
      setAttribute(open, "truncated", "true");
      this.#settleBlank();
      const message = `the event has ${maxEventLines} lines or ${maxEventBytes} bytes already`;
      this.#reject("event-too-long", message, encoder.encode(text), offset, 1);
      return;
    }
    this.#continuation += 1 + this.#pendingBlank;
    for (; this.#pendingBlank > 0; this.#pendingBlank--) this.#lines.push("");
    this.#lines.push(text);
    this.#eventSize = size;
  }

  #settleBlank(): void {
    this.#blank += this.#pendingBlank;
    this.#pendingBlank = 0;
  }

  #close(): void {
    this.#settleBlank();
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    open.line_count = 1 + this.#lines.length;
    if (this.#lines.length > 0) attachLines(open, this.#lines);
    this.#write(open);
    if (this.#lines.length > 0) this.#lines = [];
  }

  #write(record: LogRecord): void {
    if (this.#options.keepRaw) record.raw = [this.#header, ...this.#lines].join("\n");
    if (record.parse_status === "partial") this.#partial++;
    this.#formats.set(record.format, (this.#formats.get(record.format) ?? 0) + 1);
    this.#metrics.add(record);
    this.#writer.write(record);
    this.#batchRecords++;
  }

  #reject(
    code: RejectCode,
    message: string,
    raw: Uint8Array,
    byteOffset: number,
    column: number,
  ): void {
    if (code === "line-unrecognized" && DIRECTIVE.test(new TextDecoder().decode(raw))) {
      this.#directives++;
      return;
    }
    this.#quarantined++;
    const place = { source: this.#options.source, line: this.#lineNumber, column, byteOffset };
    this.#rejects.push({ code, message, place, raw });
  }
}

const TRUNCATED = "the event was truncated";

function isBlank(text: string): boolean {
  return text.length === 0 || text.charCodeAt(0) <= 32 && text.trim() === "";
}
