import { join } from "@std/path";
import { loadConfig, type PipelineConfig } from "../../lib/config/mod.ts";
import { type Sandbox, startSandbox } from "../../lib/sandbox/mod.ts";

const TOKEN = "small-world-token";

/** A folder with small samples of every kind, and a sandbox that serves them. */
export interface SmallWorld extends AsyncDisposable {
  /** Serves the samples. */
  readonly sandbox: Sandbox;
  /** Folder with the vendor's drop and the logs. */
  readonly samples: string;
  /**
   * Returns a configuration whose lake, ledger and logs stand in `folder`.
   *
   * @param edit Changes the YAML before it is read. @default nothing
   */
  config(folder: string, edit?: (yaml: string) => string): Promise<PipelineConfig>;
}

/** Builds the world: 45 earthquakes, 70 flights, 33 bird strikes, four files and two logs, with bad pieces in each. */
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
      return await loadConfig(yaml, {
        root,
        env: (name) => name === "SANDBOX_TOKEN" ? TOKEN : undefined,
        overrides: {
          lake: join(folder, "lake"),
          audit: join(folder, "audit.db"),
          logs: join(folder, "logs"),
        },
      });
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
  await write(
    "logs/worker.jsonl",
    '{"ts":"2026-11-03T08:00:00Z","level":"info","msg":"x"}\n{broken\n',
  );
  await write("logs/app.log", "2026-11-03 08:15:02,114 INFO [main] com.example.Loader - started\n");
}

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
        pagination: { type: offset, offset_param: offset, limit_param: limit, limit: 10, start: 1 }
        primary_key: [id]
        incremental: { field: properties.updated, param: updatedafter, from: epoch_ms, to: iso, lag: 1h }
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
    include: ["**/*.csv"]
    expect: { columns: [id, name], encoding: utf-8 }
  - name: web
    type: logs
    path: ${samples}/logs
    format: auto
tolerance: { records: 10%, files: 1 }
`;
}
