import type { LinePlace, LogicalLine } from "./_line_joiner.ts";

const encoder = new TextEncoder();

/** A message of syslog with an octet count. */
interface Frame {
  /** The count and the blank after it. */
  readonly header: string;
  /** Of the count. */
  readonly offset: number;
  /** What is wrong with the count. */
  readonly fault: string | undefined;
}

/**
 * Returns a message of syslog as a line, which may hold line breaks; `undefined`: it is not UTF-8.
 *
 * @param next Returns the number of the line at an offset, and where it was rejected, if it is read again.
 */
export function frameLine(
  bytes: Uint8Array,
  { header, offset, fault }: Frame,
  next: (offset: number) => { number: number; origin: LinePlace | undefined },
): LogicalLine | undefined {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined; // The bytes are kept; no character is replaced.
  }
  let at = offset;
  const lines = `${header}${text}`.split("\n").map((line) => {
    const place = { offset: at, nuls: 0, ...next(at) };
    at += encoder.encode(line).length + 1;
    return { ...place, text: line };
  });
  return { text, lines, envelope: undefined, frame: { fault } };
}
