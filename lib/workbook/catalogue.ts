import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Exercise, ExerciseSpec } from "./exercise.ts";

/**
 * Finds the exercises of a folder: `NN/NN.K_slug/` with an `exercise.ts` that exports `exercise`.
 *
 * @param folder The absolute path of `notebooks/exercises`.
 * @returns In the order of their ids.
 */
export async function loadCatalogue(folder: string): Promise<Exercise[]> {
  const exercises: Exercise[] = [];
  for (const phase of await folders(folder, /^\d\d$/)) {
    for (const path of await folders(phase, /^\d\d\.\d+_\w+$/)) {
      if (!await isFile(join(path, "exercise.ts"))) continue;
      const { exercise }: { readonly exercise: ExerciseSpec } = await import(
        pathToFileURL(join(path, "exercise.ts")).href
      );
      const slug = basename(path).slice(exercise.id.length + 1);
      exercises.push({ ...exercise, folder: path, slug });
    }
  }
  return exercises.sort((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
}

async function folders(parent: string, pattern: RegExp): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(parent)) {
    if (isDirectory && pattern.test(name)) found.push(join(parent, name));
  }
  return found;
}

/** A folder that has no `exercise.ts` (an empty one that a switch of branches left) is no exercise. */
async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
