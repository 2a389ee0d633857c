import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { constants, gunzipSync } from "node:zlib";
import { openAudit } from "../audit/mod.ts";
import { type ErrorCode, nextStepOf, SuspendedError } from "../errors/mod.ts";
import { attempt } from "../io/mod.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import type { RunPipeline } from "./open_run.ts";
import { streamId, type StreamPlan } from "./source_type.ts";
import { streamsOf } from "./sources/mod.ts";

/** What of a file is read for its first lines. */
const HEAD_BYTES = 4 * 1024 * 1024;

/** After so many records more than are shown nothing else is read: most of them are rejected. */
const MOST_MORE = 1_000;

/** A record or file that a preview rejected. */
export type PreviewReject = {
  /** Why, as an error code. */
  readonly code: string;
  /** The same for people. */
  readonly message: string;
  /** File, or redacted URL. */
  readonly origin: string | null;
  /** Line in it, 1-based. */
  readonly line: number | null;
};

/** What a run would read first of a stream. */
export interface Preview {
  /** `SOURCE.STREAM` */
  readonly stream: string;
  /** First lines of what would be written: records, or a file's header and rows. */
  readonly lines: readonly string[];
  /** First rejects. */
  readonly rejects: readonly PreviewReject[];
  /** Records read so far. */
  readonly read: number;
  /** Why reading failed, if it did before there was enough. */
  readonly error: string | null;
  /** What to do about that; `null` if there is no error. */
  readonly next: string | null;
  /** Exit code of a run that ends like this. */
  readonly exit_code: number;
}

/** Options of {@linkcode previewStream}. */
export interface PreviewOptions {
  /** Folder that is made, and removed at the end: the preview's lake and database. */
  readonly folder: string;
  /** Good records after which reading stops. */
  readonly limit: number;
  /** What a run is. */
  readonly run: RunPipeline;
  /** Root of the sandbox, for sources that ask for it. @default none */
  readonly sandboxUrl?: string | undefined;
  /** Aborted when it must stop. */
  readonly signal: AbortSignal;
}

/** Returns a new name for the folder of a preview. */
export function previewFolder(): string {
  return join(tmpdir(), `headwaters-preview-${randomBytes(8).toString("hex")}`);
}

/** Returns the places of a preview in its folder. */
export function previewPlaces(folder: string) {
  return {
    lake: join(folder, "lake"),
    audit: join(folder, "audit.db"),
    log_dir: join(folder, "logs"),
  };
}

/** Returns the configuration of a preview: the source of one stream, and places of its own. */
export function previewConfig(
  config: PipelineConfig,
  { source }: Pick<StreamPlan, "source">,
  folder: string,
): PipelineConfig {
  const sources = config.sources.filter(({ name }) => name === source);
  return { ...config, ...previewPlaces(folder), sources, notify: undefined };
}

/**
 * Reads the beginning of a stream as a run would that knows nothing yet, into a lake of its own that is removed at the
 * end: what is published, known or resumed elsewhere is neither read nor changed.
 *
 * @param config The configuration of the pipeline.
 */
