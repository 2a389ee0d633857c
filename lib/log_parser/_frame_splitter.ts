import { type LineSink, LineSplitter } from "./_line_splitter.ts";

const NEWLINE = 10;
const CR = 13;
/** An octet count has as many digits, a blank and a priority follow. */
const MOST_HEADER = 12;

/** Receives messages of syslog that say how long they are, and the lines between them. */
export interface FrameSink extends LineSink {
  /** A message without its octet count; `fault`: why the count does not fit. `offset`: of the count. */
  frame(bytes: Uint8Array, header: string, offset: number, fault: string | undefined): void;
}

/** Where a frame ends; what is wrong with its count, if so; `undefined`: more bytes must come. */
type FrameEnd = { readonly end: number; readonly fault?: string } | undefined;

/**
 * Cuts chunks of bytes into messages of syslog with an octet count (RFC 6587, 3.4.1), which may hold line breaks and need
 * none after them. A message whose count does not fit ends where the next one begins, or with its line.
 */
export class FrameSplitter {
  readonly #sink: FrameSink;
  readonly #limit: number;
  /** Takes what is no frame. */
  readonly #lines: LineSplitter;
  #frameLines = 0;
  #rest = new Uint8Array(0);
  /** Offset of the rest. */
  #offset = 0;
  /** Whether the rest goes on with a line that is longer than the limit. */
  #isInLine = false;

  constructor(sink: FrameSink, limit: number) {
    this.#sink = sink;
    this.#limit = limit;
    this.#lines = new LineSplitter(sink, limit);
  }

  /** Lines delivered; each message has one, and one more for each line break within it. */
  get lines(): number {
    return this.#frameLines + this.#lines.lines;
  }

