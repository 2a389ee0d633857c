import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { openAudit } from "../../lib/audit/mod.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import { SuspendedError } from "../../lib/errors/mod.ts";
import { startLogging } from "../../lib/logging/mod.ts";
import { SimulatedCrash } from "../crash/_power_loss.ts";
import { everyWorldTest, items, type RunOptions, type World, worldTest } from "./_world.ts";

type Line = Readonly<Record<string, unknown>>;

function paged(yaml: string): string {
  return yaml.replace("{ type: none }", "{ type: page, page_param: page, size: 2 }")
    .replace(/retry: .*/, "retry: { limit: 2 }");
}

/** Runs with a log in memory. */
async function runLogged(world: World, lines: Line[], options: RunOptions = {}) {
  await using _logging = startLogging({
    runId: "unknown",
    terminal: "json",
    level: "debug",
    metricsMs: 1e6,
    write: (line) => void lines.push(JSON.parse(line)),
  });
  return await world.run({
    edit: paged,
    ...options,
  });
}

/** Counts of streams, files, pages and rejects, as the audit database has them. */
function fromAudit(world: World) {
  using db = openAudit(join(world.folder, "audit.db"), { readOnly: true });
  const streams = db.all(
    `SELECT source, stream, outcome, pages, requests, bytes, read, written, rejected, duplicates, unchanged, out_of_range,
      late, skipped_pages, files_published, files_rejected, files_duplicate, files_unchanged, files_waiting,
      files_still_rejected FROM streams ORDER BY source, stream`,
  );
  const files = db.all(
    "SELECT path, verdict, sha256, bytes, read, rejected FROM files ORDER BY path",
  );
  const pages = db.all(
    "SELECT number AS page, request_id, status, attempts, bytes, records, sha256 FROM pages ORDER BY number",
  );
  const rejects = db.all(
    "SELECT source, stream, code, count(*) AS count FROM rejects GROUP BY source, stream, code ORDER BY code",
  );
  return plain({ streams, files, pages, rejects });
}

/** The rows of a query have no prototype. */
function plain<T>(value: T): T {
  return structuredClone(value);
}

const FILE_VERDICTS: Readonly<Record<string, string>> = {
  "file-published": "published",
  "file-rejected": "rejected",
  "file-duplicate": "duplicate",
};

/** Lines that each count of a stream has; it takes back those beyond it. */
const COUNTED: Readonly<Record<string, readonly string[]>> = {
  "page-kept": ["pages"],
  "record-rejected": ["rejected", "skipped_pages"],
  "file-published": ["files_published"],
  "file-rejected": ["files_rejected"],
  "file-duplicate": ["files_duplicate"],
};

/** Returns the lines of a log that hold, after a run was killed or a transaction failed. */
function holding(lines: readonly Line[]): Line[] {
  let held: Line[] = [];
  for (const line of lines) {
    if (line["event"] === "stream-saved") {
      const seen = new Map<unknown, number>();
      held = held.filter((one) => {
        const counts = COUNTED[String(one["event"])];
        if (counts === undefined || one["stream"] !== line["stream"]) return true;
        const most = counts.reduce((sum, name) => sum + Number(line[name]), 0);
        seen.set(one["event"], (seen.get(one["event"]) ?? 0) + 1);
        return Number(seen.get(one["event"])) <= most;
      });
    }
    held.push(line);
  }
  return held;
}

