/**
 * Signals sent to a pipeline at work: it saves its place, says so and ends with 75 within 5 seconds, wherever it is; and
 * the run after it has everything once.
 */
import { assert, assertEquals, assertLess } from "@std/assert";
import { join } from "@std/path";
import { openDatabase } from "../../lib/db/mod.ts";
import { granted } from "../_granted.ts";
import { readLake } from "../crash/_read_lake.ts";
import { inTempFolder, PIPELINE, ROOT } from "./_command.ts";

const ignore = !granted("read", "write", "net", "run") || Deno.build.os === "windows";
/** A run that is asked to stop ends within this. */
const LIMIT_MS = 5_000;
const ROWS = 400_000;

/** A place in the work of a pipeline. */
interface Stage {
  /** What the signal meets. */
  readonly at: string;
  /** Writes the source, and returns its YAML. */
  source(folder: string, api: Api): string;
  /** Says whether the run is there. */
  isThere(folder: string, api: Api): boolean;
  /** Records of the stream at the end. */
  readonly records: number;
}

const STAGES: readonly Stage[] = [
  ...["wait", "drip", "mute"].map((kind) => ({
    at: { wait: "a wait for Retry-After", drip: "the body of a page" }[kind] ??
      "an answer's headers",
    source: (_: string, api: Api) => listing(`${api.url}/${kind}`),
    isThere: (_: string, api: Api) => api.held > 0,
    records: 4,
  })),
  {
    at: "a file that is standardized and compressed",
    source: (folder) => {
      write(
        join(folder, "drop/a.csv"),
        (at) => at < 0 ? "id,text" : `${at},some text of row ${at}`,
      );
      return "{ name: s, type: files, path: drop, min_age: 0s }";
    },
    isThere: (folder) => sizeIn(folder, "s.s.files") > 100_000,
    // With its header.
    records: ROWS + 1,
  },
  {
    at: "a log",
    source: (folder) => {
      const time = (at: number) => `2026-11-03 08:00:${10 + at % 50},123`;
      write(
        join(folder, "drop/a.log"),
        (at) => `${time(Math.abs(at))} INFO [main] a.B - message number ${at}`,
      );
      return "{ name: s, type: logs, path: drop, min_age: 0s }";
    },
    isThere: (folder) => sizeIn(folder, "s.s.files") > 100_000,
    records: ROWS + 1,
  },
  {
    at: "a table",
    source: table,
    isThere: (folder) => sizeIn(folder, "s.s.") > 1_000_000,
    records: ROWS,
  },
  {
    at: "a publication",
    source: table,
    isThere: (folder) => sizeIn(folder, "s.s.parts") > 0,
    records: ROWS,
  },
];

function listing(url: string): string {
  return `
    name: s
    type: api
    base_url: ${url}
    retry: { limit: 2, max_wait: 10m }
    streams: [{ name: s, path: /items, records: items, pagination: { type: link } }]`;
}

function table(folder: string): string {
  using db = openDatabase(join(folder, "shop.db"));
  db.exec(`CREATE TABLE s (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
    WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < ${ROWS})
      INSERT INTO s SELECT i, 'some text of row ' || i FROM s`);
  return `{ name: s, type: database, database: "sqlite:shop.db", streams: [{ name: s }] }`;
}

/** Writes a file of lines, -1 to `ROWS` - 1. */
function write(path: string, line: (at: number) => string): void {
  Deno.writeTextFileSync(
    path,
    Array.from({ length: ROWS + 1 }, (_, at) => `${line(at - 1)}\n`).join(""),
  );
}

/** Bytes of what has a word in its path below the lake's temporary folder, and one for each entry. */
function sizeIn(folder: string, word: string): number {
  let size = 0;
  const walk = (at: string) => {
    for (const { name, isDirectory } of entriesOf(at)) {
      const path = `${at}/${name}`;
      if (path.includes(word)) size += 1 + (isDirectory ? 0 : statSize(path));
      if (isDirectory) walk(path);
    }
  };
  walk(join(folder, "lake/_tmp"));
  return size;
}

function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch {
    return []; // Not yet there, or moved away meanwhile.
  }
}

function statSize(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0; // As above.
  }
}

/** A listing of two pages; while it holds, the second one does not come. */
interface Api extends AsyncDisposable {
  readonly url: string;
  /** Requests that met what holds. */
  readonly held: number;
  isHolding: boolean;
}

