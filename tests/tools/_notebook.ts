import { join } from "@std/path";

/** A cell of a notebook made for a test. */
export interface MadeCell {
  readonly source: string;
  readonly type?: "code" | "markdown";
  readonly id?: string;
  readonly tags?: readonly string[];
}

/** Makes the text of an .ipynb file. */
export function notebookText(cells: readonly MadeCell[]): string {
  return JSON.stringify({
    cells: cells.map((cell, i) => ({
      cell_type: cell.type ?? "code",
      id: cell.id ?? `c${i + 1}`,
      metadata: cell.tags === undefined ? {} : { tags: cell.tags },
      source: cell.source,
      ...(cell.type === "markdown" ? {} : { outputs: [], execution_count: null }),
    })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });
}

/** Writes a notebook into a folder that is gone after the test. */
export async function withNotebook(
  cells: readonly MadeCell[],
  use: (path: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "made.ipynb");
    await Deno.writeTextFile(path, notebookText(cells));
    await use(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
