/**
 * Broad tables of cases: the quick suite tries some of each, `deno task test:slow` and the mutants all of them.
 *
 * @module
 */

/** Whether every case shall be tried. */
export const EVERY_CASE: boolean = Deno.args.includes("--every-case");

/** Returns every case where all are asked for, else the first of every few, always the same ones. */
export function sample<T>(cases: readonly T[], every = 3): readonly T[] {
  return EVERY_CASE ? cases : cases.filter((_, at) => at % every === 0);
}

/** Returns how often a property is tried: so many times, or a quarter of it. */
export function runs(count: number): number {
  return EVERY_CASE ? count : Math.ceil(count / 4);
}

/**
 * Registers a test that `test` leaves out and `test:every` runs, in CI too: one that starts many processes or takes
 * long, beside a quicker one that sees most of what it would see.
 */
export const everyTest: typeof Deno.test = EVERY_CASE
  ? Deno.test
  : Deno.test.ignore as typeof Deno.test;
