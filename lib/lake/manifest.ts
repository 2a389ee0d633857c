import { writeManifestFiles } from "./_manifest_files.ts";
import { withoutPartNumber } from "./layout.ts";
import { type StructType, toDdl } from "../schema/mod.ts";
import type {
  Contradiction,
  DataFile,
  StreamCounts,
  StreamMode,
  StreamOutcome,
} from "../audit/mod.ts";

/** One data file of a {@linkcode Manifest}. */
export interface ManifestFile {
  /** Relative to the lake. */
  readonly path: string;
  /** Records, header lines not counted. */
  readonly rows: number;
  /** Size in bytes, compressed. */
  readonly bytes: number;
  /** Of the compressed bytes, hex. */
  readonly sha256: string;
  /** The file that it was made from, where it was one. */
  readonly source?: ManifestSource | undefined;
  /** The files that it was made from, where they were several small ones; their rows follow each other. */
  readonly sources?: readonly ManifestSource[] | undefined;
}

/** A file of a source, as it was taken in: what a lost audit database must know not to take it in again. */
export interface ManifestSource {
  /** Relative to the source's folder. */
  readonly path: string;
  /** Of the file as found, hex; of a log, of its text, unpacked. */
  readonly sha256: string;
  /** Size as found. */
  readonly bytes: number;
  /** 1, and one more for each new content under this path. */
  readonly version: number;
  /** Identity of the keys that decided. */
  readonly acceptance: string;
  /** Rows read; absent in manifests of older versions, as the next is. */
  readonly read?: number | undefined;
  /** Of these, rejected. */
  readonly rejected?: number | undefined;
  /** Last change of the file as found, ISO 8601 UTC; absent in manifests of older versions. */
  readonly modified?: string | undefined;
  /** Files in the lake that hold earlier versions of it, oldest first; readers see them unless `replaces` has them. */
  readonly supersedes?: readonly string[] | undefined;
  /** Content of the published log that it begins with, which readers see in it; absent for others. */
  readonly grew_from?: string | null | undefined;
}

/** A file that was taken in without a data file of its own: a copy, a renamed one, or one without rows. */
export interface NotedFile
  extends Pick<ManifestSource, "path" | "sha256" | "bytes" | "version" | "acceptance"> {
  /** Last change of the file as found, ISO 8601 UTC. */
  readonly modified: string;
  /** The published file that it is a copy of; absent for one without rows. */
  readonly copy_of?: { readonly path: string; readonly sha256: string | null } | undefined;
  /**
   * Version that it was before: under another name if it is a copy, which was renamed then; else one of its own path,
   * whose place it takes.
   */
  readonly before?: { readonly path: string; readonly version: number } | undefined;
}

/** A half-open range of cursor values; `null` where a side is open. */
export interface ManifestRange {
  /** Belongs to it. */
  readonly from: string | null;
  /** Does not belong to it. */
  readonly until: string | null;
}

/**
 * How to read the files: `format` and the options of Spark's DataFrameReader (CSVOptions, JSONOptions); DuckDB needs
 * no more than the format.
 */
export type ReaderOptions = { readonly format: string } & Readonly<Record<string, string>>;

/**
 * What one run published of one stream. A reader that wants exactness reads the files that manifests name and no
 * others: all of them for `incremental` and `append`, without those that another one supersedes or replaces; those of the run in
 * `_current` for `snapshot`.
 */