function serve(): Api {
  const page = (from: number) => JSON.stringify({ items: [{ id: from }, { id: from + 1 }] });
  const held = new AbortController();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (!searchParams.has("page")) {
      return new Response(page(1), { headers: { link: `<${pathname}?page=2>; rel="next"` } });
    }
    if (!api.isHolding) return new Response(page(3));
    api.held++;
    if (pathname.startsWith("/wait")) {
      // Short enough to be waited for, also by the run after it; a longer one suspends at once.
      return new Response("", { status: 429, headers: { "retry-after": "15" } });
    }
    if (pathname.startsWith("/mute")) {
      return new Promise<Response>((resolve) =>
        held.signal.addEventListener("abort", () => resolve(new Response("late")))
      );
    }
    let timer: ReturnType<typeof setInterval> | undefined;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"items":['));
        timer = setInterval(() => controller.enqueue(new Uint8Array([0x20])), 50);
      },
      cancel: () => clearInterval(timer),
    });
    return new Response(body);
  });
  const api = {
    url: `http://127.0.0.1:${server.addr.port}`,
    held: 0,
    isHolding: true,
    async [Symbol.asyncDispose]() {
      held.abort();
      await server.shutdown();
    },
  };
  return api;
}

function start(folder: string, args: readonly string[] = []): Deno.ChildProcess {
  return new Deno.Command("deno", {
    args: [...PIPELINE, "-c", join(folder, "pipeline.yaml"), ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function writeConfig(folder: string, source: string): Promise<void> {
  await Deno.writeTextFile(
    join(folder, "pipeline.yaml"),
    `name: stopped\nlake: lake\naudit: audit.db\nlog_dir: logs\nsources:\n  - ${source.trim()}\n`,
  );
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; !isTrue(); turn++) {
    assertLess(turn, 12_000, "the run never came there");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The last event of the newest log, and its outcome. */
async function lastEvent(folder: string): Promise<unknown[]> {
  const names = Array.from(Deno.readDirSync(join(folder, "logs")), ({ name }) => name)
    .filter((name) => name.endsWith(".jsonl"));
  const text = await Deno.readTextFile(join(folder, "logs", names.sort().at(-1) ?? ""));
  const { event, outcome } = JSON.parse(text.trimEnd().split("\n").at(-1) ?? "");
  return [event, outcome];
}

async function assertWhole(folder: string, records: number): Promise<void> {
  const { code, stdout, stderr } = await start(folder, ["--json"]).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  assertEquals(JSON.parse(new TextDecoder().decode(stdout)).attempts, 2);
  const { streams, staging } = readLake(join(folder, "lake"));
  const lines = streams["s.s"] ?? [];
  assertEquals([lines.length, new Set(lines).size, staging], [records, records, []]);
}

for (const { at, source, isThere, records } of STAGES) {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.test({
      name: `deno task pipeline ends within 5 s at a ${signal} that meets ${at}, and goes on`,
      ignore,
      fn: () =>
        inTempFolder(async (folder) => {
          await Deno.mkdir(join(folder, "drop"));
          await using api = serve();
          await writeConfig(folder, source(folder, api));
          const launcher = start(folder, ["--json"]);
          const output = launcher.output();
          await until(() => isThere(folder, api));
          const begun = performance.now();
          launcher.kill(signal);
          const { code, stdout, stderr } = await output;
          const took = performance.now() - begun;
          assertEquals(code, 75, new TextDecoder().decode(stderr));
          assertEquals(JSON.parse(new TextDecoder().decode(stdout)).outcome, "suspended");
          assertLess(took, LIMIT_MS);
          assertEquals(await lastEvent(folder), ["run-ended", "suspended"]);
          api.isHolding = false;
          await assertWhole(folder, records);
        }),
    });
  }
}

/** A module that keeps its thread while a file is there, as a long statement would. */
const BUSY = `
export default {
  describe: () => ({ streams: [{ name: "s" }], needs: { read: ["busy"] } }),
  async *read({ position, path }) {
    const busy = path("busy");
    for (let at = position ?? 0; at < 4; at++) {
      const rest = at < 3 ? { position: at + 1 } : { end: "all" };
      yield { records: [{ at }], ...rest };
      await new Promise((resolve) => setTimeout(resolve, 300));
      if (at !== 1) continue;
      for (let holds = true; holds;) {
        try { Deno.statSync(busy); } catch { holds = false; }
      }
    }
  },
};`;

Deno.test({
  name: "deno task pipeline ends at once at a second SIGINT, and goes on from its checkpoint",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      await Deno.writeTextFile(join(folder, "busy.ts"), BUSY);
      await Deno.writeTextFile(join(folder, "busy"), "");
      await writeConfig(folder, "{ name: s, type: module, module: busy.ts }");
      const launcher = start(folder);
      const output = launcher.output();
      await until(() => sizeIn(folder, "s.s.") > 0);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      launcher.kill("SIGINT");
      // One Ctrl-C under deno task comes twice, which is no second wish.
      launcher.kill("SIGINT");
      await new Promise((resolve) => setTimeout(resolve, 600));
      const begun = performance.now();
      launcher.kill("SIGINT");
      const { code, stderr } = await output;
      assertEquals(code, 75);
      assertLess(performance.now() - begun, 2_000);
      assert(new TextDecoder().decode(stderr).includes("Stopped at once: SIGINT came again"));
      await Deno.remove(join(folder, "busy"));
      await assertWhole(folder, 4);
    }),
});
