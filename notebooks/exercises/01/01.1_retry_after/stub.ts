// deno-lint-ignore-file no-unused-vars
/** What a date in `Retry-After` may be counted from. */
export interface ResponseClock {
  /** The response's `Date` header; `null` if it has none. */
  readonly date: string | null;
  /** The local time, in ms since the epoch. */
  readonly now: number;
}

/** Returns the wait in ms that `Retry-After` asks for; `undefined` if it says nothing we know. */
export function parseRetryAfter(value: string | null, clock: ResponseClock): number | undefined {
  // TODO(you): digits first, then the three forms of a date.
  throw new Error("Not written yet: parseRetryAfter() in this file; begin with the digits");
}
