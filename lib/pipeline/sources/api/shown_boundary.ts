import { isMoment, type TimeValue } from "../../../grammar/mod.ts";
import { keyOf } from "../../../quality/mod.ts";
import { parseWatermark } from "../../cursor.ts";
import type { RecordFields } from "./record_fields.ts";
import type { ApiStream } from "./schema.ts";

const decoder = new TextDecoder();

/** What earlier runs have left. */
interface Left {
  /** Records of the boundary. */
  readonly published: ReadonlySet<string> | undefined;
  readonly from: string | null;
}

/**
 * Watches whether a read brings what earlier runs left at the boundary, or something as old.
 *
 * If it brings neither, the API may begin later than it is asked to, as one does that rounds the start up or leaves out
 * the whole minute or day that it names. Or the records are gone. A record that came again with a later value is not
 * missing.
 */
export class ShownBoundary {
  /** How much earlier the reading began than the watermark says, in ms; any number is one letter of a text. */
  reach = 0;
  readonly #fields: RecordFields;
  readonly #left: Left;
  /** The oldest of the boundary; `undefined` if there is nothing to watch for. */
  readonly #lowest: TimeValue | undefined;
  /** Records of the boundary, by their key, that have not come. */
  #missing: Map<string, TimeValue> | undefined;
  #oldest: TimeValue | undefined;
  readonly #format: NonNullable<ApiStream["incremental"]>["format"] | undefined;

  constructor({ incremental, primary_key: key }: ApiStream, fields: RecordFields, left: Left) {
    this.#fields = fields;
    this.#left = left;
    this.#format = incremental?.format;
    if (incremental === undefined || left.from === null || left.published?.size === 0) return;
    const { format, field } = incremental;
    // Where no two records have one value, none is left out with the boundary's own.
    const isUnique = key.length === 1 && key[0] === field;
    if (!isMoment(format) && (format !== "string" || isUnique)) return;
    this.#lowest = this.#all().values().reduce((a, b) => b < a ? b : a);
  }

  /** Notes that a record has come. */
  see(cursor: TimeValue, value: unknown, bytes: Uint8Array): void {
    if (this.#lowest === undefined || !this.isEarlier(this.#lowest)) return;
    this.#missing ??= this.#all();
    if (this.#missing.size > 0) this.#missing.delete(this.#keyOf(value, bytes));
    if (this.isEarlier(cursor)) this.#oldest = cursor;
  }

  /** Whether a record of the boundary has not come, nor one as old. */
  get isHidden(): boolean {
    if (this.#lowest === undefined) return false;
    this.#missing ??= this.#all();
    return this.#missing.values().some((cursor) => this.isEarlier(cursor));
  }

  /** Whether a value is before all that have come. */
  isEarlier(cursor: TimeValue): boolean {
    return this.#oldest === undefined || cursor < this.#oldest;
  }

  #keyOf(value: unknown, bytes: Uint8Array): string {
    return keyOf(value, this.#fields.primaryKey, () => decoder.decode(bytes));
  }

  /** Returns the oldest value of each key of the boundary; the watermark alone if a rebuild has lost the rest. */
  #all(): Map<string, TimeValue> {
    const all = new Map<string, TimeValue>();
    const { published, from } = this.#left;
    if (published === undefined) {
      return all.set("", parseWatermark(from ?? "", this.#format ?? "iso"));
    }
    const isKeyed = this.#fields.primaryKey.length > 0;
    for (const record of published) {
      const [cursor, identity] = JSON.parse(record) as [TimeValue, string];
      // The identity of a keyed record is its cursor and its key.
      const key = isKeyed ? JSON.stringify((JSON.parse(identity) as unknown[]).slice(1)) : identity;
      const known = all.get(key);
      if (known === undefined || cursor < known) all.set(key, cursor);
    }
    return all;
  }
}
