import { join } from "@std/path";
import { describeSources, loadConfig, type PipelineConfig } from "../../lib/pipeline/mod.ts";
import { type Sandbox, startSandbox } from "../../lib/sandbox/mod.ts";

const TOKEN = "small-world-token";

/** A folder with small samples of every kind, and a sandbox that serves them. */
export interface SmallWorld extends AsyncDisposable {
  /** Serves the samples. */
  readonly sandbox: Sandbox;
  /** Folder with the vendor's drop and the logs. */
  readonly samples: string;
  /**
   * Returns a configuration whose lake, audit database and logs are in `folder`.
   *
   * @param edit Changes the YAML before it is read. @default nothing
   */
  config(folder: string, edit?: (yaml: string) => string): Promise<PipelineConfig>;
}

/** Builds the world: 45 earthquakes, 70 flights, 33 bird strikes, four files, two logs and a module, with bad pieces in each. */
export async function smallWorld(
  faults: readonly string[] = ["flights:503@page3", "strikes:truncated@page2"],
): Promise<SmallWorld> {
  const root = await Deno.makeTempDir();
  const samples = join(root, "samples");
  await writeSamples(samples);
  const sandbox = await startSandbox({
    samples,
    token: TOKEN,
    seed: 7,
    faults: [...faults],
  });
  const yaml = join(root, "pipeline.yaml");
  return {
    sandbox,
    samples,
    async config(folder, edit = (text) => text) {
      await Deno.writeTextFile(yaml, edit(configuration(samples)));
      const config = await loadConfig(yaml, {
        root,
        env: (name) => name === "SANDBOX_TOKEN" ? TOKEN : undefined,
        overrides: {
          lake: join(folder, "lake"),
          audit: join(folder, "audit.db"),
          log_dir: join(folder, "logs"),
        },
      });
      return await describeSources(config, "here");
    },
    async [Symbol.asyncDispose]() {
      await sandbox[Symbol.asyncDispose]();
      await Deno.remove(root, { recursive: true });
    },
  };
}

async function writeSamples(samples: string): Promise<void> {
  const from = join(import.meta.dirname ?? ".", "../../data/samples");
  const read = (name: string) => Deno.readTextFile(join(from, name));
  await Deno.mkdir(join(samples, "drop"), { recursive: true });
  await Deno.mkdir(join(samples, "logs"), { recursive: true });
  const write = (name: string, text: string) => Deno.writeTextFile(join(samples, name), text);
  const quakes = JSON.parse(await read("earthquakes.json"));
  quakes.features = quakes.features.slice(0, 45);
  await write("earthquakes.json", JSON.stringify(quakes));
  const flights = JSON.parse(await read("flights-20k.json"));
  await write("flights-20k.json", JSON.stringify(flights.slice(0, 70)));
  await write(
    "birdstrikes.csv",
    (await read("birdstrikes.csv")).split("\n").slice(0, 34).join("\n"),
  );
  await write("drop/good.csv", "id,name\n1,a\n2,b\n");
  await write("drop/good copy.csv", "id,name\n1,a\n2,b\n");
  await write("drop/ragged.csv", "id,name\n3,c\n4\n5,e\n");
  await write("drop/reordered.csv", "name,id\nf,6\n");
  await write("source.js", MODULE);
  await write(
    "logs/worker.jsonl",
    '{"ts":"2026-11-03T08:00:00Z","level":"info","msg":"x"}\n{broken\n',
  );
  await write("logs/app.log", "2026-11-03 08:15:02,114 INFO [main] com.example.Loader - started\n");
}

/** Returns an earthquake; one updated after 2030 is later than every one of the samples. */
export function quake(id: string, updated: number): object {
  return {
    type: "Feature",
    properties: { mag: 1, place: "x", time: 1517966773840, updated, type: "earthquake" },
    geometry: { type: "Point", coordinates: [0, 0, 0] },
    id,
  };
}

/** One stream starts over when it was stopped, the other goes on, and its state comes before its last batch. */
const MODULE = `
export default {
  describe: () => ({
    streams: [{ name: "plain", primary_key: ["n"] }, { name: "steps", mode: "incremental" }],
  }),
  async *read({ stream, position, state }) {
    if (stream === "plain") {
      yield { records: [{ n: 1 }, { n: 2 }] };
      yield { records: [{ n: 3 }], end: "all" };
      return;
    }
    const rest = [1, 2, 3].filter((n) => n > (state ?? 0)).map((n) => ({ n }));
    if (position === null) yield { records: rest.slice(0, 2), position: 2, state: 3 };
    yield { records: rest.slice(2), end: "all" };
  },
};
`;

function configuration(samples: string): string {
  return `
name: small
lake: lake
audit: audit.db
sources:
  - name: usgs
    type: api
    sandbox: usgs
    streams:
      - name: events
        path: /fdsnws/event/1/query
        params: { format: geojson, orderby: time-asc, starttime: "2018-01-31" }
        records: features
        pagination: { type: offset, offset_param: offset, size_param: limit, size: 10, start: 1 }
        primary_key: [id]
        incremental: { field: properties.updated, start_param: updatedafter, format: epoch_ms, param_format: iso, lag: 1h }
  - name: github
    type: api
    sandbox: github
    auth: { type: bearer, token: "\${SANDBOX_TOKEN}" }
    streams:
      - name: flights
        path: /repos/bts/flights/records
        params: { per_page: 20 }
        pagination: { type: link }
        primary_key: [id]
  - name: openalex
    type: api
    sandbox: openalex
    auth: { type: api_key, in: query, name: api_key, value: "\${SANDBOX_TOKEN}" }
    streams:
      - name: strikes
        path: /strikes
        params: { per-page: 10 }
        records: results
        pagination: { type: cursor, param: cursor, path: meta.next_cursor, start: "*", total: meta.count }
        primary_key: [id]
  - name: vendor
    type: files
    path: ${samples}/drop
    min_age: 0s
    include: ["**/*.csv"]
    expect: { columns: [id, name] }
    on_finding: { file-header-order: reject-file }
  - name: web
    type: logs
    path: ${samples}/logs
    min_age: 0s
    format: auto
  - name: mine
    type: module
    module: ${samples}/source.js
tolerance: { records: 40%, files: 1 }
`;
}
