/** A change to the text of a solution: each part is in it once and is replaced by the other. */
export type Patch = readonly (readonly [part: string, by: string])[];

/** An entry of `wrong.ts`: a solution that makes one known mistake. */
export interface WrongSolution {
  /** Key of the exercise's mistakes, whose message the check must give. */
  readonly id: string;
  /** A part of what the check must say that it saw. */
  readonly seen: string;
  /** How it differs from `solution.ts`. */
  readonly replace: Patch;
}

/**
 * Applies a patch to a text.
 *
 * @throws {RangeError} If a part is not in the text exactly once.
 */
export function applyPatch(text: string, patch: Patch): string {
  return patch.reduce((current, [part, by]) => {
    const found = current.split(part).length - 1;
    if (found !== 1) {
      throw new RangeError(`Cannot replace "${part}": found ${found} times, wanted 1`);
    }
    return current.replace(part, () => by);
  }, text);
}
