import type { TimeContext } from "./_timestamp.ts";
import type { LogFormat } from "./log_formats.ts";
import type { LogRecord } from "./_log_record.ts";

/** A line that starts as its format does and then breaks its grammar. */
export class Malformed {
  /** For people. */
  readonly message: string;
  /** Where, 1-based, in UTF-16 units of the line. */
  readonly column: number;

  constructor(message: string, column: number) {
    this.message = message;
    this.column = column;
  }
}

/** A record; why the line is broken; or `undefined`: the line is not of this format at all. */
export type ParseResult = LogRecord | Malformed | undefined;

/** Reads single lines of one family of formats. */
export interface LineParser {
  /** Formats that its records can have. */
  readonly formats: readonly LogFormat[];
  /** What may be joined to its records: every line without a header, traces only, or nothing. */
  readonly joins: "any" | "traces" | "none";
  /** Whether only votes may bring it in: its header is too easily seen in other text. */
  readonly weak: boolean;
  /** Reads one line, without its line break. */
  parse(line: string, time: TimeContext): ParseResult;
}
