import type { Reject, RejectCode } from "../errors/mod.ts";
import { encodingFault } from "./_line_fault.ts";
import type { LinePlace, LogicalLine, PhysicalLine } from "./_line_joiner.ts";
import type { Malformed } from "./_line_parser.ts";

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

  /**
   * Rejects what is broken of a line, and returns it: a stray quote has drawn the other lines in.
   *
   * @param header What was read of it.
   */
  broken(
    { lines, envelope, frame }: LogicalLine,
    fault: Malformed,
    header: string,
  ): readonly PhysicalLine[] {
    const isPlain = envelope === undefined || header === lines[0]?.text;
    const before = isPlain ? header.slice(0, fault.column - 1) : "";
    const column = encoder.encode(before).length + 1;
    const isOne = envelope?.isPartial === true || frame !== undefined;
    const broken = isOne ? lines : lines.slice(0, 1);
    this.lines("line-malformed", fault.message, broken, column);
    return broken;
  }

  /** Rejects the lines of a message with an octet count that is not UTF-8. */
  frame(
    bytes: Uint8Array,
    { header, offset }: { header: string; offset: number },
    placeOf: (offset: number) => LinePlace,
  ): void {
    const whole = new Uint8Array([...encoder.encode(header), ...bytes]);
    for (let at = 0; at <= whole.length;) {
      const newline = whole.indexOf(10, at);
      const line = whole.subarray(at, newline < 0 ? whole.length : newline);
      const { code, column } = encodingFault(line);
      const message = column > line.length ? "its message is not valid UTF-8" : "not valid UTF-8";
      this.add(code, message, line, { ...placeOf(offset + at), column });
      at += line.length + 1;
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
