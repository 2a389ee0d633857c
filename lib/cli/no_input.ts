import { dirname, join } from "node:path";
import { UsageError } from "../errors/mod.ts";
import { isInside, storageError } from "../io/mod.ts";
import { databaseBeside, realPath, sideFiles } from "../process/mod.ts";

/** The file in a lake that says whose it is. */
export const LAKE_MARK = "_lake.json";

/** What a command reads and depends on. */
export interface Inputs {
  /** Files and folders; of a folder only the listing. @default [] */
  readonly read?: readonly string[];
  /** SQLite databases, with what belongs to them. @default [] */
  readonly databases?: readonly string[];
  /** Files, and folders with all that is in them. @default [] */
  readonly keeps?: readonly string[];
}

/**
 * Makes sure that no output would replace or join what the command lives from, whatever name leads there, or what is in
 * a lake, which only the pipeline fills, or get a name that belongs to a database: SQLite would remove it.
 *
 * @throws {UsageError} That names the first such output.
 */
export function refuseInputs(
  outputs: readonly string[],
  { read = [], databases = [], keeps = [] }: Inputs,
): void {
  const own = databases.flatMap((path) => [path, ...sideFiles(path)]);
  const files = [...read, ...own, ...keeps].flatMap((path) => existing(path) ?? []);
  // What SQLite makes next to a database is missing until it is in use.
  const places = [...own, ...keeps].map(realPath);
  for (const path of outputs) {
    const [info, place] = [existing(path), realPath(path)];
    const isInput = info !== undefined && files.some((file) => isSame(file, info));
    const state = isInput ? "it is an input" : stateIn(place, places);
    if (state === undefined) continue;
    throw new UsageError("usage", `Cannot write "${path}": ${state}; name another output`, {
      context: { path },
    });
  }
}

/** Says what a place belongs to, if it does. */
function stateIn(place: string, kept: readonly string[]): string | undefined {
  const lake = lakeOf(place);
  if (lake !== undefined) return `it is in the lake "${lake}", which only the pipeline fills`;
  const folder = kept.find((one) => isInside(place, one));
  if (folder !== undefined) {
    return folder === place
      ? "it is an input"
      : `it is in "${folder}", which is an input or the pipeline's own`;
  }
  const database = databaseBeside(place);
  return database && `it would be taken for a part of the database "${database}"`;
}

/** A lake is known by its owner's file, whether the command reads it or not. */
function lakeOf(place: string): string | undefined {
  for (let at = place; dirname(at) !== at;) {
    at = dirname(at);
    try {
      if (Deno.lstatSync(join(at, LAKE_MARK)).isFile) return at;
    } catch {
      // It is missing, or may not be looked at.
    }
  }
  return undefined;
}

/** Returns what is at a path; `undefined` if nothing is. */
export function existing(
  path: string,
  look: (path: string) => Deno.FileInfo = Deno.statSync,
): Deno.FileInfo | undefined {
  try {
    return look(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    if (error instanceof Deno.errors.PermissionDenied) throw storageError("look at", path, error);
    const isLong = error instanceof Error && "code" in error && error.code === "ENAMETOOLONG";
    const reason = isLong
      ? "its name is too long for the file system, its temporary ending counted; name a shorter one"
      : error instanceof Deno.errors.NotCapable
      ? "the runtime lets no program look there; name another place"
      : error instanceof Error
      ? `${error.message}; check who may look there`
      : String(error);
    throw new UsageError("usage", `Cannot look at "${path}": ${reason}`, {
      cause: error,
      context: { path },
    });
  }
}

function isSame(a: Deno.FileInfo, b: Deno.FileInfo): boolean {
  return a.ino !== null && a.ino === b.ino && a.dev === b.dev;
}
