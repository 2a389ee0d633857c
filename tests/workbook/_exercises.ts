import { fromFileUrl, join, toFileUrl } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import {
  applyPatch,
  type Check,
  type Exercise,
  judgeAll,
  loadCatalogue,
  type Patch,
  type Verdict,
  type WrongSolution,
} from "../../lib/workbook/mod.ts";

/** The project's root. */
export const ROOT = fromFileUrl(new URL("../..", import.meta.url)).replace(/\/$/, "");

const FOLDER = join(ROOT, "notebooks/exercises");
let cached: Promise<Exercise[]> | undefined;

/** The project's exercises, read once. */
export function exercises(): Promise<Exercise[]> {
  return cached ??= loadCatalogue(FOLDER);
}

/** One of them. */
export async function exercise(id: string): Promise<Exercise> {
  const found = (await exercises()).find((candidate) => candidate.id === id);
  if (found === undefined) throw new RangeError(`Cannot test exercise "${id}": there is none`);
  return found;
}

/** The check of an exercise; what it is tried on is of any type here. */
export async function checkOf({ folder }: Exercise): Promise<Check<object>> {
  const { check } = await import(toFileUrl(join(folder, "check.ts")).href);
  return check;
}

/** A file of an exercise as a module. */
export async function load({ folder }: Exercise, file: string): Promise<object> {
  return await import(toFileUrl(join(folder, file)).href);
}

/** A text as a module; it may import types only. */
export async function loadText(text: string): Promise<object> {
  return await import(`data:application/typescript,${encodeURIComponent(text)}`);
}

/** The text of an exercise's solution, changed. */
export async function patchedSolution({ folder }: Exercise, patch: Patch): Promise<string> {
  return applyPatch(await Deno.readTextFile(join(folder, "solution.ts")), patch);
}

/** The known mistakes of an exercise. */
export async function wrongSolutions({ folder }: Exercise): Promise<readonly WrongSolution[]> {
  const { wrong } = await import(toFileUrl(join(folder, "wrong.ts")).href);
  return wrong;
}

/** Right solutions of unusual forms, by their names. */
export async function rightSolutions({ id }: Exercise): Promise<Record<string, object>> {
  const { right } = await import(toFileUrl(join(ROOT, "tests/workbook/right", `${id}.ts`)).href);
  return right;
}

/** What does not hold of a solution. */
export async function failures(exercise: Exercise, subject: object): Promise<Verdict[]> {
  const verdicts = await judgeAll(await checkOf(exercise), subject);
  return verdicts.filter(({ state }) => state !== "holds");
}

/** Tries a wrong solution; its first failure must be its own mistake. */
export async function assertMistake(exercise: Exercise, wrong: WrongSolution): Promise<void> {
  const subject = await loadText(await patchedSolution(exercise, wrong.replace));
  const [first] = await failures(exercise, subject);
  const name = `${exercise.id}: ${wrong.id}`;
  assert(first?.state === "mistake", `${name}: ${JSON.stringify(first)}`);
  assertEquals(first.id, wrong.id, name);
  assert(first.seen.includes(wrong.seen), `${name}: it saw ${first.seen}`);
}

/** A work folder of its own, removed at the end. */
export async function temporaryWork(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir({ prefix: "learn-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
