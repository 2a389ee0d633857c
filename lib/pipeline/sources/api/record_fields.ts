import {
  type DotPath,
  isZoneless,
  parseDotPath,
  parseTimeValue,
  type TimeValue,
  valueAt,
} from "../../../grammar/mod.ts";
import { cutText } from "../../../logging/mod.ts";
import type { ApiStream } from "./schema.ts";

/** Where a stream's records hold their key and cursor; the paths are parsed once. */
export class RecordFields {
  /** Paths of the primary key. */
  readonly primaryKey: readonly DotPath[];
  /** Path of the cursor, if the stream has one. */
  readonly cursor: DotPath | undefined;
  readonly #incremental: ApiStream["incremental"];

  constructor({ primary_key, incremental }: Pick<ApiStream, "primary_key" | "incremental">) {
    this.primaryKey = primary_key.map(parseDotPath);
    this.cursor = incremental && parseDotPath(incremental.field);
    this.#incremental = incremental;
  }

  /** Returns a record's cursor value; `undefined` if it has no usable one. */
  cursorOf(record: unknown): TimeValue | undefined {
    if (this.#incremental === undefined || this.cursor === undefined) return undefined;
    return parseTimeValue(
      valueAt(record, this.cursor),
      this.#incremental.format,
      this.#incremental,
    );
  }

  /** Says what a record's cursor value is that cannot be used, and what is wanted. */
  wrongCursor(record: unknown): string {
    const { format = "iso", field = "" } = this.#incremental ?? {};
    const sent = this.cursor === undefined ? undefined : valueAt(record, this.cursor);
    const found = sent === undefined ? "nothing" : cutText(JSON.stringify(sent), 40);
    return `expected a value in the form ${format} in "${field}", found ${found}; ` +
      "incremental.format is the form in the records";
  }

  /** Says whether a record's cursor value is a time that names no zone. */
  isZoneless(record: unknown): boolean {
    if (this.#incremental === undefined || this.cursor === undefined) return false;
    return isZoneless(valueAt(record, this.cursor), this.#incremental.format);
  }
}