export interface Manifest {
  /** Version of this form. */
  readonly manifest_version: 1;
  /** The run that published the files. */
  readonly run_id: string;
  /** Name of the source. */
  readonly source: string;
  /** Name of the stream. */
  readonly stream: string;
  /** Type of the source; absent in manifests of older versions, as the next two are. */
  readonly type?: string | undefined;
  /** How the files relate to those of other manifests. */
  readonly mode: StreamMode;
  /** Whether nothing is missing, by the evidence and the contradictions below. */
  readonly complete: boolean;
  /**
   * What its run reported of it, which rejects may have made `partial` though nothing is missing; absent in manifests of
   * older versions, as the counts are.
   */
  readonly outcome?: StreamOutcome | undefined;
  /** What was read, and became of it; those of them that are written are in the files. */
  readonly counts?:
    | Pick<
      StreamCounts,
      "read" | "rejected" | "duplicates" | "unchanged" | "out_of_range" | "files_rejected"
    >
    | undefined;
  /** Whether readers of a snapshot were to follow it. */
  readonly followed?: boolean | undefined;
  /** Signs that nothing is missing. */
  readonly evidence: readonly string[];
  /** Signs that something is. */
  readonly contradictions: readonly Contradiction[];
  /** Why reading ended. */
  readonly stop_reason: string | null;
  /** From where the next run goes on, if the stream is incremental; `null` for a backfill, which moves none. */
  readonly watermark: string | null;
  /** What the watermark is taken from, such as a field and its form. */
  readonly follows?: string | undefined;
  /** Dot paths of what says which record is which; the latest version of each is in the newest part. @default none */
  readonly primary_key?: readonly string[] | undefined;
  /** Whether `schema` has all columns that there are, as a table has, whatever rows were read. @default false */
  readonly all_columns?: true | undefined;
  /** Runs whose manifests no reader should use any more, in the manifest of a retraction. @default [] */
  readonly supersedes?: readonly string[];
  /** Files of earlier manifests that no reader should use any more: these are newer versions of theirs. @default [] */
  readonly replaces?: readonly string[] | undefined;
  /** Files of a source that have no data file here, where a change of a file is not just published. @default [] */
  readonly noted?: readonly NotedFile[] | undefined;
  /** What was read again, in a backfill's manifest; its records may be in other manifests already. */
  readonly backfill?: ManifestRange | undefined;
  /**
   * Quarantine files of which rejects were sent through again: those that are in this manifest's files need no one's
   * attention any more.
   */
  readonly replays?: readonly string[] | undefined;
  /** Name of the run's receipt in the pipeline's log folder; absent if none is written. */
  readonly receipt?: string | undefined;
  /** Rows in all files. */
  readonly rows: number;
  /** Their size. */
  readonly bytes: number;
  /** The files. */
  readonly files: readonly ManifestFile[];
  /** How to read them. */
  readonly reader: ReaderOptions;
  /** Spark StructType as JSON. */
  readonly schema: unknown;
  /** The same as Spark SQL writes columns; absent if no schema can say what is in them, and in manifests of older versions. */
  readonly ddl?: string | undefined;
}

/** What a manifest is made of besides its head. */
export interface ManifestContent {
  /** Those that are no data are left out. */
  readonly publications: readonly DataFile[];
  /** What they were made from, by their paths in the lake. */
  readonly sources: ReadonlyMap<string, readonly ManifestSource[]>;
}

/** What is said in a manifest apart from its files. */
export type ManifestHead = Omit<Manifest, "manifest_version" | "rows" | "bytes" | "files" | "ddl">;

/** Returns the manifest of a stream's publications. */
export function buildManifest(head: ManifestHead, from: ManifestContent): Manifest {
  const files = from.publications.filter(isData).map((one) => manifestFile(one, from));
  return wholeManifest(head, { files, counted: files });
}

/**
 * Returns the text of the manifest that {@linkcode buildManifest} returns: of 100,000 files, as a value and as a text at once it
 * would take ten times the memory of the text.
 */
export function manifestText(head: ManifestHead, from: ManifestContent): string {
  const counted = from.publications.filter(isData);
  const manifest = wholeManifest(head, { files: [], counted });
  return writeManifestFiles(manifest, counted, (one) => manifestFile(one, from));
}

function isData({ kind }: DataFile): boolean {
  return kind === "part" || kind === "file";
}

function manifestFile(
  { path, rows, bytes, sha256 }: DataFile,
  { sources: all }: ManifestContent,
): ManifestFile {
  const found = all.get(withoutPartNumber(path)) ?? [];
  const sources = found.map((one) => {
    const { path, sha256, bytes, version, acceptance, read, rejected, modified } = one;
    const about = { supersedes: one.supersedes, grew_from: one.grew_from ?? undefined };
    return { path, sha256, bytes, version, acceptance, read, rejected, modified, ...about };
  });
  return { path, rows, bytes, sha256, ...madeFrom(sources) };
}

function madeFrom(sources: readonly ManifestSource[]): Pick<ManifestFile, "source" | "sources"> {
  return sources.length > 1 ? { sources } : { source: sources[0] };
}

function wholeManifest(
  head: ManifestHead,
  about: {
    readonly files: readonly ManifestFile[];
    readonly counted: readonly { readonly rows: number; readonly bytes: number }[];
  },
): Manifest {
  const { reader, schema, ...rest } = head;
  return {
    manifest_version: 1,
    ...rest,
    rows: about.counted.reduce((sum, file) => sum + file.rows, 0),
    bytes: about.counted.reduce((sum, file) => sum + file.bytes, 0),
    files: about.files,
    reader,
    schema,
    ddl: toDdl(schema as StructType) || undefined,
  };
}
