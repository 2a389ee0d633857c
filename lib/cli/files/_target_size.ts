import { UsageError } from "../../errors/mod.ts";
import { parseSize } from "../../grammar/mod.ts";

/**
 * Reads the flag `--target`.
 *
 * @throws {UsageError} If it is not a size of 1 byte or more.
 */
export function targetSize(text: string): number {
  try {
    const size = parseSize(text);
    if (size >= 1) return size;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UsageError(
      "usage",
      `Cannot use flag "--target": ${cause.message.replace(/^Cannot read size: /, "")}`,
      { cause, context: { flag: "--target" } },
    );
  }
  throw new UsageError(
    "usage",
    `Cannot use flag "--target": found "${text}", expected 1B or more`,
    { context: { flag: "--target" } },
  );
}
