import { unwrap, type Unwrapped } from "./_envelope.ts";
import { LineBlock } from "./_line_blocks.ts";
import type { LineFault } from "./_line_fault.ts";
import { type LogRecord, markPartial } from "./_log_record.ts";

/** Where a line is. */
export interface LinePlace {
  /** Name of its log. */
  readonly source: string;
  /** 1-based. */
  readonly line: number;
  /** Of its first byte. */
  readonly offset: number;
  /** Why only a part of it was kept, if so: it stays rejected. */
  readonly cut?: LineFault;
}

/** A line as it stands in the file. */
export interface PhysicalLine {
  readonly text: string;
  readonly offset: number;
  readonly number: number;
  /** NUL bytes before it, as a crash of the machine leaves them. */
  readonly nuls: number;
  /** Where it is in the log from which it was rejected, if it is parsed again. */
  readonly origin?: LinePlace | undefined;
}

/** One or more lines that are one by what is around or in them: a quoted line break, parts of a container's line. */
export interface LogicalLine {
  readonly text: string;
  readonly lines: readonly PhysicalLine[];
  readonly envelope: Unwrapped | undefined;
  /** The container says that it goes on, and it does not. */
  readonly isCut?: boolean | undefined;
  /** Of a message of syslog with an octet count: what is wrong with the count, or nothing. */
  readonly frame?: { readonly fault: string | undefined };
}

/** Receives lines that are whole. */
export interface LogicalLineSink {
  /** A line of a container and stream; `mayWait`: its quoted value may go on in the next one. */
  whole(line: LogicalLine, key: string, mayWait: boolean): void;
  /** A line whose quoted value is never closed. */
  unclosed(line: PhysicalLine): void;
}

interface Limits {
  readonly maxEventLines: number;
  readonly maxEventBytes: number;
}

/** Takes off what stands around lines, and joins those that are parts of one. */
export class LineJoiner {
  readonly #sink: LogicalLineSink;
  readonly #limits: Limits;
  /** Lines that go on in the next one, by container and stream. */
  readonly #unfinished = new Map<string, LogicalLine>();
  /** What each of them is, if it is a block. */
  readonly #blocks = new Map<string, LineBlock>();

  constructor(sink: LogicalLineSink, limits: Limits) {
    this.#sink = sink;
    this.#limits = limits;
  }

  /** Whether no line waits for its end. */
  get isIdle(): boolean {
    return this.#unfinished.size === 0;
  }

  add(line: PhysicalLine): void {
    const envelope = unwrap(line.text);
    const key = envelope?.key ?? "";
    const text = envelope?.text ?? line.text;
    const before = this.#unfinished.size === 0 ? undefined : this.#unfinished.get(key);
    if (before === undefined) {
      const whole = { text, lines: [line], envelope };
      const block = LineBlock.at(text);
      if (block !== undefined) this.#blocks.set(key, block);
      if (block !== undefined || envelope?.isPartial === true) this.#unfinished.set(key, whole);
      else this.#sink.whole(whole, key, true);
      return;
    }
    const block = this.#blocks.get(key);
    const place = block?.next(text);
    if (place === "after" || place === "none") {
      this.#endBlock(key, before, place === "after" ? block : undefined);
      this.add(line);
      return;
    }
    // Parts of a container's line follow each other at once; the lines of a quoted value keep their breaks.
    const isQuoted = before.envelope?.isPartial !== true;
    const joined = {
      text: before.text + (isQuoted ? "\n" : "") + text,
      lines: [...before.lines, line],
      envelope: before.envelope,
    };
    const { maxEventLines, maxEventBytes } = this.#limits;
    if (joined.lines.length > maxEventLines || joined.text.length > maxEventBytes) {
      this.#giveUp(key, before);
      this.add(line);
      return;
    }
    if (place === "more") this.#unfinished.set(key, joined);
    else if (block !== undefined) this.#endBlock(key, joined, block);
    else if (isQuoted || envelope?.isPartial !== true) {
      this.#unfinished.delete(key);
      this.#sink.whole(joined, key, true);
    } else this.#unfinished.set(key, joined);
  }

  /** Keeps a line until the next one of its key has come. */
  wait(key: string, line: LogicalLine): void {
    this.#unfinished.set(key, line);
  }

  end(): void {
    for (const [key, line] of [...this.#unfinished]) {
      const block = this.#blocks.get(key);
      if (block === undefined) this.#giveUp(key, line);
      else this.#endBlock(key, line, block.mayEnd ? block : undefined);
    }
  }

  /** Passes a block on: as one, or line by line if it was none. */
  #endBlock(
    key: string,
    { text, lines, envelope }: LogicalLine,
    block: LineBlock | undefined,
  ): void {
    this.#blocks.delete(key);
    this.#unfinished.delete(key);
    if (block?.isOne(text) === true) {
      this.#sink.whole({ text, lines, envelope }, key, false);
      return;
    }
    for (const one of lines) {
      const own = unwrap(one.text);
      this.#sink.whole({ text: own?.text ?? one.text, lines: [one], envelope: own }, key, false);
    }
  }

  /** The end that a line waited for did not come: what is there counts; of a quoted value, each line for itself. */
  #giveUp(key: string, line: LogicalLine): void {
    if (this.#blocks.has(key)) return this.#endBlock(key, line, undefined);
    this.#unfinished.delete(key);
    if (line.envelope?.isPartial === true) {
      this.#sink.whole({ ...line, isCut: true }, key, false);
      return;
    }
    const [first, ...rest] = line.lines;
    if (first === undefined) return;
    this.#sink.unclosed(first);
    for (const one of rest) {
      this.#sink.whole({ text: one.text, lines: [one], envelope: undefined }, key, false);
    }
  }
}

/** Whether a line has nothing but white space. */
export function isBlank(text: string): boolean {
  return text.length === 0 || text.charCodeAt(0) <= 32 && text.trim() === "";
}

/** Whether NUL bytes are before a line, or it is nothing else: a crash of the machine left them. */
export function isAfterCrash({ text, nuls }: PhysicalLine): boolean {
  return nuls > 0 || text.charCodeAt(0) === 0;
}

/** Marks a record of whose line a part is missing. */
export function markProblem(record: LogRecord, { lines, isCut, frame }: LogicalLine): void {
  if (frame?.fault !== undefined) markPartial(record, frame.fault);
  if (isCut === true) markPartial(record, "the end of the container's line is missing");
  const nuls = lines[0]?.nuls ?? 0;
  if (nuls > 0) markPartial(record, `${nuls} NUL bytes are before the line`);
}

/** Sets where a record begins. */
export function setPlace(record: LogRecord, { offset, number, origin }: PhysicalLine): void {
  record.source_offset = offset;
  record.line_start = origin?.line ?? number;
  record.origin = origin;
}
