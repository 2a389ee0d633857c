import { dirname, join, relative, sep } from "node:path";
import type { ConfigValues, Problem } from "../config/mod.ts";
import { isInside } from "../io/mod.ts";
import { LAKE_LOCK } from "../lake/mod.ts";
import { databaseBeside, realPath, sideFiles } from "../process/mod.ts";
import { isMissing } from "./_is_missing.ts";
import { auditLock, strangerAt } from "./_lock.ts";
import type { SourceConfig } from "./source_type.ts";
import { sourceTypeOf } from "./sources/mod.ts";

/**
 * Finds folders that would take in the pipeline's own output, by where they lead: a run must not read what it writes,
 * nor write two things to one place.
 */
export function overlaps(
  config: Pick<ConfigValues, "lake" | "audit" | "log_dir"> & {
    readonly sources: readonly unknown[];
  },
): Problem[] {
  const outputs = [
    { key: "lake", name: "the lake", path: config.lake, isFolder: true },
    { key: "audit", name: "the audit database", path: config.audit, isFolder: false },
    { key: "log_dir", name: "the logs", path: config.log_dir, isFolder: true },
  ].map((output) => ({ ...output, place: realPath(output.path) }));
  const twice = outputs.flatMap(({ key, place }, index) => {
    const other = outputs.slice(0, index).find((output) => output.place === place);
    return other === undefined ? [] : [problem([key], `the place of ${other.name}`)];
  });
  const sources = (config.sources as readonly SourceConfig[]).map((source) => ({
    source,
    needs: sourceTypeOf(source).needs(source, { sandboxUrl: "http://127.0.0.1" }),
  }));
  const inputs = sources.flatMap(({ source, needs: { read = [] } }, index) =>
    read.map((folder) => ({ key: keyOf(source, folder, index), place: realPath(folder) }))
  );
  const around = inputs.flatMap(({ key, place }) =>
    outputs.flatMap((output) => {
      const text = `${output.name} ${quote(output.path)}`;
      if (isInside(output.place, place)) return [problem(key, `a folder that holds ${text}`)];
      const within = output.isFolder && isInside(place, output.place);
      return within ? [problem(key, `a folder inside ${text}`)] : [];
    })
  );
  const kept = [sideFiles(config.audit), ...sources.map(({ needs: { keeps = [] } }) => keeps)];
  const beside = outputs.flatMap(({ key, place }) => besideDatabase(key, place, kept.flat()));
  const odd = outputs.flatMap(({ key, path, isFolder }) => {
    const text = oddOutput(path, isFolder);
    return text === undefined ? [] : [{ path: [key], text, env: false }];
  });
  const locks = { audit: auditLock(config.audit), lake: join(config.lake, LAKE_LOCK) };
  const read = inputs.filter(({ place }) => place === realPath(locks.audit))
    .map(({ key }) => problem(key, "the lock of the audit database"));
  const strangers = Object.entries(locks).flatMap(([key, path]) => {
    const found = strangerAt(path);
    return found === undefined
      ? []
      : [{ path: [key], text: `a run locks ${quote(path)}, and ${found}`, env: false }];
  });
  const inside = outputs.flatMap(({ key, place }) => {
    const part = key === "lake" ? undefined : partOfLake(place, outputs[0]?.place ?? "");
    return part === undefined ? [] : [problem([key], `a place in "${part}" of the lake`)];
  });
  return [...twice, ...around, ...beside, ...odd, ...read, ...strangers, ...inside];
}

/** Refuses a name that SQLite, or a run, gives to what belongs to a database: SQLite removes what it finds there. */
function besideDatabase(key: string, place: string, kept: readonly string[]): Problem[] {
  if (databaseBeside(place) === undefined && !kept.some((path) => isInside(place, path))) return [];
  const text = "found a name that is kept for a part of a database, expected another name";
  return [{ path: [key], text, env: false }];
}

/** Names the file or folder of the lake that is or holds a path and belongs to the lake alone. */
function partOfLake(path: string, lake: string): string | undefined {
  if (!isInside(path, lake)) return undefined;
  const [part = ""] = relative(lake, path).split(sep);
  // Names with a leading "_" are the lake's: its lock, its mark, what is staged, the views.
  return /^(_.*|raw|quarantine)$/.test(part) ? part : undefined;
}

/** Says why nothing can be written to a path; `undefined` if it can, as far as one sees. */
function oddOutput(path: string, isFolder: boolean): string | undefined {
  const wanted = `expected ${isFolder ? "a folder" : "a file"}, or a name for a new one`;
  const there = look(path, Deno.statSync);
  if (there !== undefined) {
    if (isFolder ? there.isDirectory : there.isFile) return undefined;
    const kind = there.isDirectory ? "a folder" : there.isFile ? "a file" : "no regular file";
    return `found ${kind}, ${wanted}`;
  }
  if (look(path, Deno.lstatSync) !== undefined) return `found a link that leads nowhere, ${wanted}`;
  let parent = dirname(path);
  while (isMissing(parent) && dirname(parent) !== parent) parent = dirname(parent);
  return look(parent, Deno.statSync)?.isDirectory === false
    ? `found the file ${quote(parent)} on the way, ${wanted}`
    : undefined;
}

function look(path: string, how: (path: string) => Deno.FileInfo): Deno.FileInfo | undefined {
  try {
    return how(path);
  } catch {
    return undefined; // Missing, or not ours to look at; then the run that opens it says why.
  }
}

/** The key that names a folder; what a module asks for is in no key but that of the module, and a file of a list in its own. */
function keyOf(source: SourceConfig, folder: string, index: number): PropertyKey[] {
  const [key] = Object.entries(source).find(([, value]) => value === folder) ??
    [sourceTypeOf(source).readKey ?? "type"];
  return ["sources", index, key];
}

function problem(path: PropertyKey[], state: string): Problem {
  return { path, text: `found ${state}, expected folders apart`, env: false };
}

function quote(path: string): string {
  return JSON.stringify(path);
}
