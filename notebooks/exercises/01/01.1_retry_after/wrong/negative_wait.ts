// The plain difference, whatever its sign.
/** What a date in `Retry-After` may be counted from. */
export interface ResponseClock {
  /** The response's `Date` header; `null` where it has none. */
  readonly date: string | null;
  /** The local time, in ms since the epoch. */
  readonly now: number;
}

const TODAY = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const RFC_850 = /^[A-Z][a-z]+day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/** Returns the wait in ms that `Retry-After` asks for; `undefined` where nobody can tell. */
export function parseRetryAfter(value: string | null, clock: ResponseClock): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const then = parseHttpDate(text);
  if (then === undefined) return undefined;
  const from = parseHttpDate(clock.date ?? "") ?? clock.now;
  return then - from;
}

function parseHttpDate(text: string): number | undefined {
  const known = TODAY.test(text) || RFC_850.test(text) || ASCTIME.test(text);
  const time = known ? Date.parse(ASCTIME.test(text) ? `${text} GMT` : text) : NaN;
  return Number.isNaN(time) ? undefined : time;
}
