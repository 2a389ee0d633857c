import { join } from "node:path";
import { UsageError } from "../errors/mod.ts";
import { exists } from "../io/mod.ts";
import type { Exercise } from "./exercise.ts";

/** Returns the path of a learner's file. */
export function workFile(exercise: Exercise, work: string): string {
  return join(work, exercise.id, `${exercise.slug}.ts`);
}

/**
 * Copies an exercise's stub to the work folder.
 *
 * @returns The path of the learner's file.
 * @throws {UsageError} If the file is there already and `force` is not given.
 */
export async function startWork(
  exercise: Exercise,
  { work, force = false }: { readonly work: string; readonly force?: boolean },
): Promise<string> {
  const file = workFile(exercise, work);
  await Deno.mkdir(join(work, exercise.id), { recursive: true });
  const stub = await Deno.readTextFile(join(exercise.folder, "stub.ts"));
  try {
    await Deno.writeTextFile(file, stub, { createNew: !force });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    const state = "your work is there already; go on with it, or pass --force to begin anew";
    throw new UsageError("usage", `Cannot start ${exercise.id}: ${state}`, { cause: error });
  }
  return file;
}

/**
 * Puts the stub back; what was there is kept beside it.
 *
 * @returns The learner's file, and where its old text went.
 */
export async function resetWork(
  exercise: Exercise,
  work: string,
): Promise<{ readonly file: string; readonly kept: string | undefined }> {
  const kept = await keep(workFile(exercise, work));
  return { file: await startWork(exercise, { work }), kept };
}

/** Moves a file to the first free name. */
async function keep(file: string): Promise<string | undefined> {
  for (let n = 1;; n++) {
    const target = file.replace(/\.ts$/, `.before-reset-${n}.ts`);
    if (exists(target)) continue;
    if (!exists(file)) return undefined;
    await Deno.rename(file, target);
    return target;
  }
}
