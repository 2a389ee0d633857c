import { join } from "node:path";
import { getOwner, hasPublished, knownManifests, saveLakeId } from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { ConfigError } from "../errors/mod.ts";
import type { Disk } from "../files/mod.ts";
import { storageError } from "../io/mod.ts";
import { statOf } from "./_stat_of.ts";
import { jsonDocument } from "../terminal/mod.ts";

/** File of the lake that says which lake it is and whose; Spark skips names with a leading `_`. */
const MARK = "_lake.json";

/** What a lake says of itself. */
export interface LakeMark {
  /** Its identity. */
  readonly lake_id: string;
  /** Identity of its audit database. */
  readonly audit_id: string;
}

/**
 * Makes sure that the lake and the audit database belong together, before anything is written to either.
 *
 * A lake without an owner is adopted if nothing is in it, or manifests, on each of which this database has decided.
 *
 * @param options `newId` makes the id of a lake that has none.
 * @returns `lost` if nothing of what the database has published is there; then nothing is written to the folder, which
 * may be the wrong one.
 * @throws {ConfigError} `lake-not-ours` if the lake belongs to another database, or the database to another lake.
 */
export function claimLake(
  db: Database,
  disk: Disk,
  options: { readonly newId: () => string },
): "ours" | "lost" {
  const { owner, mark, isLost } = checkLake(db, { lake: disk.root, audit: db.path });
  if (isLost) return "lost";
  // The mark first: it names the database, so that a stop before the database knows the lake does no harm.
  const lakeId = mark?.lake_id ?? owner.lake_id ?? options.newId();
  if (mark === undefined) writeMark(disk, { lake_id: lakeId, audit_id: owner.audit_id });
  if (owner.lake_id === null) db.transaction("claim-lake", () => saveLakeId(db, lakeId));
  return "ours";
}

/** A lake and the audit database that is meant to belong to it, as paths. */
export interface LakePaths {
  /** Folder. */
  readonly lake: string;
  /** File. */
  readonly audit: string;
}

/** What {@linkcode checkLake} found. */
export interface LakeCheck {
  /** What the database knows of itself and its lake. */
  readonly owner: ReturnType<typeof getOwner>;
  /** What the lake knows of itself, if anything. */
  readonly mark: { readonly lake_id: string; readonly audit_id: string } | undefined;
  /** Whether nothing of what was published is there. */
  readonly isLost: boolean;
}

/**
 * Checks that the lake and the audit database belong together, without writing to either.
 *
 * @throws {ConfigError} As {@linkcode claimLake}.
 */
export function checkLake(db: Database, paths: LakePaths): LakeCheck {
  const owner = getOwner(db);
  const mark = readMark(paths.lake);
  if (mark !== undefined && mark.lake_id !== owner.lake_id) {
    if (mark.audit_id !== owner.audit_id) {
      const hint = owner.lake_id === null
        ? `, and this one is new; if that is lost, ${
          emptied(paths.audit)
        }"headwaters audit rebuild" makes one from the lake`
        : "";
      throw notOurs(paths, `it belongs to another one${hint}`);
    }
    if (owner.lake_id !== null) throw notOurs(paths, "that one describes another lake");
  }
  const manifests = manifestsIn(paths.lake);
  const known = knownManifests(db);
  const stranger = manifests.find((path) => !known.has(path));
  if (stranger !== undefined) {
    throw notOurs(paths, `it does not know "${stranger}" and may be an older copy`);
  }
  if (mark === undefined && manifests.length === 0 && owner.lake_id === null) {
    const found = dataIn(paths.lake);
    if (found !== undefined) {
      throw notOurs(paths, `"${found}" is in it, but no manifest that says whose it is`);
    }
  }
  const isLost = mark === undefined && manifests.length === 0 && hasPublished(db);
  return { owner, mark, isLost };
}

function notOurs({ lake, audit }: LakePaths, state: string): ConfigError {
  const rebuild = state.includes("audit rebuild") || manifestsIn(lake).length === 0
    ? ""
    : `${emptied(audit)}make the database again from the lake by headwaters audit rebuild, `;
  return new ConfigError(
    "lake-not-ours",
    `Cannot use lake "${lake}" with audit database "${audit}": ${state}; ` +
      `bring back the two that belong together, ${rebuild}name a new folder in lake: and a new file in audit:, ` +
      "or remove both to start afresh if they are yours alone",
    { context: { lake, audit } },
  );
}

/** An empty file is in the way of a rebuild, which replaces none. */
function emptied(audit: string): string {
  return statOf(audit)?.size === 0 ? "remove the empty file, and " : "";
}

/** Reads what a lake says of itself; `undefined` if it says nothing. */
export function readMark(lake: string): LakeMark | undefined {
  const path = join(lake, MARK);
  if (statOf(path) === undefined) return undefined;
  let mark: Partial<Record<keyof LakeMark, unknown>>;
  try {
    mark = JSON.parse(Deno.readTextFileSync(path));
  } catch (error) {
    if (error instanceof SyntaxError) mark = {};
    else throw storageError("read", path, error);
  }
  const { lake_id, audit_id } = mark;
  if (typeof lake_id === "string" && typeof audit_id === "string") return { lake_id, audit_id };
  throw new ConfigError(
    "lake-not-ours",
    `Cannot use lake "${lake}": "${MARK}" in it is damaged; if the lake is yours alone, remove that file`,
    { context: { lake } },
  );
}

function writeMark(disk: Disk, mark: LakeMark): void {
  const text = jsonDocument(mark);
  disk.writeFile(join(disk.root, MARK), new TextEncoder().encode(text));
}

/** Returns the paths of the manifests in a lake, relative to it. */
export function manifestsIn(lake: string): string[] {
  return namesIn(join(lake, "raw")).flatMap((source) =>
    namesIn(join(lake, "raw", source)).flatMap((stream) => {
      const folder = `raw/${source}/${stream}/_manifests`;
      return namesIn(join(lake, folder)).filter((name) => name.endsWith(".json"))
        .map((name) => `${folder}/${name}`);
    })
  );
}

/** Returns a file of data in a lake. */
function dataIn(lake: string): string | undefined {
  for (const source of namesIn(join(lake, "raw"))) {
    for (const stream of namesIn(join(lake, "raw", source))) {
      const folder = `raw/${source}/${stream}`;
      for (const partition of namesIn(join(lake, folder))) {
        const path = `${folder}/${partition}`;
        const isData = (name: string) => statOf(join(lake, path, name))?.isFile === true;
        const found = /^(?:dt|snapshot)=/.test(partition) && namesIn(join(lake, path)).find(isData);
        if (found) return `${path}/${found}`;
      }
    }
  }
  return undefined;
}

function namesIn(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), (entry) => entry.name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return [];
    }
    throw storageError("list", folder, error);
  }
}
