import type { CodeOf } from "./error_codes.ts";

/** Codes that a {@linkcode Reject} may carry. */
export type RejectCode = CodeOf<"DataError">;

/** Where in its source a rejected piece was; all numbers count from the start of the page or file. */
export interface Place {
  /** Page number within the stream, 1-based. */
  readonly page?: number;
  /** Line number, 1-based. */
  readonly line?: number;
  /** Column within the line, 1-based, in bytes of the line as UTF-8. */
  readonly column?: number;
  /** Offset of the first byte in the file, 0-based, after decompression, in the encoding that the file has. */
  readonly byteOffset?: number;
  /** Path of the file, or redacted URL of the page. */
  readonly source?: string;
  /** Name of the column, or path of the value, that is at fault. */
  readonly field?: string;
}

/** One piece of input that was refused: what, why, where, and its bytes. */
export interface Reject {
  /** Why. */
  readonly code: RejectCode;
  /** Why, for people: `expected 6 columns, found 5`. */
  readonly message: string;
  /** Where. */
  readonly place: Place;
  /** The bytes as they came. */
  readonly raw: Uint8Array;
  /** Where in `raw` the fault is. @default {by the column, in its first line} */
  readonly fault?: {
    /** Bytes of `raw` before it. */
    readonly offset: number;
    /** What is before `raw` in its line, as far as it is known. */
    readonly lead: string;
  };
}
