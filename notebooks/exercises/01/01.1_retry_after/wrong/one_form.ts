// Reads the form that its author had met.
/** What a date in `Retry-After` may be counted from. */
export interface ResponseClock {
  readonly date: string | null;
  readonly now: number;
}

const TODAY = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

export function parseRetryAfter(value: string | null, clock: ResponseClock): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!TODAY.test(text)) return undefined;
  const from = clock.date === null ? clock.now : Date.parse(clock.date);
  return Math.max(0, Date.parse(text) - from);
}
