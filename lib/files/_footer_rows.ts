import type { Place } from "../errors/mod.ts";
import type { RowReject } from "./findings.ts";
import { placeOf, type RowView } from "./row_sink.ts";

/** Holds what looks like a footer back until it is known whether rows follow. */
export class FooterRows {
  readonly #pattern: RegExp;
  #held: (RowView | RowReject)[] = [];

  /** @param pattern Matches the text of a footer row. */
  constructor(pattern: RegExp) {
    this.#pattern = pattern;
  }

  /** Rows held back; at the end of the file they are its footer. */
  get count(): number {
    return this.#held.length;
  }

  /** Where they are. */
  get places(): Place[] {
    return this.#held.map((held) => "raw" in held ? held.place : placeOf(held));
  }

  /** Takes a row if it looks like a footer. */
  takesRow(row: RowView): boolean {
    const raw = row.bytes.subarray(row.start, row.end);
    if (!this.#matches(raw)) return false;
    // The scanner uses the one view and its buffer again.
    const bytes = row.bytes.slice(row.start, row.next);
    const [end, next] = [row.end - row.start, row.next - row.start];
    this.#held.push({ ...row, bytes, start: 0, end, next });
    return true;
  }

  /** Takes a refused line if it looks like a footer: as a rule it has fewer columns. */
  takesReject(reject: RowReject): boolean {
    if (!this.#matches(reject.raw)) return false;
    this.#held.push(reject);
    return true;
  }

  /** Gives back what it held. */
  release(): (RowView | RowReject)[] {
    const held = this.#held;
    if (held.length > 0) this.#held = [];
    return held;
  }

  #matches(raw: Uint8Array): boolean {
    return this.#pattern.test(new TextDecoder().decode(raw));
  }
}