/** The same from the log alone; what is said again, by a run that was resumed, counts as it was said last. */
function fromLog(all: readonly Line[], last = "stream-ended") {
  const lines = holding(all);
  const latest = (
    event: string,
    key: (line: Line) => unknown,
  ) => [...new Map(lines.filter((line) => line["event"] === event).map((line) => [key(line), line]))
    .values()];
  const pick = (line: Line, keys: readonly string[]) =>
    Object.fromEntries(keys.map((key) => [key, line[key] ?? 0]));
  const counts = Object.keys(STREAM_COLUMNS);
  const streams = latest(last, ({ source, stream }) => `${source}.${stream}`)
    .map((line) => pick(line, counts)).sort(by("source"));
  const files = Object.entries(FILE_VERDICTS).flatMap(([event, verdict]) =>
    latest(event, ({ path }) => path).map((line) => ({
      ...pick(line, ["path", "sha256", "bytes", "read", "rejected"]),
      verdict,
    }))
  ).sort(by("path"));
  const pages = latest("page-kept", ({ page }) => page)
    .map((line) =>
      pick(line, ["page", "request_id", "status", "attempts", "bytes", "records", "sha256"])
    );
  const rejected = [
    ...lines.filter((line) => line["event"] === "record-rejected").map((line) => ({
      ...line,
      count: 1,
    })),
    // A file says of all its rows how often each code was met.
    ...Object.keys(FILE_VERDICTS).flatMap((event) => latest(event, ({ path }) => path))
      .flatMap((line) =>
        Object.entries(line["reject_codes"] ?? {}).map(([code, count]) => ({
          ...line,
          code,
          count,
        }))
      ),
  ] as readonly (Line & { readonly count: number })[];
  const rejects = [...Map.groupBy(rejected, ({ source, code }) => `${source} ${code}`).values()]
    .map((all) => ({
      ...pick(all[0] ?? {}, ["source", "stream", "code"]),
      count: all.reduce((sum, { count }) => sum + count, 0),
    }))
    .sort(by("code"));
  return { streams, files, pages, rejects };
}

const STREAM_COLUMNS = {
  ...{ source: 0, stream: 0, outcome: 0, pages: 0, requests: 0, bytes: 0, read: 0, written: 0 },
  ...{ rejected: 0, duplicates: 0, unchanged: 0, out_of_range: 0, late: 0, skipped_pages: 0 },
  ...{ files_published: 0, files_rejected: 0, files_duplicate: 0, files_unchanged: 0 },
  ...{ files_waiting: 0, files_still_rejected: 0 },
};

function by(key: string) {
  return (a: Line, b: Line) => String(a[key]) < String(b[key]) ? -1 : 1;
}

function listing(world: World, all: readonly unknown[]) {
  let asked = 0;
  world.answer = ({ searchParams }) => {
    if (++asked === 2) return new Response("", { status: 503, headers: { "retry-after": "0" } });
    const page = Number(searchParams.get("page") ?? 1);
    return Response.json(all.slice(2 * page - 2, 2 * page));
  };
}

everyWorldTest("the counts of the audit database are those of the log alone", async (world) => {
  listing(world, [...items(3), { id: null }, ...items(1), ...items(3, 3)]);
  world.drop("good.csv", "id,name\n1,Ann\n2,Bo,x\n");
  world.drop("same.csv", "id,name\n1,Ann\n2,Bo,x\n");
  world.drop("bad.csv", "id,name\n1\n");
  world.drop("empty.csv", "");
  const lines: Line[] = [];
  const summary = await runLogged(world, lines);
  assertEquals<unknown>(fromLog(lines), fromAudit(world));
  const last = lines.at(-1) ?? {};
  const { read, written, rejected, retries } = summary.totals;
  assertEquals(
    [last["event"], last["outcome"], last["read"], last["written"], last["rejected"]],
    ["run-ended", summary.outcome, read, written, rejected],
  );
  const metrics = lines.findLast((line) => line["event"] === "run-metrics") ?? {};
  const requests = summary.streams.reduce((sum, stream) => sum + stream.requests, 0);
  // The page that confirms the end is asked for, too.
  assertEquals([Number(metrics["requests"]) >= requests, metrics["retries"]], [true, retries]);
  const endpoint = lines.find((line) => line["event"] === "endpoint-latency") ?? {};
  assertEquals([endpoint["endpoint"], endpoint["requests"]], ["GET /items", metrics["requests"]]);
});

everyWorldTest(
  "the log of a run that was stopped and went on has its counts once",
  async (world) => {
    listing(world, items(9));
    const lines: Line[] = [];
    const stop = new AbortController();
    const onProgress = ({ pages }: { readonly pages: number }) => {
      if (pages >= 2) stop.abort(new SuspendedError("suspended-signal", "Cannot finish: stopped"));
    };
    const first = await runLogged(world, lines, { signal: stop.signal, onProgress });
    assertEquals(first.outcome, "suspended");
    assertEquals(lines.at(-1)?.["outcome"], "suspended");
    const second = await runLogged(world, lines);
    assertEquals([second.run_id, second.outcome], [first.run_id, "complete"]);
    assertEquals<unknown>(fromLog(lines), fromAudit(world));
  },
);

