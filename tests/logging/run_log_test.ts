import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { gunzipSync } from "node:zlib";
import {
  compressOlder,
  currentCorrelation,
  LineFile,
  logEvent,
  withCorrelation,
} from "../../lib/logging/mod.ts";
import { Metrics } from "../../lib/logging/metrics.ts";
import { granted } from "../_granted.ts";
import { jsonLines } from "./_capture.ts";

const ignore = !granted("read", "write");

Deno.test("a run's log says what it counted, and then how it ended", async () => {
  const ended = { outcome: "complete", read: 0, written: 0, rejected: 0, duplicates: 0 };
  const others = { unchanged: 0, out_of_range: 0, files_rejected: 0, unpublished: 0 };
  const spent = { retries: 0, waited_ms: 0 };
  const lines = await jsonLines(() => {
    logEvent("file-vanished", { path: "a" });
    logEvent("run-ended", {
      ...ended,
      ...others,
      ...spent,
      published_files: 0,
      published_bytes: 0,
    });
  }, { metricsMs: 1e6 });
  assertEquals(lines.map(({ event }) => event), ["file-vanished", "run-metrics", "run-ended"]);
  assertEquals(lines[1]?.["events"], { "file-vanished": 1, "run-ended": 1 });
});

Deno.test("a run's log has a last line even if nothing says how it ended", async () => {
  const lines = await jsonLines(() => logEvent("file-vanished", { path: "a" }), {
    metricsMs: 1e6,
  });
  assertEquals(lines.map(({ event }) => event), ["file-vanished", "run-metrics", "run-cut-off"]);
  assertEquals(lines.at(-1)?.["outcome"], "failed");
});

Deno.test("a run's log says what it counted at an interval", async () => {
  const lines = await jsonLines(async () => {
    await new Promise((resolve) => setTimeout(resolve, 30));
  }, { metricsMs: 10 });
  assertEquals(lines.filter(({ event }) => event === "run-metrics").length >= 2, true);
});

Deno.test("Metrics counts a failure once, in however many lines it is said", () => {
  const metrics = new Metrics();
  const shop = { source: "shop", stream: "items" };
  const attempt = { method: "GET", url: "https://a.example/items", bytes: 0, latency_ms: 1 };
  const error = Object.assign(new Error("gone"), { code: "http-status" });
  const told = Object.assign(new Error("not closed", { cause: error }), { code: "storage-io" });
  const say = (event: string, fields: object, context: object = shop) =>
    metrics.add({ event, fields: { ...fields }, context: { ...context } });
  // Two attempts fail, the page is skipped, and its reject is kept.
  for (const at of [1, 2]) say("request-failed", { ...attempt, attempt: at, code: "http-status" });
  say("page-skipped", { code: "http-status" });
  say("record-rejected", { code: "page-failed" });
  // Of two pages that have no list, no attempt says it.
  for (const page of [2, 3]) say("page-skipped", { page, code: "http-records-missing" });
  // An attempt fails again, which ends the stream and then the run.
  say("request-failed", { ...attempt, attempt: 1, code: "http-status" });
  say("stream-ended-early", { error });
  say("stream-ended", { code: "http-status" });
  say("run-failed", { error: told }, {});
  // Another stream ends by a failure of its own, which two lines say.
  const other = { source: "shop", stream: "orders" };
  say("stream-ended-early", { error: { code: "http-status" } }, other);
  say("stream-ended", { code: "http-status" }, other);
  assertEquals(metrics.snapshot().errors, { "http-status": 4, "http-records-missing": 2 });
});

Deno.test("Metrics counts requests, retries, bytes, waits by source, errors by code and latencies", () => {
  const metrics = new Metrics();
  for (let ms = 1; ms <= 100; ms++) {
    const fields = { method: "GET", url: `https://a.example/items?page=${ms}`, attempt: 1 };
    metrics.add({ event: "request-answered", fields: { ...fields, latency_ms: ms, bytes: 10 } });
  }
  const failed = { method: "GET", url: "https://a.example/other", attempt: 2, latency_ms: 5 };
  const waited = { code: "http-status", bytes: 0, wait_ms: 700, wait_source: "retry-after" };
  metrics.add({ event: "request-failed", fields: { ...failed, ...waited } });
  metrics.add({ event: "stream-ended-early", fields: { error: { code: "http-auth" } } });
  metrics.add({ event: "file-published", fields: { reject_codes: { "row-columns": 3 } } });
  const { endpoints, ...counts } = metrics.snapshot();
  assertEquals(counts, {
    requests: 101,
    retries: 1,
    bytes: 1000,
    waits: { "retry-after": 700 },
    errors: { "http-status": 1, "http-auth": 1, "row-columns": 3 },
    events: {
      ...{ "request-answered": 100, "request-failed": 1, "stream-ended-early": 1 },
      "file-published": 1,
    },
  });
  const [items] = endpoints;
  assertEquals([items?.endpoint, items?.requests], ["GET /items", 100]);
  assertEquals([items?.p50, items?.p95, items?.p99].map(Math.round as never), [50, 95, 99]);
});

Deno.test("Metrics keeps a bounded number of endpoints", () => {
  const metrics = new Metrics();
  for (let id = 0; id < 500; id++) {
    const fields = { method: "GET", url: `https://a.example/items/${id}`, attempt: 1 };
    metrics.add({ event: "request-answered", fields: { ...fields, latency_ms: 1 } });
  }
  const { endpoints } = metrics.snapshot();
  assertEquals(endpoints.length, 51);
  assertEquals(endpoints.at(-1), { ...endpoints[0], endpoint: "other", requests: 450 } as never);
});

