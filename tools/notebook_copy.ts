/**
 * Makes the copy of a notebook that a learner works in.
 *
 * @module
 */
import { formatNotebook, type NotebookCell, parseNotebook } from "./_notebook_file.ts";

/** A value in the object of a cell of predictions. */
const PREDICTION = /(?<=: )(?:"[^"]*"|true|false|[\d_.]+)(?=,| })/g;

/**
 * Returns a notebook without outputs and without our predictions, for a folder one deeper than its own.
 *
 * @param text The committed .ipynb file.
 */
export function workingCopy(text: string): string {
  return formatNotebook({ cells: parseNotebook(text).cells.map(emptied) });
}

function emptied(cell: NotebookCell): NotebookCell {
  const source = cell.cell_type === "code"
    ? cell.source.replaceAll('"../', '"../../')
    : cell.source.replaceAll("](../", "](../../");
  const open = cell.id.endsWith("-predict") ? source.replace(PREDICTION, "undefined") : source;
  return { ...cell, source: open, outputs: [], executionCount: null };
}

/**
 * Puts a working copy of each notebook into a folder, and leaves alone what a learner has there.
 *
 * @param notebooks The folder of the committed notebooks.
 * @param work The folder of the copies, in it.
 * @returns The names of those that were added.
 */
export async function copyNotebooks(notebooks: string, work: string): Promise<string[]> {
  await Deno.mkdir(work, { recursive: true });
  const added: string[] = [];
  for await (const { name } of Deno.readDir(notebooks)) {
    if (!name.endsWith(".ipynb")) continue;
    const text = workingCopy(await Deno.readTextFile(`${notebooks}/${name}`));
    try {
      await Deno.writeTextFile(`${work}/${name}`, text, { createNew: true });
      added.push(name);
    } catch (error) {
      // A learner's own; deleted or renamed, it is made again.
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
  return added.sort();
}
