import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { granted } from "../_granted.ts";
import { parseLogFile } from "../../lib/cli/logs/mod.ts";
import { openDatabase } from "../../lib/db/mod.ts";
import { filesIn } from "../cli/_run_headwaters.ts";
import { readLake } from "../crash/_read_lake.ts";
import { inTempFolder, pipeline, realPipeline } from "./_command.ts";
import { everyTest } from "../_sample.ts";

const ignore = !granted("read", "write", "net", "run");

/** Rows of the samples, counted by other tools than ours (see data/README.md). */
const SAMPLE_ROWS = {
  "usgs.events": 1707,
  "github.flights": 20_000,
  "openalex.strikes": 10_000,
};

Deno.test({
  name: "deno task pipeline publishes every sample record once and nothing when it runs again",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      const first = await realPipeline(folder, ["--json"]);
      assertEquals(first.code, 0, first.stderr);
      const summary = JSON.parse(first.stdout);
      const lake = readLake(join(folder, "lake"));
      for (const [stream, rows] of Object.entries(SAMPLE_ROWS)) {
        const lines = lake.streams[stream] ?? [];
        assertEquals(new Set(lines.map((line) => JSON.parse(line).id)).size, rows, stream);
        assertEquals(lines.length, rows, stream);
      }
      for (const s of summary.streams) {
        const known = s.written + s.rejected + s.duplicates + s.unchanged + s.out_of_range;
        assertEquals(s.read, known, s.stream);
        assert(s.complete, s.stream);
      }
      assert(summary.totals.retries >= 3, "the default configuration shows retries");
      assert(summary.totals.files_rejected >= 1, "and a rejected file");
      assert(summary.totals.rejected >= 1, "and a rejected record");
      assertEquals(lake.staging, []);
      await closeLoop(folder);

      const second = await realPipeline(folder, ["--json"]);
      assertEquals(second.code, 0, second.stderr);
      assertEquals(JSON.parse(second.stdout).totals.written, 0);
      assertEquals(readLake(join(folder, "lake")), lake);
    }),
});

/** Rebuilds what the run did from its own log, read as anybody's, and compares it with the audit database. */
async function closeLoop(folder: string): Promise<void> {
  const [log = ""] = [...Deno.readDirSync(join(folder, "logs"))].map(({ name }) => name)
    .filter((name) => name.endsWith(".jsonl"));
  let ndjson = "";
  const parsed = await parseLogFile(join(folder, "logs", log), {
    onRecords: (bytes) => ndjson += new TextDecoder().decode(bytes),
  });
  assertEquals([parsed.records, parsed.partial], [parsed.lines, 0]);
  const rows = ndjson.trimEnd().split("\n").map((line) => JSON.parse(line));
  const all = (event: string) => rows.filter(({ attributes }) => attributes.event === event);
  const sum = (event: string, field: string) =>
    all(event).reduce((total, { attributes }) => total + Number(attributes[field]), 0);
  using db = openDatabase(join(folder, "audit.db"));
  const one = (sql: string) => Object.values(db.get(sql) ?? {});
  assertEquals(
    [all("page-read").length, sum("page-read", "records"), sum("page-read", "bytes")],
    one("SELECT count(*), sum(records), sum(bytes) FROM pages"),
  );
  assertEquals(
    ["read", "written", "rejected", "files_rejected"].map((field) => sum("run-ended", field)),
    one("SELECT sum(read), sum(written), sum(rejected), sum(files_rejected) FROM streams"),
  );
  assertEquals(
    all("stream-decided").map(({ attributes: { source, stream, outcome } }) =>
      `${source}.${stream} ${outcome}`
    ).sort(),
    db.all("SELECT source || '.' || stream || ' ' || outcome AS it FROM streams ORDER BY it")
      .map(({ it }) => it),
  );
  // What failed on the way and was tried again: an error for whoever only counts, none for the run.
  assertEquals(all("request-failed").length, sum("run-ended", "retries"));
  assertEquals(parsed.metrics.statuses["503"], 1);
}

