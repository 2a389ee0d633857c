import { join } from "node:path";
import { exists } from "../io/mod.ts";
import type { Exercise } from "./exercise.ts";

/** Returns the path of a learner's file. */
export function workFile(exercise: Exercise, work: string): string {
  return join(work, exercise.id, `${exercise.slug}.ts`);
}

/** A learner's file, and whether it was there before. */
export interface Work {
  /** Absolute path. */
  readonly file: string;
  readonly existed: boolean;
}

/** Copies an exercise's stub to the work folder, unless the learner's file is there already. */
export async function startWork(exercise: Exercise, work: string): Promise<Work> {
  const file = workFile(exercise, work);
  await Deno.mkdir(join(work, exercise.id), { recursive: true });
  const stub = await Deno.readTextFile(join(exercise.folder, "stub.ts"));
  try {
    await Deno.writeTextFile(file, stub, { createNew: true });
    return { file, existed: false };
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    return { file, existed: true };
  }
}

/**
 * Puts the stub back; what was there is kept next to it.
 *
 * @returns The learner's file, and where its old text went.
 */
export async function resetWork(
  exercise: Exercise,
  work: string,
): Promise<{ readonly file: string; readonly kept: string | undefined }> {
  const kept = await keep(workFile(exercise, work));
  const { file } = await startWork(exercise, work);
  return { file, kept };
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