/** What a kill at a moment would leave of the log: what the system has of it. */
function onDisk(path: string): Line[] {
  const text = Deno.readTextFileSync(path);
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

/** Without what is decided at the end. */
function undecided({ streams, ...rest }: { readonly streams: readonly Line[] }) {
  return { ...rest, streams: streams.map((row) => ({ ...row, outcome: 0 })) };
}

everyWorldTest(
  "no kill leaves a count in the audit database whose lines are not in the log",
  async (world) => {
    listing(world, [...items(3), { id: null }, ...items(1), ...items(3, 3)]);
    world.drop("good.csv", "id,name\n1,Ann\n2,Bo,x\n");
    world.drop("bad.csv", "id,name\n1\n");
    const file = join(world.folder, "run.jsonl");
    const kills: { readonly at: string; readonly log: unknown; readonly audit: unknown }[] = [];
    const observe = (step: DiskStep) => {
      if (step.kind !== "point" || !step.name.endsWith(":after-commit")) return;
      const lines = onDisk(file);
      // Before it, no stream is open.
      if (!lines.some(({ event }) => event === "stream-saved")) return;
      const log = undecided(fromLog(lines, "stream-saved"));
      kills.push({ at: step.name, log, audit: undecided(fromAudit(world)) });
    };
    {
      await using _logging = startLogging({
        ...{ runId: "01RUN", file, terminal: "none", level: "debug" },
      });
      await world.run({ edit: paged, observe });
    }
    const names = new Set(kills.map(({ at }) => at.replace(/:.*/, "")));
    assertEquals(
      [names.has("checkpoint"), names.has("publish-intent"), names.has("end-run")],
      [true, true, true],
    );
    for (const { at, log, audit } of kills) assertEquals(log, audit, at);
  },
);

worldTest("a kill before a commit: the next attempt takes back its lines", async (world) => {
  const pages = (second: unknown[]) => (url: URL) =>
    url.searchParams.get("after") === "2"
      ? Response.json({ items: second, next: null })
      : Response.json({ items: items(2), next: "2" });
  const edit = (yaml: string) =>
    yaml.replace(
      "{ type: none }",
      "{ type: cursor, param: after, path: next }\n        records: items",
    );
  world.answer = pages([...items(2, 2), { id: null }]);
  const lines: Line[] = [];
  let left: Line[] | undefined;
  const observe = (step: DiskStep) => {
    const kept = lines.filter(({ event }) => event === "page-kept").length;
    if (left === undefined && !(kept === 2 && step.kind === "point")) return;
    left ??= [...lines];
    throw new SimulatedCrash("pulled the plug");
  };
  await assertRejects(() => runLogged(world, lines, { edit, observe }));
  const before = left ?? [];
  assertEquals(before.at(-1)?.["event"], "stream-saved");
  // The page that was all but committed is another one when it is read again.
  world.answer = pages([{ id: "0" }, { id: null }, { id: null }]);
  assertEquals((await runLogged(world, before, { edit })).attempts, 2);
  assertEquals<unknown>(fromLog(before), fromAudit(world));
});

everyWorldTest("each line names its run, its trace and its part of the run", async (world) => {
  world.items = items(3);
  world.drop("good.csv", "id,name\n1,Ann\n");
  const lines: Line[] = [];
  const { run_id } = await runLogged(world, lines);
  const started = lines.findIndex((line) => line["event"] === "run-started");
  const own = lines.slice(started);
  assertEquals(new Set(own.map((line) => line["run_id"])), new Set([run_id]));
  assertEquals(new Set(own.map((line) => line["trace_id"])).size, 1);
  const spans = Map.groupBy(own, (line) => line["span_id"]);
  const published = own.find((line) => line["event"] === "file-published") ?? {};
  assertEquals([published["file"], published["stream"]], ["good.csv", "vendor"]);
  assertEquals(spans.get(published["span_id"])?.every(({ file }) => file === "good.csv"), true);
});
