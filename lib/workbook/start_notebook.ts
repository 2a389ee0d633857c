import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keepOutputs } from "./_keep_outputs.ts";
import { jupyterApi, resultHook } from "./_kernel.ts";

/** Options of {@linkcode startNotebook}. */
export interface StartNotebookOptions {
  /** Folder of all work folders. @default {`HEADWATERS_WORK`, else data/results of the project} */
  readonly work?: string;
}

/** Folders of a notebook. */
export interface NotebookPlace {
  /** The project's folder, absolute. */
  readonly root: string;
  readonly samples: string;
  /** A folder of this notebook's own, empty at its start; git does not see it. */
  readonly work: string;
}

let started = false;

/**
 * Starts a notebook: makes its outputs complete and empties its work folder.
 *
 * @param phase Two digits, `00` to `06`.
 * @throws {TypeError} If the phase has another form.
 *
 * @example
 * ```ts ignore
 * const { samples, work } = await startNotebook("01");
 * ```
 */
export async function startNotebook(
  phase: string,
  options: StartNotebookOptions = {},
): Promise<NotebookPlace> {
  if (!/^\d\d$/.test(phase)) {
    throw new TypeError(`Cannot start notebook: found phase "${phase}", expected two digits`);
  }
  const [api, hook] = [jupyterApi(), resultHook()];
  if (!started && api !== undefined && hook !== undefined) keepOutputs(api, hook);
  started = true;
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const folder = options.work ?? (Deno.env.get("HEADWATERS_WORK") || join(root, "data", "results"));
  const work = join(folder, "notebooks", phase);
  await removeIfThere(work);
  await Deno.mkdir(work, { recursive: true });
  return { root, samples: join(root, "data", "samples"), work };
}

async function removeIfThere(folder: string): Promise<void> {
  try {
    await Deno.remove(folder, { recursive: true });
  } catch (error) {
    // The first start has nothing to empty.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
