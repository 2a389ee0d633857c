import { fromFileUrl, join, toFileUrl } from "@std/path";
import { type Check, type Exercise, loadCatalogue } from "../../lib/exercise/mod.ts";

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

/** The names of the catalogued wrong solutions, without their ending. */
export async function wrongFiles({ folder }: Exercise): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(join(folder, "wrong")));
  return entries.map(({ name }) => name.replace(/\.ts$/, "")).sort();
}

/** A work folder of its own, removed at the end. */
export async function temporaryWork(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir({ prefix: "learn-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
