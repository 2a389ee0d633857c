import type { Reject, RejectCode } from "../errors/mod.ts";
import type { LinePlace, PhysicalLine } from "./_line_joiner.ts";

const encoder = new TextEncoder();

/** Where a line is, and the fault in it. */
type RejectedPlace = Omit<LinePlace, "source"> & {
  /** @default the log */
  readonly source?: string;
  readonly column: number;
};

/** Rejected lines that wait to be taken, and how many there were in all. */
export class RejectList {
  /** Lines rejected so far. */
  count = 0;
  readonly #source: string;
  #rejects: Reject[] = [];

  /** @param source Name of the log. */
  constructor(source: string) {
    this.#source = source;
  }

  /** Rejects that wait. */
  get waiting(): number {
    return this.#rejects.length;
  }

  /** Returns those that wait, and forgets them. */
  take(): Reject[] {
    const rejects = this.#rejects;
    this.#rejects = [];
    return rejects;
  }

  /** Rejects lines as they are in the file. */
  lines(code: RejectCode, message: string, lines: readonly PhysicalLine[], column: number): void {
    for (const { text, offset, number, origin } of lines) {
      const place = origin ?? { line: number, offset };
      this.add(code, message, encoder.encode(text), { ...place, column });
    }
  }

  /** Rejects a line; its bytes are copied. */
  add(
    code: RejectCode,
    message: string,
    bytes: Uint8Array,
    { source = this.#source, line, column, offset }: RejectedPlace,
  ): void {
    this.count++;
    const place = { source, line, column, byteOffset: offset };
    // A chunk may be a Buffer, whose slice() is a view: the constructor copies.
    this.#rejects.push({ code, message, place, raw: new Uint8Array(bytes) });
  }
}
