import { heldContent, publishedManifests, type StreamMode, type StreamName } from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { type DotPath, parseDotPath } from "../grammar/mod.ts";
import { mergeSchemas, type StructType } from "../schema/mod.ts";
import { distinctNames, engineSchema, nameFault } from "./_engine_schema.ts";
import { readManifestFiles } from "./_manifest_files.ts";
import { isRecordTexts } from "./_view_parts.ts";
import type { Manifest, ManifestFile, ReaderOptions } from "./manifest.ts";

/** Files of a stream that are read in one way. */
export interface FileSet {
  /** How. */
  readonly reader: ReaderOptions;
  /** Columns as they are in the files. */
  readonly schema: StructType;
  /** Whether each row is the text of a record, for names that are none for a column. @default false */
  readonly hasTexts?: boolean;
  /** In the order in which they were published. */
  readonly files: readonly LiveFile[];
}

/** A file, and the run that published it. */
export type LiveFile = Pick<ManifestFile, "path" | "rows" | "bytes"> & { readonly run_id: string };

/** A manifest without what only a lost audit database needs, which is most of it. */
type LiveManifest = Omit<Manifest, "files"> & { readonly files: readonly LiveFile[] };

/** What readers should see of a stream: exactly the files that its manifests name, by its mode. */
export interface LiveStream extends StreamName {
  /** How its runs relate to each other. */
  readonly mode: StreamMode;
  /** What says which record is which; empty if nothing does. */
  readonly primaryKey: readonly DotPath[];
  /**
   * What all its records fit into; every engine can tell its names apart. `undefined` if no schema can say what is in
   * them: each is one text then.
   */
  readonly schema: StructType | undefined;
  /** The names for which an object, or the whole record, is one text in `schema`, if there are such. */
  readonly nameFault?: string | undefined;
  /** Its files, in the order of their publication. */
  readonly sets: readonly FileSet[];
  /** Records in the files. */
  readonly rows: number;
  /** Files of its runs that later versions have replaced, which are in no set. @default [] */
  readonly replaced?: readonly string[];
}

/** Returns every stream that has a manifest, by name. */
export function liveStreams(db: Database): LiveStream[] {
  const rows = publishedManifests(db);
  const streams = Map.groupBy(rows, ({ source, stream }) => `${source}.${stream}`);
  return Array.from(streams.values(), (all) => {
    const manifests = all.filter(({ kind }) => kind === "manifest")
      .map(({ publication_id }) => readManifest(db, heldContent(db, publication_id) ?? ""));
    const pointer = all.find(({ kind }) => kind === "current");
    const current = pointer && heldContent(db, pointer.publication_id)?.trim();
    return manifests.length === 0 ? undefined : liveStream(manifests, current);
  }).filter((stream) => stream !== undefined);
}

function readManifest(db: Database, content: string): LiveManifest {
  const { manifest, files } = readManifestFiles(
    db,
    content,
    ({ path, rows, bytes }) => ({ path, rows, bytes }),
  );
  const { run_id } = manifest;
  return { ...manifest, files: files.map((file) => ({ ...file, run_id })) };
}

function liveStream(manifests: readonly LiveManifest[], current: string | undefined): LiveStream {
  const [newest] = manifests.slice(-1);
  if (newest === undefined) throw new TypeError("Cannot read a stream without manifests");
  const { source, stream, mode, primary_key = [] } = newest;
  const replaced = new Set(manifests.flatMap(({ replaces = [] }) => replaces));
  const live = manifests.filter(({ run_id }) => mode !== "snapshot" || run_id === current)
    .map((one) => ({ ...one, files: one.files.filter(({ path }) => !replaced.has(path)) }))
    .filter(({ files }) => files.length > 0);
  const sets = setsOf(live);
  const shown = live.length > 0 ? sets : setsOf([newest]);
  const merged = mergeSchemas(shown.map(({ schema }) => schema).reverse());
  return {
    source,
    stream,
    mode,
    primaryKey: primary_key.map(parseDotPath),
    schema: shown.some(({ hasTexts }) => hasTexts) ? undefined : engineSchema(merged),
    nameFault: nameFault(merged),
    sets,
    replaced: [...replaced].sort(),
    rows: live.flatMap(({ files }) => files).reduce((sum, { rows }) => sum + rows, 0),
  };
}

/** JSON names its fields in each record, so that one set may hold records of many schemas; CSV has columns by position. */
function setsOf(manifests: readonly LiveManifest[]): FileSet[] {
  const sets = Map.groupBy(manifests, ({ reader, schema }) => {
    const { format } = reader;
    return format === "json" ? format : `${format} ${JSON.stringify(schema)}`;
  });
  const columns = manifests.flatMap(({ schema }) => (schema as StructType).fields);
  const names = columns.map(({ name }) => name);
  return Array.from(sets.values(), (same) => {
    const schemas = same.map(({ schema }) => schema as StructType);
    const merged = mergeSchemas(schemas.reverse());
    const [{ reader } = { reader: { format: "json" } }] = same.slice(-1);
    const isMultiLine = same.some(({ reader }) => reader["multiLine"] === "true");
    return {
      reader: isMultiLine ? { ...reader, multiLine: "true" } : reader,
      hasTexts: schemas.some(isRecordTexts),
      schema: reader.format === "csv" ? distinctNames(merged, names) : merged,
      files: same.flatMap(({ files }) => files),
    };
  });
}

/** Returns a stream with the files of some of its runs. */
export function ofRuns(stream: LiveStream, isWanted: (runId: string) => boolean): LiveStream {
  const sets = stream.sets.map((set) => ({
    ...set,
    files: set.files.filter(({ run_id }) => isWanted(run_id)),
  })).filter(({ files }) => files.length > 0);
  const rows = sets.flatMap(({ files }) => files).reduce((sum, file) => sum + file.rows, 0);
  return { ...stream, sets, rows };
}

/** Returns the runs whose files readers of a stream should see, in their order. */
export function liveRuns({ sets }: LiveStream): string[] {
  const runs = sets.flatMap(({ files }) => files.map(({ run_id }) => run_id));
  return [...new Set(runs)].sort();
}
