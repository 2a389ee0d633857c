import { dirname } from "node:path";
import { environmentNames } from "../config/mod.ts";
import { ConfigError, UsageError } from "../errors/mod.ts";
import { realPath } from "../process/mod.ts";
import { auditLock } from "./_lock.ts";
import { isInside } from "./_overlaps.ts";
import type { Places } from "./launch_plan.ts";
import { loadConfig } from "./pipeline_config.ts";
import { PROJECT_ROOT } from "./project_root.ts";
import { sourceTypeOf } from "./sources/mod.ts";

/** What a database to load into must keep away from. */
export interface TargetPlaces extends Places {
  /** The configuration. */
  readonly configPath: string;
  /** Variables that the user has set. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Checks where a load would write, before anything starts: it is a DuckDB database or nothing yet, and nothing that the
 * pipeline reads or keeps.
 *
 * @param path The database, absolute.
 * @throws {UsageError} That says what is there instead.
 */
export async function checkTarget(path: string, places: TargetPlaces): Promise<void> {
  const place = realPath(path);
  const state = stateAt(path) ?? await ownerOf(place, places);
  if (state === undefined) return;
  throw new UsageError("usage", `Cannot load into "${path}": ${state}; name another file`);
}

/** Says what is in the way at a path; `undefined` if it is a DuckDB database, or could be made. */
function stateAt(path: string): string | undefined {
  const there = look(path, Deno.statSync);
  if (there === undefined) {
    if (look(path, Deno.lstatSync) !== undefined) return "it is a link that leads nowhere";
    const folder = dirname(path);
    return look(folder, Deno.statSync)?.isDirectory ? undefined : `"${folder}" is no folder`;
  }
  if (!there.isFile) return `it is ${there.isDirectory ? "a folder" : "no regular file"}`;
  const start = startOf(path);
  if (start.startsWith("SQLite format 3\0")) return "it is a SQLite database, not one of DuckDB";
  // After a checksum; https://duckdb.org/docs/stable/internals/storage
  return start.slice(8, 12) === "DUCK" ? undefined : "it is no DuckDB database";
}

function startOf(path: string): string {
  try {
    using file = Deno.openSync(path);
    const bytes = new Uint8Array(16);
    file.readSync(bytes);
    return String.fromCharCode(...bytes);
  } catch (error) {
    throw new UsageError("usage", `Cannot load into "${path}": ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function look(path: string, how: (path: string) => Deno.FileInfo): Deno.FileInfo | undefined {
  try {
    return how(path);
  } catch {
    return undefined; // Missing, or not ours to look at; then the engine says why.
  }
}

/** Says to what of the pipeline a place belongs. */
async function ownerOf(
  place: string,
  { audit, lake, configPath, env }: TargetPlaces,
): Promise<string | undefined> {
  const real = realPath(audit);
  const files = [real, `${real}-wal`, `${real}-shm`, auditLock(audit)];
  if (files.includes(place)) return "that is the place of the audit database";
  if (place === realPath(configPath)) return "it is the configuration";
  if (isInside(place, realPath(lake))) return `it is in the lake "${lake}"`;
  const folder = (await sourcePaths(configPath, env)).find((path) =>
    isInside(place, realPath(path))
  );
  return folder === undefined ? undefined : `a source reads it, or its folder "${folder}"`;
}

/** What the sources read. A load needs no credentials: something else stands for those that are not set. */
async function sourcePaths(
  configPath: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  try {
    const names = await environmentNames(configPath, { env: (name) => env[name] });
    const { sources } = await loadConfig(configPath, {
      env: (name) => env[name] || (names.includes(name) ? "not-set" : undefined),
      formerRoot: PROJECT_ROOT,
    });
    return sources.flatMap((source) =>
      sourceTypeOf(source).needs(source, { sandboxUrl: "http://127.0.0.1" }).read ?? []
    );
  } catch (error) {
    if (error instanceof ConfigError) return []; // The next run says what is wrong; its places are known.
    throw error;
  }
}
