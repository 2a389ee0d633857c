/**
 * Says where two notebooks differ.
 *
 * @module
 */
import { formatNotebook, type NotebookCell, parseNotebook } from "./_notebook_file.ts";

/**
 * Compares the text of two .ipynb files.
 *
 * @param found The stored one.
 * @param wanted The fresh one.
 * @returns The first difference as a sentence part that names the cell; `undefined` if there is none.
 */
export function notebookDifference(found: string, wanted: string): string | undefined {
  if (found === wanted) return undefined;
  const [a, b] = [parseNotebook(found).cells, parseNotebook(wanted).cells];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [one, other] = [text(a[i]), text(b[i])];
    if (one === other) continue;
    const place = `cell ${i + 1} (${(b[i] ?? a[i])?.id})`;
    return `${place} holds ${excerpt(one, other)}, a run gives ${excerpt(other, one)}`;
  }
  return "only its form differs";
}

function text(cell: NotebookCell | undefined): string {
  return cell === undefined ? "nothing" : formatNotebook({ cells: [cell] });
}

/** Returns the first line that is not in the other text at the same place. */
function excerpt(one: string, other: string): string {
  const others = other.split("\n");
  const line = one.split("\n").find((line, i) => line !== others[i]) ?? "";
  return JSON.stringify(line.trim().slice(0, 200));
}