everyTest({
  name: "deno task pipeline prints a summary for people and status lists the run",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      const config = join(folder, "files.yaml");
      await Deno.mkdir(join(folder, "drop"));
      await Deno.writeTextFile(join(folder, "drop", "a.csv"), "id,name\n1,x\n2\n3,z\n");
      await Deno.writeTextFile(config, filesConfig(folder));
      const before = await pipeline(folder, ["status", "-c", config]);
      assertStringIncludes(before.stdout, "No run yet");
      const run = await pipeline(folder, ["-c", config]);
      assertEquals(run.code, 2, run.stderr);
      assertStringIncludes(run.stdout, "deno task headwaters audit rejects -a ");
      assertStringIncludes(run.stdout, "1 of 3 records rejected");
      assertStringIncludes(run.stdout, "expected 2 columns, found 1");
      const status = await pipeline(folder, ["status", "-c", config]);
      assertEquals(status.code, 0, status.stderr);
      assertMatch(status.stdout, /partial +2 +1/);
    }),
});

function filesConfig(folder: string): string {
  return `
name: tiny
lake: lake
audit: audit.db
sources:
  - name: vendor
    type: files
    path: ${folder}/drop
    include: ["*.csv"]
    min_age: 0s
    expect: { columns: [id, name] }
`;
}

const BAD_CONFIGS = {
  "an unknown key": ["name: x\nlakes: y\n", 'did you mean "lake"'],
  "a wrong type": ["name: x\nsources: 5\n", "sources: found 5"],
  "an unknown pagination": [apiConfig("pagination: { type: pages }"), "pagination.type"],
  "a missing variable": [
    apiConfig("pagination: { type: none }", 'auth: { type: bearer, token: "${NOT_SET_ANYWHERE}" }'),
    "NOT_SET_ANYWHERE",
  ],
  "a file that is not YAML": ["name: [x\n  : {{{\n", "line"],
} as const;

function apiConfig(pagination: string, auth = "auth: { type: none }", port = 9): string {
  return `
name: x
lake: lake
audit: audit.db
sources:
  - name: api
    type: api
    base_url: http://127.0.0.1:${port}
    retry: { limit: 1, max_wait: 1s }
    ${auth}
    streams:
      - { name: s, path: /s, ${pagination} }
`;
}

for (const [what, [yaml, expected]] of Object.entries(BAD_CONFIGS)) {
  Deno.test({
    name: `deno task pipeline exits 78 with one clear message when the configuration has ${what}`,
    ignore,
    fn: () =>
      inTempFolder(async (folder) => {
        const config = join(folder, "bad.yaml");
        await Deno.writeTextFile(config, yaml);
        const { code, stdout, stderr } = await pipeline(folder, ["-c", config]);
        assertEquals(code, 78, stderr);
        assertEquals(stdout, "");
        assertStringIncludes(stderr, expected);
        assert(!/\n\s+at /.test(stderr), "no stack trace");
        assertEquals([...Deno.readDirSync(folder)].map((entry) => entry.name), ["bad.yaml"]);
      }),
  });
}

Deno.test({
  name: "deno task pipeline exits 1 with one clear message when the host cannot be reached",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      // A port that was free a moment ago: nobody listens.
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = listener.addr as Deno.NetAddr;
      listener.close();
      const config = join(folder, "far.yaml");
      await Deno.writeTextFile(config, apiConfig("pagination: { type: none }", undefined, port));
      const { code, stdout, stderr } = await pipeline(folder, ["-c", config]);
      assertEquals(code, 1, stderr);
      assertStringIncludes(stdout, "http-unreachable");
      assert(!/\n\s+at /.test(stdout + stderr), "no stack trace");
      assertEquals(readLake(join(folder, "lake")).streams, {});
    }),
});

