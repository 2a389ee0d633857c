import { AccessCounter } from "./_access_counter.ts";
import { AccessRecordWriter } from "./_access_record.ts";
import { AccessScanner } from "./_access_scan.ts";
import type { LogMetrics } from "./log_metrics.ts";
import type { NdjsonWriter } from "./_ndjson_writer.ts";

/** In fewer bytes there are too few lines for a program. */
const WORTH_PROGRAM = 8 * 1024;

/** Reads plain access lines as bytes, without making text of them. */
export class AccessReader {
  /** Lines read so far, each of them a record in the combined format. */
  lines = 0;
  readonly #scanner = new AccessScanner();
  readonly #metrics: LogMetrics;
  readonly #writer: AccessRecordWriter | undefined;
  readonly #mostBytes: number;
  #counter: AccessCounter | undefined;

  /** @param writer Takes the records. @default none: they are only counted */
  constructor(metrics: LogMetrics, mostBytes: number, writer?: NdjsonWriter) {
    this.#metrics = metrics;
    this.#mostBytes = mostBytes;
    this.#writer = writer && new AccessRecordWriter(writer);
  }

  /**
   * Reads as many lines as follow each other.
   *
   * @param place Offset of the bytes in the log, and number of the line before.
   * @returns The index of the first line that the parser must read.
   */
  read(bytes: Uint8Array, start: number, place: { offset: number; line: number }): number {
    const { found } = this.#scanner;
    const { offset, line } = place;
    const before = this.lines;
    const counter = this.#counterFor(bytes);
    for (let at = start; at < bytes.length;) {
      if (counter?.isUsable === true) {
        const counted = counter.count(bytes, at);
        this.lines += counted.lines;
        at = counted.at;
        if (at === bytes.length) return at;
      }
      const end = this.#scanner.scan(bytes, at);
      if (end < 0 || end - at > this.#mostBytes) return at;
      this.lines++;
      this.#metrics.addAccess(bytes, found);
      this.#writer?.write(bytes, found, { offset: offset + at, line: line + this.lines - before });
      at = end;
    }
    return bytes.length;
  }

  /** Records are written line by line. */
  #counterFor(bytes: Uint8Array): AccessCounter | undefined {
    if (this.#writer !== undefined || bytes.length < WORTH_PROGRAM) return undefined;
    return this.#counter ??= new AccessCounter(this.#metrics, this.#scanner, this.#mostBytes);
  }
}