  /** Takes the next bytes; they may be reused afterwards. */
  push(chunk: Uint8Array): void {
    const bytes = new Uint8Array(this.#rest.length + chunk.length);
    bytes.set(this.#rest);
    bytes.set(chunk, this.#rest.length);
    this.#read(bytes, false);
  }

  /** Says that no more bytes come. */
  end(): void {
    this.#read(this.#rest, true);
    this.#lines.end();
  }

  /** Says that the rest cannot be read: what it begins with is cut. */
  cut(damage: string): void {
    this.#plain(this.#rest);
    this.#lines.cut(damage);
  }

  #read(bytes: Uint8Array<ArrayBuffer>, isLast: boolean): void {
    let at = 0;
    while (at < bytes.length) {
      const isShort = bytes.length - at < MOST_HEADER && !isLast;
      const header = this.#isInLine ? undefined : headerAt(bytes, at);
      if (isShort && header === undefined && !this.#isInLine) break;
      const next = header === undefined
        ? this.#readLine(bytes, at, isLast)
        : this.#readFrame(bytes, at, header, isLast);
      if (next === undefined) break;
      at = next;
    }
    this.#rest = bytes.slice(at);
  }

  /** Passes a line on; returns the index after it. */
  #readLine(bytes: Uint8Array, at: number, isLast: boolean): number | undefined {
    const newline = bytes.indexOf(NEWLINE, at);
    if (newline < 0 && !isLast && bytes.length - at <= this.#limit) return undefined;
    const end = newline < 0 ? bytes.length : newline + 1;
    this.#isInLine = newline < 0;
    this.#plain(bytes.subarray(at, end));
    return end;
  }

  #plain(bytes: Uint8Array): void {
    this.#lines.push(bytes);
    this.#offset += bytes.length;
  }

  #readFrame(
    bytes: Uint8Array,
    at: number,
    header: string,
    isLast: boolean,
  ): number | undefined {
    const found = endOfFrame(bytes, at, { header, limit: this.#limit, isLast });
    if (found === undefined) return undefined;
    const start = at + header.length;
    const next = afterBreak(bytes, found.end);
    // A line break before the next count is counted by some.
    let end = found.end;
    while (end > start && bytes[end - 1] === NEWLINE) {
      end = bytes[end - 2] === CR ? end - 2 : end - 1;
    }
    const message = bytes.subarray(start, Math.max(start, end));
    if (message.length > this.#limit) {
      this.#isInLine = bytes[next - 1] !== NEWLINE;
      this.#plain(bytes.subarray(at, next));
      return next;
    }
    for (const byte of message) if (byte === NEWLINE) this.#frameLines++;
    this.#frameLines++;
    this.#sink.frame(message, header, this.#offset, found.fault);
    this.#offset += next - at;
    this.#lines.skip(next - at);
    return next;
  }
}

/** Says whether bytes are syslog with octet counts: some fit; a number before each line may be something else. */
export function isFramed(head: Uint8Array, limit: number): boolean {
  const text = new TextDecoder("latin1").decode(head);
  if (!/(?:^|\n)[1-9]\d{0,5} <\d{1,3}>/.test(text)) return false;
  let fits = 0;
  let faults = 0;
  let others = 0;
  const splitter = new FrameSplitter({
    frame: (_bytes, _header, _offset, fault) => fault === undefined ? fits++ : faults++,
    line: (line) => line === "" ? 0 : others++,
    badEncoding: () => others++,
    tooLong: () => others++,
  }, limit);
  splitter.push(head);
  // The sample may end within a message.
  if (fits + faults + others === 0 || head.length < limit) splitter.end();
  return fits > 0 ? fits * 2 >= faults : faults > 0 && faults < 3 && others === 0;
}

interface FrameOptions {
  readonly header: string;
  readonly limit: number;
  readonly isLast: boolean;
}

function endOfFrame(bytes: Uint8Array, at: number, options: FrameOptions): FrameEnd {
  const { header, limit, isLast } = options;
  const start = at + header.length;
  const count = Number.parseInt(header);
  const end = start + count;
  if (count > limit) return lineEnd(bytes, start, options);
  for (
    let newline = bytes.indexOf(NEWLINE, start);
    newline >= 0 && newline < end - 1;
    newline = bytes.indexOf(NEWLINE, newline + 1)
  ) {
    if (headerAt(bytes, newline + 1) === undefined) continue;
    const found = newline - start;
    return { end: newline, fault: `the octet count is ${count}, the message has ${found}` };
  }
  if (end + MOST_HEADER > bytes.length && !isLast) return undefined;
  if (end > bytes.length) {
    const found = bytes.length - start;
    return { end: bytes.length, fault: `the octet count is ${count}, the message has ${found}` };
  }
  const isEnd = end === bytes.length || afterBreak(bytes, end) > end;
  return isEnd || headerAt(bytes, end) !== undefined ? { end } : lineEnd(bytes, start, options);
}

/** The end of a message whose count says nothing: that of its line, or where a message begins whose count fits. */
function lineEnd(bytes: Uint8Array, start: number, options: FrameOptions): FrameEnd {
  const { header, limit, isLast } = options;
  const newline = bytes.indexOf(NEWLINE, start);
  if (newline < 0 && !isLast && bytes.length - start <= 2 * limit) return undefined;
  const last = Math.min(newline < 0 ? bytes.length : newline, start + 2 * limit);
  let end = last;
  for (let i = start + 1; i < last && end === last; i++) {
    const next = headerAt(bytes, i);
    if (next === undefined) continue;
    const after = i + next.length + Number.parseInt(next);
    if (after + MOST_HEADER > bytes.length && after <= i + limit && !isLast) return undefined;
    if (after === last || headerAt(bytes, after) !== undefined) end = i;
  }
  const found = end - start;
  const fault = `the octet count is ${Number.parseInt(header)}, the message has ${found}`;
  return { end: bytes[end - 1] === CR ? end - 1 : end, fault };
}

/** Returns the octet count at an index with the blank after it, if a priority follows. */
function headerAt(bytes: Uint8Array, at: number): string | undefined {
  const first = bytes[at] ?? 0;
  if (first < 49 || first > 57) return undefined;
  const text = String.fromCharCode(...bytes.subarray(at, at + MOST_HEADER));
  return /^([1-9]\d{0,5} )<\d{1,3}>/.exec(text)?.[1];
}

/** Returns the index after a line break, if one is there. */
function afterBreak(bytes: Uint8Array, at: number): number {
  if (bytes[at] === NEWLINE) return at + 1;
  return bytes[at] === CR && bytes[at + 1] === NEWLINE ? at + 2 : at;
}
