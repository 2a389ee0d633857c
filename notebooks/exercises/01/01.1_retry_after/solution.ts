/**
 * A header is text from a stranger, so the first question is not "what does it mean" but "is it one of the forms I know".
 * That is what the patterns decide, over the whole text. parseInt would read "3 hours" as 3, Number would read "" as 0 and
 * "1e3" as 1000, and Date.parse accepts "5" as the first of May; each of these turns nonsense into a wait that nobody asked for.
 *
 * Only then is Date.parse allowed to do the arithmetic. The asctime form names no zone, and Date.parse would take the zone of
 * the machine: right in the container (UTC), half a day off on a laptop. So the zone is added.
 *
 * The difference is taken between two times of the server's clock. A local clock that is wrong by an hour then does no harm.
 * Without a Date header there is nothing better than the local clock.
 *
 * What we did not do: cap the wait. How long is too long is a decision of the caller, who can suspend the run; a parser that
 * caps makes everyone come back earlier than the server asked.
 *
 * @module
 */
/** What a date in `Retry-After` may be counted from. */
export interface ResponseClock {
  /** The response's `Date` header; `null` if it has none. */
  readonly date: string | null;
  /** The local time, in ms since the epoch. */
  readonly now: number;
}

const TODAY = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const RFC_850 = /^[A-Z][a-z]+day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/** Returns the wait in ms that `Retry-After` asks for; `undefined` if it says nothing we know. */
export function parseRetryAfter(value: string | null, clock: ResponseClock): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const then = parseHttpDate(text);
  if (then === undefined) return undefined;
  const from = parseHttpDate(clock.date ?? "") ?? clock.now;
  return Math.max(0, then - from);
}

function parseHttpDate(text: string): number | undefined {
  const known = TODAY.test(text) || RFC_850.test(text) || ASCTIME.test(text);
  const time = known ? Date.parse(ASCTIME.test(text) ? `${text} GMT` : text) : NaN;
  // Date.parse makes 3 March of 31 February. In each form the day is the first number.
  return new Date(time).getUTCDate() === Number(/\d+/.exec(text)?.[0]) ? time : undefined;
}
