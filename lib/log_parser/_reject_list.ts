import type { Reject, RejectCode } from "../errors/mod.ts";
import type { LinePlace, PhysicalLine } from "./_line_joiner.ts";

const encoder = new TextEncoder();
/** Bytes of rejects are kept in buffers of this size, since a buffer for each takes ten times as much. */
const BUFFER_BYTES = 64 * 1024;

/** A crash of the machine may leave a whole block of NUL bytes. */
const MOST_NULS = 4096;

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
  /** What is left of a buffer. */
  #free = new Uint8Array(0);

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
    for (const { text, offset, number, nuls, origin } of lines) {
      // NUL bytes before a line are a part of what was rejected.
      const kept = nuls > MOST_NULS ? 0 : nuls;
      const whole = kept === 0 ? text : "\0".repeat(kept) + text;
      const room = this.#room(whole.length * 3);
      const raw = this.#keep(room, encoder.encodeInto(whole, room).written);
      const place = origin ?? { line: number, offset };
      const told = kept === nuls ? message : `${message}; without the ${nuls} NUL bytes before it`;
      this.#add(code, told, raw, { ...place, offset: place.offset - kept, column: column + kept });
    }
  }

  /** Rejects a line; its bytes are copied. */
  add(
    code: RejectCode,
    message: string,
    bytes: Uint8Array,
    place: RejectedPlace,
  ): void {
    const room = this.#room(bytes.length);
    room.set(bytes);
    this.#add(code, message, this.#keep(room, bytes.length), place);
  }

  #add(
    code: RejectCode,
    message: string,
    raw: Uint8Array,
    { source = this.#source, line, column, offset }: RejectedPlace,
  ): void {
    this.count++;
    this.#rejects.push({ code, message, place: { source, line, column, byteOffset: offset }, raw });
  }

  /** Returns room for so many bytes. */
  #room(bytes: number): Uint8Array<ArrayBuffer> {
    if (this.#free.length >= bytes) return this.#free;
    return new Uint8Array(Math.max(bytes, BUFFER_BYTES));
  }

  /** Takes the first bytes of a room. */
  #keep(room: Uint8Array<ArrayBuffer>, bytes: number): Uint8Array {
    this.#free = room.subarray(bytes);
    return room.subarray(0, bytes);
  }
}
