import { gunzipSync } from "node:zlib";
import { join } from "@std/path";
import { openAudit } from "../../lib/audit/mod.ts";
import {
  loadConfig,
  parseBackfill,
  type RunPipelineOptions,
  type RunSummary,
} from "../../lib/pipeline/mod.ts";
import { runPipeline } from "../../phases/06_pipeline.ts";

/** A server of records `{id, at}` that answers what it is asked for, two a page, in the order in which they stand. */
export interface Listing extends AsyncDisposable {
  readonly port: number;
  /** Queries so far. */
  readonly asked: URLSearchParams[];
}

/** How a {@linkcode listing} answers. */
export interface ListingOptions {
  /** Which records a query gets. @default {those with `at` >= `since`} */
  readonly matches?: (record: Record<string, unknown>, query: URLSearchParams) => boolean;
  /** Answers instead. @default {nothing} */
  readonly instead?: (query: URLSearchParams) => Response | undefined;
}

/** Starts such a server. */
export function listing(records: readonly unknown[], options: ListingOptions = {}): Listing {
  const asked: URLSearchParams[] = [];
  const { matches = (record, query) => Number(record["at"]) >= Number(query.get("since")) } =
    options;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, ({ url }) => {
    const query = new URL(url).searchParams;
    asked.push(query);
    const offset = Number(query.get("offset"));
    const found = records.filter((record) => matches(record as Record<string, unknown>, query));
    return options.instead?.(query) ?? Response.json(found.slice(offset, offset + 2));
  });
  return {
    port: server.addr.port,
    asked,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** The YAML of a stream `news.all` of such a server. */
export function newsStream(port: number, more = "", incremental = "format: epoch_ms"): string {
  return `  - name: news
    type: api
    base_url: http://127.0.0.1:${port}
    retry: { limit: 1, max_wait: 1s }
    streams:
      - name: all
        path: /news
        pagination: { type: offset, offset_param: offset, size_param: limit, size: 2 }
        primary_key: [id]
        incremental: { field: at, start_param: since, ${incremental} }
${more}`;
}

/** Runs the pipeline of these sources in a folder; with `range`, a backfill of `news.all`. */
export async function runNews(
  folder: string,
  sources: string,
  { range, ...options }: { range?: string } & Partial<RunPipelineOptions> = {},
): Promise<RunSummary> {
  const yaml = join(folder, "pipeline.yaml");
  const head = "name: one\nlake: lake\naudit: audit.db\nlog_dir: logs\nsources:\n";
  await Deno.writeTextFile(yaml, `${head}${sources}`);
  const config = await loadConfig(yaml, { root: folder });
  return await runPipeline(config, {
    ...(range === undefined ? {} : { backfill: parseBackfill(`news.all=${range}`, config) }),
    ...options,
  });
}

/** What one run published of a stream: its manifest and the ids of its records. */
export function publishedBy(folder: string, runId: string, stream = "news/all") {
  const path = join(folder, "lake/raw", stream, "_manifests", `${runId}.json`);
  const manifest = JSON.parse(Deno.readTextFileSync(path));
  const lines = manifest.files.flatMap(({ path }: { path: string }) => {
    const bytes = gunzipSync(Deno.readFileSync(join(folder, "lake", path)));
    return new TextDecoder().decode(bytes).trim().split("\n");
  });
  return { manifest, ids: lines.map((line: string) => JSON.parse(line).id) };
}

/** Everything that decides where the streams' next ordinary runs begin. */
export function stateOf(folder: string): unknown {
  using db = openAudit(join(folder, "audit.db"), { readOnly: true });
  return {
    state: db.all("SELECT * FROM stream_state ORDER BY source, stream"),
    boundary: db.all("SELECT * FROM boundary ORDER BY source, stream, record"),
    current: [...pointers(join(folder, "lake/raw"))],
  };
}

function* pointers(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* pointers(path);
    else if (name === "_current") yield `${path}: ${Deno.readTextFileSync(path)}`;
  }
}

/** Runs an action on a temporary folder. */
export async function inFolder(action: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await action(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Lets the waits be over that a server asked for; a run would not ask it before. */
export function endWaits(folder: string): void {
  using db = openAudit(`${folder}/audit.db`);
  db.run("DELETE FROM waits");
}
