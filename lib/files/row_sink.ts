import type { Place } from "../errors/mod.ts";
import type { RowReject } from "./findings.ts";

/** One row as the scanner sees it; one object serves all rows, so it is valid only during the call that passes it. */
export interface RowView {
  /** Holds the row, and more. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Where the row begins in `bytes`. */
  start: number;
  /** Where its content ends, before the line end. */
  end: number;
  /** Where the next row begins. */
  next: number;
  /** Number of fields. */
  fields: number;
  /** Number of its first line, 1-based. */
  line: number;
  /** Lines that it spans; more than 1 where a quoted field holds line ends. */
  lines: number;
  /** Offset of `start` in the input. */
  byteOffset: number;
  /** Whether a quote is within a field that does not begin with one. */
  stray: boolean;
}

/** Returns where a row is, for a finding. */
export function placeOf({ line, byteOffset }: RowView): Place {
  return { line, byteOffset };
}

/** Takes what the scanner finds, in the order of the input. */
export interface RowSink {
  /** A good row. */
  row(row: RowView): void;
  /** A refused line. */
  reject(reject: RowReject): void;
  /** An empty line, a comment or a line before the header: no row, so it counts nowhere. */
  blank(): void;
  /** A comment; it was given to `blank`, too. */
  comment?(row: RowView): void;
}

/** What is before a record in its line. */
export interface LineLead {
  /** How many bytes. */
  readonly length: number;
  /** The last of them; those of long ago are not kept. */
  readonly bytes: Uint8Array;
}

/** Takes what the scanner of JSON finds, in the order of the input. */
export interface JsonSink {
  /** A record, which may not be valid JSON; its bytes, and what is before them in their line, are valid only during the call. */
  record(bytes: Uint8Array, place: Place, lead: LineLead): void;
  /** A record that is too long to keep. */
  reject(reject: RowReject): void;
  /** An empty line. */
  blank(): void;
  /** The file is not JSON around its records. */
  broken(code: "file-json" | "file-kind", message: string, place: Place): never;
}
