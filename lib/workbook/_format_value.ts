import { formatCount } from "../terminal/mod.ts";

/** Writes a value for a cell of a table: numbers with thousands apart, at most three decimals; nothing for nothing. */
export function formatValue(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") {
    return Number.isInteger(value) ? formatCount(value) : String(Number(value.toPrecision(3)));
  }
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}
