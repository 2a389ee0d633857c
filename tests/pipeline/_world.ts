import { join } from "@std/path";
import { gunzipSync } from "node:zlib";
import { openAudit } from "../../lib/audit/mod.ts";
import type { Manifest } from "../../lib/lake/mod.ts";
import {
  describeSources,
  loadConfig,
  type PipelineConfig,
  type RunPipelineOptions,
  type RunSummary,
  type StreamSummary,
} from "../../lib/pipeline/mod.ts";
import { runPipeline } from "../../phases/06_pipeline.ts";
import { granted } from "../_granted.ts";
import { everyTest } from "../_sample.ts";

/** A folder with a vendor's drop, an API with one listing, and a pipeline over both. */
export interface World {
  /** Holds the lake (`lake`), the audit database (`audit.db`) and the drop (`drop`). */
  readonly folder: string;
  /** What the API lists at `/items`; a test may change it between runs. */
  items: unknown[];
  /** What the API answers in place of the listing. */
  answer: ((url: URL, request: Request) => Response) | undefined;
  /** Clock of the runs, ms since 1970. */
  now: number;
  /** Writes a file into the drop; it is as old as the pipeline wants. */
  drop(name: string, text: string): void;
  run(options?: RunOptions): Promise<RunSummary>;
  config(options?: RunOptions): Promise<PipelineConfig>;
  /** Rows that a reader finds by the manifests, of one stream. */
  rows(stream: string): string[];
  /** Manifests of a stream in the order of their runs. */
  manifests(stream: string): Manifest[];
}

/** How a run differs. */
export interface RunOptions extends RunPipelineOptions {
  /** Changes the YAML. */
  readonly edit?: (yaml: string) => string;
  /** Reads the environment. @default {nothing is set} */
  readonly env?: (name: string) => string | undefined;
}

const YAML = `
name: world
lake: lake
audit: audit.db
log_dir: logs
sources:
  - name: shop
    type: api
    base_url: URL
    retry: { limit: 0, max_wait: 20ms }
    streams:
      - name: items
        path: /items
        pagination: { type: none }
        primary_key: [id]
  - name: vendor
    type: files
    path: drop
    min_age: 0s
`;

/** Defines a test in a world of its own that only `test:every` runs. */
export function everyWorldTest(name: string, fn: (world: World) => Promise<void>): void {
  worldTest(name, fn, everyTest);
}

/** Defines a test in a world of its own; by `everyTest`, one that the quick suite leaves out. */
export function worldTest(
  name: string,
  fn: (world: World) => Promise<void>,
  test: typeof Deno.test = Deno.test,
): void {
  test({
    name,
    ignore: !granted("read", "write", "net"),
    fn: async () => {
      const folder = await Deno.makeTempDir();
      await Deno.mkdir(join(folder, "drop"));
      Deno.writeFileSync(join(folder, "audit.db"), NEW_AUDIT.bytes);
      const world = worldIn(folder);
      await using _server = serve(world);
      try {
        await fn(world);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

/** An audit database in which nothing is yet; making one takes as long as a run. */
const NEW_AUDIT = {
  get bytes(): Uint8Array {
    const folder = Deno.makeTempDirSync();
    const path = join(folder, "audit.db");
    openAudit(path)[Symbol.dispose]();
    const bytes = Deno.readFileSync(path);
    Deno.removeSync(folder, { recursive: true });
    Object.defineProperty(this, "bytes", { value: bytes });
    return bytes;
  },
};

interface ServedWorld extends World {
  url: string;
}

function serve(world: ServedWorld): AsyncDisposable {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => world.answer?.(new URL(request.url), request) ?? Response.json(world.items),
  );
  world.url = `http://127.0.0.1:${server.addr.port}`;
  return { [Symbol.asyncDispose]: () => server.shutdown() };
}

function worldIn(folder: string): ServedWorld {
  return {
    folder,
    url: "",
    items: [],
    answer: undefined,
    now: Date.parse("2026-11-26T02:00:00Z"),
    drop: (name, text) => Deno.writeTextFileSync(join(folder, "drop", name), text),
    async config({ edit = (yaml: string) => yaml, env }: RunOptions = {}) {
      const yaml = join(folder, "pipeline.yaml");
      await Deno.writeTextFile(yaml, edit(YAML.replace("URL", this.url)));
      const config = await loadConfig(yaml, { root: folder, env: env ?? (() => undefined) });
      return await describeSources(config, "here");
    },
    async run({ edit, env, ...options }: RunOptions = {}) {
      const config = await this.config({ ...(edit && { edit }), ...(env && { env }) });
      this.now += 1000;
      return await runPipeline(config, { now: () => this.now, checkpointMs: 0, ...options });
    },
    rows(stream) {
      const manifests = this.manifests(stream);
      const current = currentOf(folder, stream);
      const gone = new Set(manifests.flatMap(({ supersedes = [] }) => supersedes));
      const kept = manifests
        .filter(({ mode, run_id }) => mode !== "snapshot" || run_id === current)
        .filter(({ run_id }) => !gone.has(run_id));
      const old = new Set(kept.flatMap(({ replaces = [] }) => replaces));
      const paths = kept.flatMap(({ files }) => files.map(({ path }) => path));
      return paths.filter((path) => !old.has(path))
        .flatMap((path) => linesOf(join(folder, "lake", path)));
    },
    manifests(stream) {
      const at = join(folder, "lake/raw", stream.replace(".", "/"), "_manifests");
      const names = namesIn(at).filter((name) => name.endsWith(".json")).sort();
      return names.map((name) => JSON.parse(Deno.readTextFileSync(join(at, name))));
    },
  };
}

/** Returns the run that readers of a stream follow. */
export function currentOf(folder: string, stream: string): string | undefined {
  const path = join(folder, "lake/raw", stream.replace(".", "/"), "_manifests/_current");
  try {
    return Deno.readTextFileSync(path).trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Returns one stream of a summary. */
export function streamOf(summary: RunSummary, name: string): StreamSummary {
  const found = summary.streams.find(({ source, stream }) => `${source}.${stream}` === name);
  if (found === undefined) throw new Error(`no stream ${name}`);
  return found;
}

/** Returns the names in a folder; none if it does not exist. */
export function namesIn(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), (entry) => entry.name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Returns some objects with ids. */
export function items(count: number, from = 0): { id: string }[] {
  return Array.from({ length: count }, (_, at) => ({ id: `i${from + at}` }));
}

function linesOf(path: string): string[] {
  const text = new TextDecoder().decode(gunzipSync(Deno.readFileSync(path)));
  const lines = text.split("\n").filter((line) => line !== "");
  return path.endsWith(".csv.gz") ? lines.slice(1) : lines;
}