export async function previewStream(
  config: PipelineConfig,
  stream: StreamPlan,
  { folder, limit, run, sandboxUrl, signal }: PreviewOptions,
): Promise<Preview> {
  const own = previewConfig(config, stream, folder);
  const parents = parentsOf(config, stream);
  const enough = new AbortController();
  let lines: string[] = [];
  let look = 1;
  attempt("create", folder, () => Deno.mkdirSync(folder, { mode: 0o700 }));
  try {
    const summary = await run(own, {
      signal: AbortSignal.any([signal, enough.signal]),
      selected: [...parents, streamId(stream)],
      checkpointMs: 0,
      ...(sandboxUrl === undefined ? {} : { sandboxUrl }),
      onProgress({ state, records, stream: name }) {
        if (
          name !== stream.stream || state !== "reading" || records < look || enough.signal.aborted
        ) return;
        look = nextLook(records, limit);
        const found = firstLines(own.lake, limit, parents);
        lines = found.lines;
        if (found.rows >= limit || records >= limit + MOST_MORE) {
          enough.abort(new SuspendedError("suspended-signal", "Enough is read"));
        }
      },
    });
    const { lines: published } = firstLines(own.lake, limit, parents);
    if (published.length >= lines.length) lines = published;
    const row = summary.streams.at(-1);
    const hasEnough = enough.signal.aborted && !signal.aborted;
    const error = hasEnough ? null : summary.reasons[0] ?? null;
    const rejects = rejectsIn(own.audit, limit);
    const code = (row?.error_code ?? rejects[0]?.code) as ErrorCode | undefined;
    return {
      stream: streamId(stream),
      lines,
      rejects,
      read: row?.read ?? 0,
      error,
      next: error === null || code === undefined ? null : nextStepOf(code, { standalone: false }),
      exit_code: hasEnough ? 0 : summary.exit_code,
    };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/**
 * Returns at how many records the next look is worth it: each reads all that is there, and of a folder of small files there
 * would be one for each.
 */
export function nextLook(records: number, limit: number): number {
  return records < limit ? Math.min(limit, 2 * records) : records + Math.ceil(records / 8);
}

function rejectsIn(audit: string, limit: number): PreviewReject[] {
  using db = openAudit(audit, { readOnly: true });
  return db.all<PreviewReject>(
    `SELECT error_code AS code, error_message AS message, path AS origin, NULL AS line FROM files
       WHERE verdict = 'rejected'
     UNION ALL SELECT code, message, origin, line FROM rejects LIMIT ?`,
    [limit],
  );
}

/** Returns the streams without whose records there is nothing to read, in the order in which they are read. */
function parentsOf(config: PipelineConfig, { source, parent }: StreamPlan): string[] {
  const plan = config.sources.flatMap(streamsOf)
    .find((one) => one.source === source && one.stream === parent);
  return plan === undefined ? [] : [...parentsOf(config, plan), streamId(plan)];
}

/** Nothing but a stream and its parents is in the lake of a preview: records are staged in one file, files are published one by one. */
function firstLines(
  lake: string,
  limit: number,
  parents: readonly string[],
): { lines: string[]; rows: number } {
  const isOfParent = (path: string) =>
    parents.some((id) => path.includes(`/${id}.`) || path.includes(`/${id.replace(".", "/")}/`));
  const lines: string[] = [];
  let [missing, lastHeader] = [limit, ""];
  for (const path of dataFiles(lake)) {
    if (missing === 0) break;
    if (isOfParent(path)) continue;
    const found = headOf(path).split("\n").slice(0, -1);
    if (/\.csv(\.gz)?$/.test(path)) {
      const header = found.shift() ?? "";
      // Files of one stream have one, unless it has grown.
      if (header !== lastHeader) lines.push(header);
      lastHeader = header;
    }
    const rows = found.slice(0, missing);
    for (const row of rows) lines.push(row);
    missing -= rows.length;
  }
  return { lines, rows: limit - missing };
}

/** Returns files that hold data, in the order of their names. */
function* dataFiles(folder: string): Generator<string> {
  const entries = [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1);
  for (const { name, isDirectory } of entries) {
    const path = join(folder, name);
    if (isDirectory) {
      if (name !== "quarantine" && name !== "_manifests") yield* dataFiles(path);
    } else if (/\.(jsonl|csv)(\.gz)?$/.test(name) && !/\.rejects\./.test(name)) yield path;
  }
}

function headOf(path: string): string {
  using file = Deno.openSync(path);
  const bytes = new Uint8Array(Math.min(HEAD_BYTES, file.statSync().size));
  const head = bytes.subarray(0, file.readSync(bytes) ?? 0);
  // Only the beginning of it is there.
  const end = { finishFlush: constants.Z_SYNC_FLUSH };
  return new TextDecoder().decode(path.endsWith(".gz") ? gunzipSync(head, end) : head);
}
