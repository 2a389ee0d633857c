/**
 * Returns the known word that a mistyped one most likely meant, for messages that propose it.
 *
 * @param word What was found.
 * @param known What would have been right.
 * @returns `undefined` where nothing is near enough.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(nearest("cofnig", ["config", "json"]), "config");
 * assertEquals(nearest("verbose", ["config", "json"]), undefined);
 * ```
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const ranked = known
    .map((candidate) => ({ candidate, distance: distance(word.toLowerCase(), candidate) }))
    .filter((entry) => entry.distance <= limit || sharesStem(word, entry.candidate))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

function sharesStem(word: string, candidate: string): boolean {
  return word.length >= 3 && (candidate.startsWith(word) || word.startsWith(`${candidate}_`));
}

/** Counts the insertions, deletions, replacements and swaps of neighbors between two words. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next[j] = Math.min(
        at(row, j) + 1,
        at(next, j - 1) + 1,
        at(row, j - 1) + (same ? 0 : 1),
        swapped ? at(before, j - 2) + 1 : Infinity,
      );
    }
    [before, row] = [row, next];
  }
  return at(row, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
