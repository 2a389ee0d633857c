import type { FileTimes } from "./_file_times.ts";
import type { Joins, LogRecord } from "./_log_record.ts";

/** A line that starts as its format does and then breaks its grammar. */
export class Malformed {
  /** For people. */
  readonly message: string;
  /** Where, 1-based, in UTF-16 units of the line. */
  readonly column: number;
  /** Whether it is of its format beyond doubt, even if no line of the sample was. */
  readonly isCertain: boolean;

  constructor(message: string, column: number, isCertain = false) {
    this.message = message;
    this.column = column;
    this.isCertain = isCertain;
  }
}

/** A line that describes others, such as `#Fields:` or a header of CSV. */
export const DIRECTIVE = Symbol("directive");

/** A line whose quoted value goes on in the next one. */
export const INCOMPLETE = Symbol("incomplete");

/** A record; why the line is broken; or `undefined`: the line is not of this format at all. */
export type ParseResult = LogRecord | Malformed | typeof DIRECTIVE | typeof INCOMPLETE | undefined;

/** Reads single lines of one family of formats. */
export interface LineParser {
  /** Formats that its records can have. */
  readonly formats: readonly string[];
  /** What may be joined to its records. */
  readonly joins: Joins;
  /** Share of the votes that lets it in, where its header is too easily seen in other text. @default 0 */
  readonly leastShare?: number;
  /** Whether a line is of it beyond doubt, so that it is read even if its like have too few votes. */
  isSure?(line: string): boolean;
  /** Whether no other parser can contradict it: after a line of it, it is tried first. */
  readonly isUnambiguous?: boolean;
  /** Whether the text of its records may be a line of another format. */
  readonly isEnvelope?: boolean;
  /** Whether a line that breaks it is of no other format: a table's rows look like anything. */
  readonly isExclusive?: boolean;
  /** Reads a line of a file that is all of this format, as the user says. @default parse */
  parseAsked?(line: string, times: FileTimes): ParseResult;
  /** Reads one line, without its line break. */
  parse(line: string, times: FileTimes): ParseResult;
}

/** Whether only votes bring a parser in. */
export function isLoose(parser: LineParser): boolean {
  return (parser.leastShare ?? 0) > 0;
}
