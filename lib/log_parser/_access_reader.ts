import { AccessRecordWriter } from "./_access_record.ts";
import { AccessScanner } from "./_access_scan.ts";
import type { LogMetrics } from "./log_metrics.ts";
import type { NdjsonWriter } from "./_ndjson_writer.ts";

/** Reads plain access lines as bytes, without making text of them. */
export class AccessReader {
  /** Lines read so far, each of them a record in the combined format. */
  lines = 0;
  readonly #scanner = new AccessScanner();
  readonly #metrics: LogMetrics;
  readonly #writer: AccessRecordWriter | undefined;
  readonly #mostBytes: number;

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
    let at = start;
    for (let end = at; at < bytes.length; at = end) {
      end = this.#scanner.scan(bytes, at);
      if (end < 0 || end - at > this.#mostBytes) break;
      this.lines++;
      this.#metrics.addAccess(bytes, found);
      this.#writer?.write(bytes, found, { offset: offset + at, line: line + this.lines - before });
    }
    return at;
  }
}
