const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Reads a duration as `250ms`, `2s`, `1.5s`, `1m` or `1h`; `undefined` if it is none. */
export function parseSpan(text: string): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text);
  if (match === null) return undefined;
  const [, amount = "", unit = ""] = match;
  return Math.round(Number(amount) * (UNITS[unit] ?? Number.NaN));
}
