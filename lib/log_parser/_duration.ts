const NANOS = {
  ns: 1,
  us: 1e3,
  "µs": 1e3,
  "μs": 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  h: 3.6e12,
} as const;

/** Unit of a duration. */
export type DurationUnit = keyof typeof NANOS;

const PART = /(\d{1,15}(?:\.\d{1,12})?)(ns|us|µs|μs|ms|s|m|h)/y;

/** JSON writes small numbers as `7.9811e-05`. */
const BARE = /^\d{1,15}(?:\.\d{1,17}[eE][+-]?\d{1,2}|(?:\.\d{1,12})?(?:[eE][+-]?\d{1,2})?)$/;

/**
 * Reads a duration in ns: `12ms`, `1m3.5s` as Go writes it, or a bare number in a unit that the format gives.
 *
 * @param unit Unit of a bare number. @default none: it is no duration
 */
export function durationNanos(text: string, unit?: DurationUnit): number | undefined {
  if (BARE.test(text)) {
    return unit === undefined ? undefined : whole(Number(text) * NANOS[unit]);
  }
  let total = 0;
  let at = 0;
  while (at < text.length) {
    PART.lastIndex = at;
    const match = PART.exec(text);
    if (match === null) return undefined;
    total += Number(match[1]) * NANOS[match[2] as DurationUnit];
    at = PART.lastIndex;
  }
  return at === 0 ? undefined : whole(total);
}

function whole(nanos: number): number | undefined {
  const rounded = Math.round(nanos);
  return Number.isSafeInteger(rounded) ? rounded : undefined;
}
