import { AccessReader } from "./_access_reader.ts";
import { JsonReader } from "./_json_reader.ts";
import type { LogMetrics } from "./log_metrics.ts";
import type { NdjsonWriter } from "./_ndjson_writer.ts";

/** Formats whose plain lines are read as bytes. */
export type ScannedFormat = "combined" | "jsonl";

/** Reads plain lines as bytes, without making text of them; each is a record. */
export class ByteReader {
  readonly #access: AccessReader;
  readonly #json: JsonReader;

  /** @param writer Takes the records of access lines. @default none: they are only counted */
  constructor(metrics: LogMetrics, mostBytes: number, writer?: NdjsonWriter) {
    this.#json = new JsonReader(metrics, mostBytes);
    this.#access = new AccessReader(metrics, mostBytes, writer);
  }

  /** Lines read so far. */
  get lines(): number {
    return this.#access.lines + this.#json.lines;
  }

  /** Reads as many lines of a format as follow each other; returns the index of the first one that the parser must read. */
  read(
    format: ScannedFormat,
    bytes: Uint8Array,
    start: number,
    place: { offset: number; line: number },
  ): number {
    return format === "jsonl"
      ? this.#json.read(bytes, start)
      : this.#access.read(bytes, start, place);
  }

  /** Adds the lines read to the records of each format. */
  addTo(formats: Map<string, number>): void {
    for (
      const [format, { lines }] of [["combined", this.#access], ["jsonl", this.#json]] as const
    ) {
      if (lines > 0) formats.set(format, (formats.get(format) ?? 0) + lines);
    }
  }
}