Deno.test({
  name: "deno task pipeline exits 64 and proposes the nearest flag when one is wrong",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      const { code, stderr } = await pipeline(folder, ["--cofnig", "x"]);
      assertEquals(code, 64);
      assertStringIncludes(stderr, '"--config"');
    }),
});

Deno.test({
  name: "deno task pipeline names the task that was typed when its command is unknown",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      const { code, stderr } = await pipeline(folder, ["pln"]);
      assertEquals(code, 64);
      assertStringIncludes(stderr, 'Cannot run deno task pipeline: unknown command "pln"');
    }),
});

everyTest({
  name:
    "deno task pipeline accept lets a shrunk snapshot through, with write access to the audit database alone",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      let rows = 200;
      await using server = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen: () => {} },
        () => Response.json(Array.from({ length: rows }, (_, id) => ({ id }))),
      );
      const yaml = join(folder, "p.yaml");
      await Deno.writeTextFile(
        yaml,
        `name: p
sources:
  - name: shop
    type: api
    base_url: http://127.0.0.1:${server.addr.port}
    streams: [{ name: items, path: / }]
`,
      );
      const run = (...args: string[]) => pipeline(folder, [...args, "-c", yaml]);
      assertEquals((await run("run")).code, 0);
      assertEquals((await run("accept", "shop.items")).code, 64, "there is nothing to accept");
      rows = 10;
      const held = await run("run");
      assertEquals(held.code, 2);
      assertStringIncludes(
        held.stdout,
        'readers stay on that one until "pipeline accept shop.items"',
      );
      const accepted = await run("accept", "shop.items");
      assertEquals([accepted.code, accepted.stderr], [0, ""]);
      assertStringIncludes(accepted.stdout, "Accepted: the next snapshot of shop.items");
      assertEquals((await run("run")).code, 0);
      assertEquals((await run("accept")).code, 64);
      assertEquals((await run("run", "shop.items")).code, 64);
    }),
});

everyTest({
  name: "deno task pipeline retract and reset undo a night, and the next run publishes it again",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      const rows = [{ id: 1, u: "2026-03-01T00:00:00Z" }];
      await using server = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen: () => {} },
        () => Response.json(rows),
      );
      const yaml = join(folder, "p.yaml");
      await Deno.writeTextFile(
        yaml,
        `name: p
sources:
  - name: shop
    type: api
    base_url: http://127.0.0.1:${server.addr.port}
    streams: [{ name: items, path: /, incremental: { field: u, start_param: since } }]
`,
      );
      const run = (...args: string[]) => pipeline(folder, [...args, "-c", yaml]);
      assertEquals((await run("run")).code, 0);
      rows.push({ id: 2, u: "2026-03-02T00:00:00Z" });
      const { run_id } = JSON.parse((await run("run", "--json")).stdout);
      const before = "2026-03-01T00:00:00.000Z";
      const files = filesIn(folder);
      const planned = await run("retract", run_id, "--dry-run", "--json");
      assertEquals(filesIn(folder), files, "a look leaves nothing behind");
      const [stream] = JSON.parse(planned.stdout).streams;
      assertEquals([planned.code, stream.rows, stream.watermark_before], [0, 1, before]);
      const retracted = await run("retract", run_id);
      assertEquals([retracted.code, retracted.stderr], [0, ""]);
      assertStringIncludes(retracted.stdout, `pipeline reset shop.items --to ${before} -c`);
      assertMatch((await run("status")).stdout, new RegExp(`${run_id} +p +retracted`));
      const reset = await run("reset", "shop.items", "--to", before);
      assertEquals([reset.code, reset.stderr], [0, ""]);
      assertStringIncludes(reset.stdout, '"since" from 2026-02-28T23:59:59.999Z');
      assertEquals(JSON.parse((await run("run", "--json")).stdout).totals.written, 1);
    }),
});