Deno.test("LineFile goes on in a new piece when it is large, and compresses the closed one", {
  ignore,
}, async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "01RUN.jsonl");
  const failures: unknown[] = [];
  {
    await using file = LineFile.open(path, { bytes: 20, onFailure: (e) => failures.push(e) });
    for (const line of ["a".repeat(30), "b".repeat(30), "c"]) {
      file.append(line);
      file.flush();
    }
  }
  assertEquals(failures, []);
  assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name).sort(), [
    "01RUN.1.jsonl.gz",
    "01RUN.2.jsonl.gz",
    "01RUN.jsonl",
  ]);
  const second = gunzipSync(await Deno.readFile(join(folder, "01RUN.2.jsonl.gz")));
  assertEquals(new TextDecoder().decode(second), `${"b".repeat(30)}\n`);
  assertEquals(await Deno.readTextFile(path), "c\n");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("compressOlder() compresses logs that are old enough, and nothing else", {
  ignore,
}, async () => {
  const folder = await Deno.makeTempDir();
  const now = Date.now();
  const run = "01KYKH6K00000000000000000";
  const names = [[`${run}A.jsonl`, 10], [`${run}A.1.jsonl`, 10], [`${run}B.jsonl`, 1]] as const;
  for (const [name, age] of [...names, ["theirs.jsonl", 10]] as const) {
    await Deno.writeTextFile(join(folder, name), "{}\n");
    await Deno.utime(join(folder, name), (now - age * 1000) / 1000, (now - age * 1000) / 1000);
  }
  await compressOlder(folder, { age: 5_000, now, except: join(folder, "mine.jsonl") });
  assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name).sort(), [
    `${run}A.1.jsonl.gz`,
    `${run}A.jsonl.gz`,
    `${run}B.jsonl`,
    "theirs.jsonl",
  ]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test(
  "compressOlder() leaves alone a log that another run compresses",
  { ignore },
  async () => {
    const folder = await Deno.makeTempDir();
    const name = "01KYKH6K00000000000000000A.jsonl";
    await Deno.writeTextFile(join(folder, name), "{}\n");
    await Deno.writeTextFile(join(folder, `${name}.gz.tmp`), "theirs");
    const compress = () => compressOlder(folder, { age: -1, now: Date.now(), except: "mine" });
    const names = () => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
    {
      using other = await Deno.open(join(folder, `${name}.gz.tmp`), { read: true, write: true });
      await other.lock(true);
      await compress();
      assertEquals(await Deno.readTextFile(join(folder, `${name}.gz.tmp`)), "theirs");
    }
    await compress();
    assertEquals(names(), [`${name}.gz`]);
    const packed = await Deno.readFile(join(folder, `${name}.gz`));
    assertEquals(new TextDecoder().decode(gunzipSync(packed)), "{}\n");
    await Deno.remove(folder, { recursive: true });
  },
);

Deno.test({
  name: "a log is flushed, with a last line, when the process crashes, or exits at once",
  ignore: !granted("read", "write", "run"),
  async fn() {
    const script = fromFileUrl(new URL("_cut_off.ts", import.meta.url));
    const folder = await Deno.makeTempDir();
    const ends = await Promise.all(["throw", "reject", "exit"].map(async (how) => {
      const file = join(folder, `${how}.jsonl`);
      await new Deno.Command("deno", {
        args: [
          "run",
          "--no-check",
          `--allow-read=${folder}`,
          `--allow-write=${folder}`,
          script,
          file,
          how,
        ],
        stderr: "null",
      }).output();
      const lines = (await Deno.readTextFile(file)).trimEnd().split("\n").map((line) =>
        JSON.parse(line)
      );
      const { event, outcome, error } = lines.at(-1);
      return [lines[0].event, event, outcome, error?.message];
    }));
    assertEquals(ends, [
      ["file-vanished", "run-cut-off", "failed", "nobody catches this"],
      ["file-vanished", "run-cut-off", "failed", "nobody catches this"],
      ["file-vanished", "run-cut-off", "suspended", undefined],
    ]);
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("withCorrelation() holds in a generator between its steps", async () => {
  async function* pages() {
    for (let page = 1; page <= 2; page++) {
      await Promise.resolve();
      logEvent("file-vanished", { path: `page ${page}` });
      yield page;
    }
  }
  const lines = await jsonLines(async () => {
    const seen = ["a", "b"].map((stream) => ({ stream, steps: pages() }));
    for (let step = 0; step < 2; step++) {
      await Promise.all(
        seen.map(({ stream, steps }) => withCorrelation({ stream }, () => steps.next())),
      );
    }
  });
  assertEquals(lines.map(({ stream, path }) => [stream, path]), [
    ["a", "page 1"],
    ["b", "page 1"],
    ["a", "page 2"],
    ["b", "page 2"],
  ]);
});

Deno.test({
  name: "a Worker logs under the correlation that it was sent",
  ignore: !granted("read"),
  async fn() {
    const worker = new Worker(new URL("_worker.ts", import.meta.url), { type: "module" });
    const { promise, resolve } = Promise.withResolvers<string>();
    worker.onmessage = ({ data }) => resolve(data);
    withCorrelation({ run_id: "01RUN", stream: "orders", file: "a.csv" }, () => {
      worker.postMessage(currentCorrelation());
    });
    const line = JSON.parse(await promise);
    worker.terminate();
    assertEquals([line.run_id, line.stream, line.file], ["01RUN", "orders", "a.csv"]);
    assertMatch(line.trace_id, /^[0-9a-f]{32}$/);
  },
});
