import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { loadConfig, type RunSummary } from "../../lib/pipeline/mod.ts";
import { runPipeline } from "../../phases/06_pipeline.ts";
import { startSandbox } from "../../lib/sandbox/mod.ts";
import { granted } from "../_granted.ts";
import { readLake } from "../crash/_read_lake.ts";
import { everyTest } from "../_sample.ts";

const ignore = !granted("read", "write", "net");

/** Runs a pipeline of one API stream in a folder. */
async function run(folder: string, source: string, options: {
  readonly sandboxUrl?: string;
} = {}): Promise<RunSummary["streams"][number]> {
  const yaml = join(folder, "pipeline.yaml");
  await Deno.writeTextFile(
    yaml,
    `name: one\nlake: lake\naudit: audit.db\nlog_dir: logs\nsources:\n${source}`,
  );
  const config = await loadConfig(yaml, { root: folder });
  const { streams } = await runPipeline(config, options);
  const [stream] = streams;
  if (stream === undefined) throw new Error("no stream was run");
  return stream;
}

async function inFolder(action: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await action(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function snapshot(port: number, more = ""): string {
  return `  - name: cities
    type: api
    base_url: http://127.0.0.1:${port}
    streams: [{ name: all, path: /cities, primary_key: [id]${more} }]
`;
}

Deno.test({
  name:
    "runPipeline() asks for a snapshot of one page only if it changed, and publishes nothing then",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      let version = 1;
      const answers: number[] = [];
      await using server = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen() {} },
        (request) => {
          const etag = `"v${version}"`;
          const same = request.headers.get("if-none-match") === etag;
          answers.push(same ? 304 : 200);
          return same
            ? new Response(null, { status: 304 })
            : Response.json([{ id: version }], { headers: { etag } });
        },
      );
      const { port } = server.addr;
      const facts = async (more?: string) => {
        const { outcome, stop_reason, complete, read, written } = await run(
          folder,
          snapshot(port, more),
        );
        return [outcome, stop_reason, complete, read, written];
      };
      const lake = () => readLake(join(folder, "lake"));
      assertEquals(await facts(), ["complete", "single-page", true, 1, 1]);
      const published = lake();
      for (let again = 0; again < 2; again++) {
        assertEquals(await facts(), ["complete", "not-modified", true, 0, 0]);
        assertEquals(lake(), published);
      }
      version = 2;
      assertEquals(await facts(), ["complete", "single-page", true, 1, 1]);
      assertEquals(lake().streams["cities.all"], ['{"id":2}']);
      // Another request may get another answer under the same name of a version.
      assertEquals((await facts(", params: { x: 1 }"))[1], "single-page");
      assertEquals((await facts(", params: { x: 1 }"))[1], "not-modified");
      assertEquals((await facts(", params: { x: 1 }, conditional: false"))[1], "single-page");
      assertEquals(answers, [200, 304, 304, 200, 200, 304, 200]);
    }),
});

everyTest({
  name:
    "runPipeline() reads a whole stream through windows under the API's cap, then only what is new",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      await using sandbox = await startSandbox({
        samples: "data/samples",
        token: "t",
        seed: 7,
        faults: ["quakes:ceiling=300", "quakes:503@page2"],
      });
      const source = `  - name: usgs
    type: api
    sandbox: usgs
    streams:
      - name: events
        path: /fdsnws/event/1/query
        params: { format: geojson, orderby: time-asc }
        records: features
        pagination:
          type: offset
          offset_param: offset
          size_param: limit
          size: 100
          start: 1
          total_from: { path: /fdsnws/event/1/count, field: count }
        window:
          { start_param: starttime, end_param: endtime, start: "2018-01-30", step: 7d, max_results: 300, bounds: "[]" }
        primary_key: [id]
        incremental: { field: properties.time, start_param: starttime, format: epoch_ms, param_format: iso, lag: 1h }
`;
      const first = await run(folder, source, { sandboxUrl: sandbox.url });
      const all = JSON.parse(await Deno.readTextFile("data/samples/earthquakes.json")).features;
      assertEquals([first.outcome, first.written], ["complete", all.length]);
      assertEquals(first.declared_total, all.length);
      const second = await run(folder, source, { sandboxUrl: sandbox.url });
      assertEquals([second.outcome, second.written], ["complete", 0]);
      assertEquals(second.read < 100, true);
      assertEquals(second.read, second.duplicates);
    }),
});

everyTest({
  name: "runPipeline() loses nothing of a newest-first stream that broke off after its newest page",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      let broken = true;
      const asked: string[] = [];
      const times = [9, 8, 7, 6, 5, 4].map((n) => n * 1000);
      await using server = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen() {} },
        ({ url }) => {
          const { searchParams: q } = new URL(url);
          const offset = Number(q.get("offset"));
          asked.push(`${q.get("since")} ${offset}`);
          if (broken && offset > 0) return new Response("no", { status: 403 });
          const found = times.filter((at) => at >= Number(q.get("since")));
          return Response.json(found.slice(offset, offset + 2).map((at) => ({ id: at, at })));
        },
      );
      const source = `  - name: news
    type: api
    base_url: http://127.0.0.1:${server.addr.port}
    streams:
      - name: all
        path: /news
        pagination: { type: offset, offset_param: offset, size_param: limit, size: 2 }
        primary_key: [id]
        incremental: { field: at, start_param: since, format: epoch_ms }
`;
      // With another configuration the failed run is not taken up again: the next one starts over, at the watermark.
      const failed = await run(folder, source);
      assertEquals([failed.outcome, failed.written], ["failed", 2]);
      broken = false;
      asked.length = 0;
      const other = `${source}tolerance: { records: 1% }\n`;
      const next = await run(folder, other);
      assertEquals([next.outcome, next.written, asked[0]], ["complete", 6, "null 0"]);
      times.unshift(10_000);
      const third = await run(folder, other);
      assertEquals([third.written, third.duplicates], [1, 1]);
      const ids = readLake(join(folder, "lake")).streams["news.all"]?.map((l) => JSON.parse(l).id);
      assertEquals(ids?.toSorted((a, b) => a - b), times.toReversed());
    }),
});
