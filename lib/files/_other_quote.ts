import type { BrokenRow } from "./_broken_row.ts";
import type { FieldBytes } from "./_fields.ts";

const LF = 0x0a;
const CR = 0x0d;
const DOUBLE = 0x22;
const SINGLE = 0x27;

/** Returns the sign that quotes values where it is not the one of the dialect. */
export function otherQuote(quote: number): number {
  return quote === SINGLE ? DOUBLE : SINGLE;
}

/**
 * Returns where a row ends that is at fault by the dialect, and by the other sign for quotes is a row of its columns whose
 * values hold line ends: those lines are no rows, whatever they look like. Where it is none, it ends with its line.
 *
 * @param expected Fields of a row.
 * @returns `undefined` if more bytes must be known.
 */
export function otherQuoteEnd(
  { bytes, from, lineEnd, end, isLast, isWhole }: Omit<BrokenRow, "isOpen">,
  { delimiter, quote }: FieldBytes,
  expected: number,
): number | undefined {
  if (quote === null || expected === 0) return lineEnd;
  const other = otherQuote(quote);
  const endsField = (at: number) => at === end || bytes[at] === delimiter || isLineEnd(bytes[at]);
  let fields = 1;
  let isInside = false;
  let isStart = true;
  for (let at = from; at < end; at++) {
    const byte = bytes[at];
    if (isInside) {
      if (byte !== other) continue;
      // Before the one that closes a value, none can open the next.
      if (at > lineEnd && bytes[at - 1] === delimiter && !endsField(at + 1)) return lineEnd;
      if (bytes[at + 1] === other) at++;
      else isInside = !endsField(at + 1);
    } else if (isLineEnd(byte)) {
      // By the sign of the dialect its lines belong together: they are refused together.
      return fields === expected ? Math.max(at, lineEnd) : lineEnd;
    } else {
      isInside = isStart && byte === other;
      isStart = byte === delimiter;
      if (isStart && ++fields > expected) return lineEnd;
    }
  }
  if (!isLast) return undefined;
  return isWhole && !isInside && fields === expected ? end : lineEnd;
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === LF || byte === CR;
}
