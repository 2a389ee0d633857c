/** Units of {@linkcode parseSize} and their bytes: decimal as on a disk's label, binary with an i. */
const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/**
 * Reads a size such as `512B`, `64KiB`, `128MB` or `1.5 GB`; letter case does not matter.
 *
 * @param text A number and a unit: B, KB, MB, GB, TB (powers of 1000), KiB, MiB, GiB, TiB (powers of 1024).
 * @returns Whole bytes, rounded.
 * @throws {RangeError} If the text has another form.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([parseSize("128MB"), parseSize("64KiB")], [128_000_000, 65_536]);
 * ```
 */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s?([KMGT]?I?B)$/.exec(text.toUpperCase());
  const bytes = Math.round(Number(match?.[1]) * (UNITS[match?.[2] ?? ""] ?? NaN));
  if (!Number.isSafeInteger(bytes)) {
    throw new RangeError(
      `Cannot read size: found ${
        JSON.stringify(text)
      }, expected a number and a unit such as "128MB", "1GB" or "64KiB"`,
    );
  }
  return bytes;
}
