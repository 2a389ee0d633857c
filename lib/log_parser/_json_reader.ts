import { JsonScanner } from "./json_scan.ts";
import type { LogMetrics } from "./log_metrics.ts";

/** Counts plain lines of JSON as bytes, without making objects of them. */
export class JsonReader {
  /** Lines read so far, each of them a record. */
  lines = 0;
  readonly #scanner = new JsonScanner();
  readonly #metrics: LogMetrics;
  readonly #mostBytes: number;

  constructor(metrics: LogMetrics, mostBytes: number) {
    this.#metrics = metrics;
    this.#mostBytes = mostBytes;
  }

  /** Reads as many lines as follow each other; returns the index of the first one that the parser must read. */
  read(bytes: Uint8Array, start: number): number {
    let at = start;
    for (let end = at; at < bytes.length; at = end) {
      end = this.#scanner.scan(bytes, at);
      if (end < 0 || end - at > this.#mostBytes) break;
      this.lines++;
      this.#metrics.addJson(bytes, this.#scanner.found);
    }
    return at;
  }
}
