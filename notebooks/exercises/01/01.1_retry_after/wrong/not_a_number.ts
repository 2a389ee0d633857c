// Trusts that what is no number of seconds is a date.
/** What a date in `Retry-After` may be counted from. */
export interface ResponseClock {
  readonly date: string | null;
  readonly now: number;
}

export function parseRetryAfter(value: string | null, clock: ResponseClock): number | undefined {
  if (value === null) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const from = clock.date === null ? clock.now : Date.parse(clock.date);
  return Math.max(0, Date.parse(value.endsWith("GMT") ? value : `${value} GMT`) - from);
}
