/**
 * Parses JSON; a whole number that a double may not hold as it was written is of type `bigint`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseExactly('{"id":9007199254740993}'), { id: 9007199254740993n });
 * ```
 */
export function parseExactly(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_, value: unknown, context?: { readonly source: string }) => {
    if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
    const { source } = context ?? { source: "" };
    return /^-?\d+$/.test(source) ? BigInt(source) : value;
  });
}
