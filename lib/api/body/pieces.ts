import type { SpooledBody } from "./spooled_body.ts";
import type { PageRecord } from "./page_record.ts";

const MAX_WINDOW = 1 << 28;
/** The longest record that can be kept, in bytes; what separates it from the next has to be seen, too. */
export const MAX_RECORD_BYTES = MAX_WINDOW - (1 << 10);

/** A body cannot be used; the message says in which state it is. */
export class BrokenBody extends Error {}

/** Records that follow one another. */
export interface Piece {
  readonly records: readonly PageRecord[];
  /** The bytes in which they stand, joined to those of the piece before. */
  readonly bytes: Uint8Array;
}

/** Reads a body by and by. */
export interface PieceReader {
  /**
   * Reads what is complete in a window of the body.
   *
   * @param window Bytes from where the last call stopped.
   * @param at Where they stand in the body; `last` says whether they reach to its end.
   * @returns The records, and how many bytes are done with.
   * @throws {BrokenBody} If the body cannot be used.
   */
  read(
    window: Uint8Array,
    at: { readonly offset: number; readonly last: boolean },
  ): Piece & { readonly consumed: number };
  /** Called after the last byte. @throws {BrokenBody} If the body ends too early. */
  end(): void;
}

/** Goes through a spooled body; memory holds one window of it at a time, which grows only for a longer record. */
export function* pieces(body: SpooledBody, reader: PieceReader): Generator<Piece, void> {
  let offset = 0;
  let window = new Uint8Array();
  for (;;) {
    window = refill(body, { offset, rest: window });
    const last = offset + window.length >= body.size;
    const { consumed, ...piece } = reader.read(window, { offset, last });
    if (piece.bytes.length > 0) yield piece;
    offset += consumed;
    window = window.subarray(consumed);
    if (last && (consumed === 0 || window.length === 0)) break;
  }
  reader.end();
}

/** Returns a window that begins with the rest of the one before. Always a new one: records are views into it. */
function refill(
  body: SpooledBody,
  { offset, rest }: { readonly offset: number; readonly rest: Uint8Array<ArrayBuffer> },
): Uint8Array<ArrayBuffer> {
  const missing = body.size - offset - rest.length;
  if (missing === 0) return rest;
  // A rest of half a window or more is a long record: a larger window, lest it is looked at again and again. In large
  // steps, as the smaller ones are still in memory.
  const size = rest.length < body.window / 2 ? body.window : Math.min(rest.length * 4, MAX_WINDOW);
  if (size <= rest.length) {
    throw new BrokenBody(`a record is longer than ${MAX_RECORD_BYTES} bytes`);
  }
  const window = new Uint8Array(Math.min(size, rest.length + missing));
  window.set(rest);
  const count = body.read(offset + rest.length, window.subarray(rest.length));
  if (count < window.length - rest.length) throw new BrokenBody("its temporary file was cut off");
  return window;
}
