import { type DotPath, DuplicateKeyError } from "../grammar/mod.ts";
import type { Place } from "../errors/mod.ts";
import { JsonFrame } from "./_json_frame.ts";
import type { JsonSink, LineLead } from "./row_sink.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const LF = 0x0a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Most bytes before a record that are shown with it. */
const MOST_LEAD = 64;

/** Options of {@linkcode JsonScanner}. */
export interface JsonScannerOptions {
  /** Whether each line is a record; otherwise the first bytes say whether there is a list, or values after each other. */
  readonly lines: boolean;
  /** Where the list of records is in a document. @default [], the document is the list */
  readonly path?: DotPath | undefined;
  /** Longest record in bytes. @default 32 MiB */
  readonly maxRowBytes?: number | undefined;
}

/**
 * Cuts JSON records out of UTF-8 text that comes in pieces cut anywhere, in memory of about the longest record.
 *
 * It only looks for where records begin and end, in time linear in their length; whether each is valid is for
 * `JSON.parse` to say. What is around them is checked as a whole at the end.
 */
export class JsonScanner {
  /** Whether the text begins with a byte order mark. */
  hasMark = false;
  readonly #sink: JsonSink;
  readonly #path: DotPath;
  readonly #max: number;
  readonly #isLines: boolean;
  #state: "begin" | "frame" | "lines" | "value" | "after-value" | "record" | "tail" = "begin";
  /** Whether values follow each other without a list around them; in a list, whether a comma owes one. */
  #isBare = false;
  #isOwed = false;
  readonly #frame: JsonFrame;

  // Not done with are the bytes of the buffer up to `#length`; the first of them is at `#base` in the text.
  #buffer = new Uint8Array(1 << 16);
  #length = 0;
  #base = 0;
  #at = 0;
  #start = 0;
  #depth = 0;
  #inString = false;
  /** A record that is too long to keep, and how much of it is no longer in the buffer. */
  #cut: { readonly head: Uint8Array; readonly place: Place } | undefined;
  #dropped = 0;
  // The line of a place is counted only when it is asked for.
  #line = 1;
  #lineStart = 0;
  #counted = 0;

  /**
   * Begins before the first byte.
   *
   * @param sink Takes the records.
   * @param options See {@linkcode JsonScannerOptions}.
   */
  constructor(sink: JsonSink, { lines, path = [], maxRowBytes = 1 << 25 }: JsonScannerOptions) {
    this.#sink = sink;
    this.#isLines = lines;
    this.#path = path;
    this.#max = maxRowBytes;
    this.#frame = new JsonFrame(path);
  }

