import { formatBytes } from "../../lib/terminal/mod.ts";

/** Two ways of doing the same work. */
export interface Comparison {
  readonly plain: Figures;
  readonly other: Figures;
}

/** Time and memory of one way. */
export interface Figures {
  readonly ms: number;
  /** Peak memory in bytes, less that of an idle process. */
  readonly bytes: number;
}

/** Below this a difference is not worth mentioning on a machine that does other things as well. */
const NOTICEABLE = 1.3;

/**
 * Compares reading a file whole with streaming it, by the figures measured.
 *
 * @param fileBytes Size of the file.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const same = { ms: 100, bytes: 1e6 };
 * assertEquals(
 *   judgeReading({ plain: same, other: same }, 1e6),
 *   "On this machine both ways cost the same here: stream anyway, since the next file may be larger.",
 * );
 * ```
 */
export function judgeReading({ plain, other }: Comparison, fileBytes: number): string {
  const saved = ratio(plain.bytes, other.bytes);
  if (saved < NOTICEABLE) {
    return "On this machine both ways cost the same here: stream anyway, since the next file may be larger.";
  }
  const perByte = ratio(plain.bytes, fileBytes);
  const speed = speedOf(ratio(plain.ms, other.ms));
  return `The whole file cost ${times(perByte)} its size in memory, streaming ${times(saved)} ` +
    `less and was ${speed}: a 10 GB file would need ${formatBytes(10e9 * perByte)} the first way ` +
    `and still ${formatBytes(other.bytes)} the second, so stream whatever may grow.`;
}

/** Compares requests one by one with several in flight. */
export function judgeWaiting({ plain, other }: Comparison, inFlight: number): string {
  const gain = ratio(plain.ms, other.ms);
  if (gain < NOTICEABLE) {
    return `${inFlight} requests in flight gained ${
      times(gain)
    } here: this server, not the waiting, is the limit.`;
  }
  return `${inFlight} requests in flight on one thread were ${times(gain)} as fast with the CPU ` +
    `idle most of the time: waiting is what async is for, and what a Spark executor is too expensive for.`;
}

/** Compares one thread with promises and with more threads. */
export function judgeComputing(
  { plain, other }: Comparison,
  about: { readonly promiseMs: number; readonly threads: number },
): string {
  const gain = ratio(plain.ms, other.ms);
  const promises = ratio(plain.ms, about.promiseMs);
  const async = promises < NOTICEABLE
    ? `Promise.all gained nothing (${times(promises)})`
    : `Promise.all measured ${times(promises)}, which can only be noise`;
  const memory = formatBytes(Math.max(0, other.bytes - plain.bytes));
  const threads = gain < NOTICEABLE
    ? `${about.threads} Workers only ${times(gain)}: the machine has no core to spare now`
    : `${about.threads} Workers ${times(gain)}, for ${memory} more memory`;
  return `${async}, ${threads}: computing needs cores, and beyond those of one machine it is Spark's.`;
}

function ratio(a: number, b: number): number {
  return a / Math.max(b, 1);
}

function times(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)}x`;
}

function speedOf(value: number): string {
  if (value >= NOTICEABLE) return `${times(value)} as fast`;
  if (value <= 1 / NOTICEABLE) return `${times(1 / value)} slower`;
  return "about as fast";
}
