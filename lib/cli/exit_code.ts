import { EXIT_CODES } from "../errors/mod.ts";

/**
 * Returns the exit code of a command over several things: failed if none of them could be used, partial if something
 * could not.
 */
export function exitCodeOf(
  { usable, faults }: { readonly usable: number; readonly faults: number },
): number {
  if (faults === 0) return EXIT_CODES.complete;
  return usable === 0 ? EXIT_CODES.failed : EXIT_CODES.partial;
}