  /** Takes more of the text; the piece may be reused afterwards. */
  push(chunk: Uint8Array): void {
    if (this.#length + chunk.length > this.#buffer.length) {
      const size = Math.max(this.#length + chunk.length, this.#buffer.length * 2);
      const larger = new Uint8Array(size);
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length += chunk.length;
    this.#run(false);
    this.#compact();
  }

  /** Ends the text. */
  finish(): void {
    this.#run(true);
    switch (this.#state) {
      case "lines":
        if (this.#length > this.#start || this.#dropped > 0) this.#endLine(this.#length);
        return;
      case "record":
        if (this.#isBare && this.#depth === 0 && !this.#inString) return this.#emit(this.#length);
        return this.#broken("it ends within a record", this.#length);
      case "begin":
        return;
      case "tail":
      case "frame": {
        const { fault } = this.#frame;
        if (fault !== undefined) this.#broken(fault, this.#length);
        return;
      }
      default:
        if (!this.#isBare) this.#broken("it ends within its list of records", this.#length);
    }
  }

  #run(last: boolean): void {
    if (this.#state === "begin" && !this.#begin(last)) return;
    if (this.#state === "lines") return this.#scanLines();
    if (this.#state === "frame" && !this.#findList()) return;
    while (this.#at < this.#length && this.#state !== "tail") {
      if (this.#state === "record") this.#scanRecord();
      else this.#betweenRecords();
    }
    if (this.#state !== "tail") return;
    this.#onPath(() => this.#frame.follow(this.#buffer.subarray(this.#at, this.#length)));
    this.#at = this.#start = this.#length;
  }

  /** Decides by the first bytes how the records are written. */
  #begin(last: boolean): boolean {
    const bytes = this.#buffer.subarray(0, this.#length);
    if (bytes.length < 3 && !last) return false;
    if (this.#at === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      this.hasMark = true;
      this.#at =
        this.#start =
        this.#counted =
        this.#lineStart =
          3;
    }
    const first = bytes.findIndex((byte, at) => at >= this.#at && byte > 0x20);
    if (first < 0) return false;
    const byte = bytes[first];
    if (this.#isLines) {
      if (byte === OPEN_ARRAY) {
        const said = "its name says JSON lines, its first bytes say a list of records in JSON";
        this.#sink.broken("file-kind", said, this.#placeOf(first));
      }
      this.#state = "lines";
      return true;
    }
    if (byte !== OPEN_ARRAY && byte !== OPEN_OBJECT) {
      const said = "its name says JSON, it does not begin with a bracket or a brace";
      this.#sink.broken("file-kind", said, this.#placeOf(first));
    }
    if (byte === OPEN_ARRAY || this.#path.length > 0) {
      this.#state = "frame";
      return true;
    }
    // Spark and others name JSON lines .json, too; if the first is no line, records are cut by their braces.
    const end = bytes.indexOf(LF, first);
    if (end < 0 && !last && bytes.length <= this.#max) return false;
    this.#isBare = true;
    const line = new TextDecoder().decode(bytes.subarray(first, end < 0 ? undefined : end));
    this.#state = isJson(line) ? "lines" : "value";
    return true;
  }

  #scanLines(): void {
    const bytes = this.#buffer.subarray(0, this.#length);
    for (let end = bytes.indexOf(LF, this.#at); end >= 0; end = bytes.indexOf(LF, this.#at)) {
      this.#endLine(end);
      this.#at = this.#start = end + 1;
    }
    this.#at = this.#length;
  }

  #endLine(end: number): void {
    let at = this.#start;
    while (at < end && (this.#buffer[at] ?? 0) <= 0x20) at++;
    if (at === end && this.#dropped === 0) return this.#sink.blank();
    this.#emit(end > at && this.#buffer[end - 1] === 0x0d ? end - 1 : end);
  }

  #findList(): boolean {
    const rest = this.#buffer.subarray(this.#at, this.#length);
    const { done, found } = this.#onPath(() => this.#frame.find(rest));
    this.#start = this.#at += done;
    if (found) this.#state = "value";
    return found;
  }

  /** What a path means whose key occurs twice depends on the reader. */
  #onPath<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof DuplicateKeyError) this.#broken(error.message, this.#at);
      throw error;
    }
  }

  /** Offset in the text of the record that is being read. */
  get rowOffset(): number {
    return this.#cut?.place.byteOffset ?? this.#base + this.#start;
  }

  #betweenRecords(): void {
    const byte = this.#buffer[this.#at] ?? 0;
    if (byte <= 0x20) this.#at++;
    else if (byte === COMMA && this.#state === "after-value" && !this.#isBare) {
      this.#state = "value";
      this.#isOwed = true;
      this.#at++;
    } else if (byte === CLOSE_ARRAY && !this.#isBare && !this.#isOwed) {
      this.#state = "tail";
      this.#frame.keep(this.#buffer.subarray(this.#at, this.#at + 1));
      this.#at++;
    } else if (
      byte !== COMMA && byte !== CLOSE_ARRAY && byte !== CLOSE_OBJECT &&
      (this.#state === "value" || this.#isBare)
    ) {
      this.#state = "record";
      this.#start = this.#at;
      this.#isOwed = false;
    } else {
      const found = JSON.stringify(String.fromCharCode(byte));
      this.#broken(`${found} is in the wrong place between two records`, this.#at);
    }
    if (this.#state !== "record") this.#start = this.#at;
  }

  /** Goes to the end of a record, if it has come. */
  #scanRecord(): void {
    const bytes = this.#buffer;
    const length = this.#length;
    let at = this.#at;
    while (at < length) {
      const byte = bytes[at] ?? 0;
      if (this.#inString) {
        if (byte === QUOTE) this.#inString = false;
        else if (byte === BACKSLASH) at++;
      } else if (byte === QUOTE) this.#inString = true;
      else if (byte >= OPEN_ARRAY) {
        const bracket = byte | 0x20;
        if (bracket === OPEN_OBJECT) this.#depth++;
        else if (bracket === CLOSE_OBJECT && --this.#depth <= 0) {
          // A closing bracket alone ends the value before it.
          const end = this.#depth === 0 ? at + 1 : at;
          this.#depth = 0;
          this.#emit(end);
          this.#at = this.#start = end;
          this.#state = "after-value";
          return;
        }
      } else if (this.#depth === 0 && (byte === COMMA || byte <= 0x20)) {
        this.#emit(at);
        this.#at = this.#start = at;
        this.#state = "after-value";
        return;
      }
      at++;
    }
    this.#at = at;
  }

  /** Passes on what is from the start of the record to here. */
  #emit(end: number): void {
    const length = this.#dropped + end - this.#start;
    const place = this.#cut?.place ?? this.#placeOf(this.#start);
    if (length <= this.#max) {
      this.#sink.record(this.#buffer.subarray(this.#start, end), place, this.#leadOf(this.#start));
    } else {
      const raw = this.#cut?.head ?? this.#buffer.slice(this.#start, this.#start + this.#max);
      const message = `a record has ${length} bytes, more than ${this.#max}`;
      this.#sink.reject({ code: "row-too-long", message, place, raw });
    }
    this.#cut = undefined;
    this.#dropped = 0;
  }

  /** Lets go of what is done with, and of what is too long to keep. */
  #compact(): void {
    if (this.#state === "begin") return;
    if (this.#cut === undefined && this.#length - this.#start > this.#max) {
      const head = this.#buffer.slice(this.#start, this.#start + this.#max);
      this.#cut = { head, place: this.#placeOf(this.#start) };
    }
    const done = this.#cut === undefined ? this.#start : Math.min(this.#at, this.#length);
    if (done === 0) return;
    if (this.#cut !== undefined) this.#dropped += done - this.#start;
    this.#placeOf(done);
    this.#buffer.copyWithin(0, done, this.#length);
    this.#base += done;
    this.#length -= done;
    this.#at -= done;
    this.#start = 0;
    this.#counted -= done;
  }

  /** Returns where an index of the buffer is in the text; an index is never before the last one. */
  #placeOf(index: number): { readonly line: number; readonly byteOffset: number } {
    const lines = this.#buffer.subarray(0, index);
    for (let at = this.#counted; (at = lines.indexOf(LF, at)) >= 0; at++) {
      this.#line++;
      this.#lineStart = this.#base + at + 1;
    }
    this.#counted = index;
    return { line: this.#line, byteOffset: this.#base + index };
  }

  /** Returns what is before an index in its line, once its place is known. */
  #leadOf(index: number): LineLead {
    const from = Math.max(this.#lineStart - this.#base, 0, index - MOST_LEAD);
    const length = this.#base + index - this.#lineStart;
    return { length, bytes: this.#buffer.subarray(from, index) };
  }

  #broken(message: string, index: number): never {
    const place = this.#placeOf(Math.max(index, this.#counted));
    return this.#sink.broken("file-json", `${message} (byte ${place.byteOffset})`, place);
  }
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false; // Whatever it is, it is not a record on one line.
  }
}
