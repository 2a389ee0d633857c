// Takes whatever ends in GMT to Date.parse.
/** What a date in `Retry-After` may be counted from. */
export interface ResponseClock {
  /** The response's `Date` header; `null` where it has none. */
  readonly date: string | null;
  /** The local time, in ms since the epoch. */
  readonly now: number;
}

const DATE = /GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/** Returns the wait in ms that `Retry-After` asks for; `undefined` where nobody can tell. */
export function parseRetryAfter(value: string | null, clock: ResponseClock): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const then = parseHttpDate(text);
  if (then === undefined) return undefined;
  const from = parseHttpDate(clock.date ?? "") ?? clock.now;
  return Math.max(0, then - from);
}

function parseHttpDate(text: string): number | undefined {
  const known = DATE.test(text) || ASCTIME.test(text);
  const time = known ? Date.parse(ASCTIME.test(text) ? `${text} GMT` : text) : NaN;
  return Number.isNaN(time) ? undefined : time;
}
