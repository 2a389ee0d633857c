import { gzipSync } from "node:zlib";
import { ApiClient } from "../../../lib/api/mod.ts";
import { openAudit, openIntents } from "../../../lib/audit/mod.ts";
import { migrate, openDatabase } from "../../../lib/db/mod.ts";
import { type ErrorCode, StorageError } from "../../../lib/errors/mod.ts";
import {
  Disk,
  type DiskStep,
  gunzip,
  GzipFile,
  hashFile,
  inventory,
} from "../../../lib/files/mod.ts";
import { attempt } from "../../../lib/io/mod.ts";
import { checkConservation, type LogSummary, normalizeLog } from "../../../lib/log_parser/mod.ts";
import { confirmIntent } from "../../../lib/lake/mod.ts";
import { loadConfig } from "../../../lib/pipeline/mod.ts";
import { runEngine } from "../../../lib/pipeline/run_engine.ts";
import { checkVerified } from "../../../lib/pipeline/verify.ts";
import { parseFlags } from "../../../lib/terminal/mod.ts";
import { live } from "../../simulation/_life.ts";
import { normalize } from "../../log_parser/_normalize.ts";
import type { Bench, Cause, Caused } from "./_bench.ts";
import { postgresThatAnswers } from "./_postgres.ts";
import { zipOf } from "../../files/_zip.ts";

const TEXT = new TextEncoder();
/** Longest line of a log. */
const LONG = "x".repeat(1_200_000);
const APP = "2026-11-26T02:00:00Z INFO main started\n";

const COLUMNS = { columns: ["id", "name"] };

/** A source that does not let a finding pass. */
function found(code: ErrorCode, verdict = "reject-file"): object {
  return { expect: COLUMNS, on_finding: { [code]: verdict } };
}

/** Of every code one real cause: the compiler sees that none is missing. */
export const CAUSES: Readonly<Record<ErrorCode, Cause>> = {
  "usage": () => parseFlags(["--jsno"], SPEC),

  "config-not-found": (bench) => loadConfig(bench.at("shop.yaml")),
  "config-syntax": (bench) => loadConfig(bench.write("shop.yaml", "name: [shop\n")),
  "config-invalid": (bench) =>
    loadConfig(bench.write("shop.yaml", "name: shop\nsources:\n  - name: api\n    typ: api\n")),
  "config-env-missing": (bench) =>
    loadConfig(
      bench.write(
        "shop.yaml",
        JSON.stringify({ name: "shop", sources: [bench.api({ params: { key: "${SHOP_KEY}" } })] }),
      ),
      { env: () => undefined },
    ),
  async "stream-changed"(bench) {
    await bench.run([bench.api({ mode: "append" })]);
    await bench.run([bench.api({ mode: "snapshot" })]);
  },
  async "lake-not-ours"(bench) {
    await bench.run([bench.api()]);
    await bench.run([bench.api()], { config: { audit: "other.db" } });
  },

  async "http-unreachable"(bench) {
    const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const { port } = listener.addr;
    listener.close();
    await bench.read({}, { baseUrl: `http://127.0.0.1:${port}` });
  },
  "http-tls": (bench) => bench.read({}, { baseUrl: bench.url.replace("http:", "https:") }),
  "http-denied": (bench) => bench.read({}, { baseUrl: "http://127.0.0.1:1" }),
  async "http-reset"(bench) {
    const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const closed = listener.accept().then((connection) => connection.close());
    try {
      await bench.read({}, { baseUrl: `http://127.0.0.1:${listener.addr.port}` });
    } finally {
      listener.close();
      await closed;
    }
  },
  async "http-timeout"(bench) {
    const { promise, resolve } = Promise.withResolvers<Response>();
    bench.answer = () => promise;
    await bench.read({}, { timeout: 20 }).finally(() => resolve(new Response()));
  },
  "http-status": (bench) => answered(bench, Response.json({}, { status: 404 })),
  "http-auth": (bench) => answered(bench, Response.json({}, { status: 401 })),
  "http-content-type": (bench) =>
    answered(bench, new Response("<html>", { headers: { "content-type": "text/html" } })),
  "http-body-invalid": (bench) =>
    answered(
      bench,
      new Response('{"items":[{"id":1', { headers: { "content-type": "application/json" } }),
    ),
  "http-body-error": (bench) =>
    bench.runItems(Response.json({ ok: false, error: "ratelimited", items: [] }), {
      records: "items",
    }),
  "http-records-missing": (bench) => answered(bench, Response.json({ data: [] })),
  async "http-too-large"(bench) {
    bench.answer = () => Response.json({ items: ["a long one"] });
    await bench.read({}, { maxBodyBytes: 10 });
  },
  "http-redirect": (bench) => answered(bench, new Response(null, { status: 302 })),

  "page-repeated": (bench) => {
    bench.answer = () => Response.json({ items: [{ id: 1 }, { id: 2 }], total: 6 });
    return bench.read({ pagination: { type: "page", page_param: "p", size: 2, total: "total" } });
  },
  "cursor-repeated": (bench) => {
    let id = 0;
    bench.answer = () => Response.json({ items: [{ id: id++ }], next: "same" });
    return bench.read({ pagination: { type: "cursor", param: "after", path: "next" } });
  },
  "next-cross-origin": (bench) => {
    bench.answer = () => Response.json({ items: [{ id: 1 }], next: "http://other.example/2" });
    return bench.read({ pagination: { type: "next_url", path: "next" } });
  },
  "window-capped": (bench) => {
    bench.answer = ({ searchParams }) => {
      const from = Number(searchParams.get("from"));
      return Response.json({ items: [{ id: from }, { id: from + 0.5 }] });
    };
    return bench.read({
      window: {
        start_param: "from",
        end_param: "to",
        format: "number",
        start: 0,
        end: 4,
        step: 4,
        max_results: 2,
        bounds: "[)",
      },
    });
  },
  "next-invalid": (bench) => {
    bench.answer = () => Response.json({ items: [{ id: 1 }], next: { page: 2 } });
    return bench.read({ pagination: { type: "cursor", param: "after", path: "next" } });
  },

  "record-not-object": (bench) => bench.runItems(["a", { id: 1 }]),
  "record-key-missing": (bench) => bench.runItems([{ id: null }, { id: 1 }]),
  "record-cursor-missing": (bench) =>
    bench.runItems([{ id: 1, at: "pending" }], {
      incremental: { field: "at", format: "iso", start_param: "since" },
    }),
  "record-invalid": (bench) => bench.runItems(new Response('[{"id":1,"price":NaN}]', JSON_TYPE)),
  "record-too-large": (bench) =>
    bench.runItems([{ id: 1, text: "x".repeat(2_000) }], { max_record_size: "1kB" }),
  "record-check": (bench) =>
    bench.runItems([{ id: 1, price: -3 }], { checks: [{ column: "price", min: 0 }] }),
  "record-contract": (bench) =>
    bench.runItems([{ id: 1 }], { contract: "reject" }).then(() =>
      bench.runItems([{ id: 1, price: 3 }], { contract: "reject" })
    ),
  "check-failed": (bench) =>
    bench.runItems([{ id: 1, price: -3 }], {
      checks: [{ column: "price", min: 0, severity: "fail" }],
    }),
  "contract-broken": (bench) =>
    bench.runItems([{ id: 1 }], { contract: "freeze" }).then(() =>
      bench.runItems([{ id: 1, price: 3 }], { contract: "freeze" })
    ),
  "record-credential": (bench) =>
    bench.runItems([{ id: 1, seen: "hunter2-hunter2" }], {}, {
      auth: { type: "bearer", token: "${SHOP_TOKEN}" },
    }),
  "page-failed": (bench) =>
    bench.runItems(Response.json({}, { status: 404 }), {
      records: "items",
      pagination: { type: "page", page_param: "p", size: 2, max_pages: 1 },
      on_page_error: "skip",
      on_status: { 404: "skip" },
    }),

  "row-keys-missing": (bench) =>
    bench.takeFile("a.jsonl", '{"id":1}\n{"id":2,"name":"Bo"}\n', { expect: COLUMNS }),
  "row-keys-extra": (bench) =>
    bench.takeFile("a.jsonl", '{"id":1,"name":"Ann","age":7}\n', found("row-keys-extra")),
  "file-json": (bench) => bench.takeFile("a.json", '[{"id":1},{"id":2}'),
  "file-archive": (bench) => bench.takeFile("a.zip", "PK\x03\x04"),
  "file-bomb": (bench) =>
    bench.takeFile("a.zip", zipOf([{ name: "a.csv", content: "a\n1\n", size: 2 ** 30 }])),
  "row-columns": (bench) => bench.takeFile("a.csv", "id,name\n1,Ann,x\n2,Bo\n"),
  "row-quote": (bench) => bench.takeFile("a.csv", 'id,name\n2,Bo\n1,"Ann\n'),
  "row-too-long": (bench) => bench.takeFile("a.csv", `id,name\n1,${"x".repeat(2 ** 24)}\n2,Bo\n`),
  "row-header": (bench) => bench.takeFile("a.csv", "id,name\n1,Ann\nid,name\n"),
  "row-line-end": (bench) =>
    bench.takeFile("a.csv", 'id,name\n1,"A\nnn"\n2,Bo\n', found("row-line-end", "reject-row")),
  "row-footer": (bench) =>
    bench.takeFile("a.csv", "id,name\n1,Ann\nTotal,1\n", {
      dialect: { footer: "^Total" },
      ...found("row-footer"),
    }),
  "row-comment": (bench) =>
    bench.takeFile("a.csv", "id,name\n# old\n1,Ann\n", {
      dialect: { comment: "#" },
      ...found("row-comment"),
    }),
  "file-too-small": (bench) =>
    bench.takeFile("a.csv", "id,name\n1,Ann\n", { expect: { min_size: "1kB" } }),
  "file-header-order": (bench) =>
    bench.takeFile("a.csv", "name,id\nAnn,1\n", found("file-header-order")),
  "file-header-case": (bench) =>
    bench.takeFile("a.csv", "ID,name\n1,Ann\n", found("file-header-case")),
  "file-header-name": (bench) =>
    bench.takeFile("a.csv", "id,\n1,Ann\n", {
      on_finding: { "file-header-name": "reject-file" },
    }),
  "file-header-duplicate": (bench) => bench.takeFile("a.csv", "id,id\n1,2\n"),
  "file-delimiter": (bench) => bench.takeFile("a.csv", "id;name\n1;Ann\n"),
  "file-columns-extra": (bench) =>
    bench.takeFile("a.csv", "id,name,town\n1,Ann,Cork\n", { expect: COLUMNS }),
  "file-columns-missing": (bench) => bench.takeFile("a.csv", "id\n1\n", { expect: COLUMNS }),
  "file-bom": (bench) => bench.takeFile("a.csv", "\ufeffid,name\n1,Ann\n", found("file-bom")),
  "file-line-ends": (bench) =>
    bench.takeFile("a.csv", "id,name\r\n1,Ann\n2,Bo\r\n", found("file-line-ends")),
  "file-kind": (bench) => bench.takeFile("a.csv", "PAR1 and more of it, PAR1"),
  "file-sidecar": (bench) => {
    bench.write("inbox/a.csv.size", "size=99\n");
    return bench.takeFile("a.csv", "id,name\n1,Ann\n", { announced_by: "{name}.size" });
  },
  async "file-version"(bench) {
    await bench.takeFile("a.csv", "id,name\n1,Ann\n", { on_change: "reject" });
    return await bench.takeFile("a.csv", "id,name\n1,Anne\n", { on_change: "reject" });
  },
  "file-empty": (bench) => bench.takeFile("a.csv", ""),
  "file-too-large": (bench) =>
    bench.takeFile("a.csv", "id,name\n1,Ann\n", { expect: { max_size: "10B" } }),
  "file-encoding": (bench) =>
    bench.takeFile("a.csv", Uint8Array.of(...TEXT.encode("id,name\n1,"), 0xe9, 0x0a)),
  "file-nul": (bench) => bench.takeFile("a.csv", "id,name\n1,\0\n"),
  "file-header": (bench) => bench.takeFile("a.csv", "name,town\nAnn,Cork\n", { expect: COLUMNS }),
  "file-corrupt": (bench) =>
    bench.takeFile("a.csv.gz", gzipSync("id,name\n1,Ann\n").subarray(0, -6)),
  "file-type": (bench) => bench.takeFile("a.pdf", "%PDF", { include: ["**/*"] }),
  async "file-changed"(bench) {
    const path = bench.write("a.csv", "id\n1\n");
    const grow = () => Deno.writeTextFileSync(path, "2\n", { append: true });
    await hashFile(path, { onRead: grow });
  },
  "file-unfit": (bench) => bench.takeFile("a.csv", "id,name\n1\n2\n"),
  async "file-name-encoding"(bench) {
    await oddEntries(bench, ["raw", "caf\\351.csv"]);
    return await bench.takeIn();
  },
  async "file-unreadable"(bench) {
    await oddEntries(bench, ["pipe", "a.csv"]);
    return await bench.takeIn();
  },
  async "file-link"(bench) {
    bench.write("outside.csv", "id\n1\n");
    await oddEntries(bench, ["link", "a.csv", "../outside.csv"]);
    return await bench.takeIn();
  },

  "line-unrecognized": (bench) => bench.takeFile("a.log", `no header\n${APP}`, LOGS),
  "line-malformed": (bench) => bench.takeFile("a.log", 'a=1 b="x\na=1 b=2\n', LOGFMT),
  "line-too-long": (bench) => bench.takeFile("a.log", `${APP}${APP}${LONG}\n`, LOGS),
  "line-encoding": (bench) =>
    bench.takeFile(
      "a.log",
      Uint8Array.of(...TEXT.encode(`${APP}${APP.trim()}`), 0xff, 0x0a),
      LOGS,
    ),
  async "log-truncated"() {
    const cut = gunzip([gzipSync(APP.repeat(20)).subarray(0, -6)], { source: "a.log.gz" });
    for await (const { rejects } of normalizeLog(cut, { ...ABOUT, salvage: true })) {
      return rejects[0];
    }
    return undefined;
  },
  async "event-too-long"() {
    const { rejects } = await normalize(`${APP}${"  at main\n".repeat(5_000)}`);
    return rejects[0];
  },
  "log-unbalanced": () =>
    checkConservation(
      {
        lines: 3,
        records: 1,
        continuation: 0,
        quarantined: 1,
        blank: 0,
        directives: 0,
      } as unknown as LogSummary,
    ),

  "storage-full": () => simulated({ step: 20 }, { do: "disk", error: "ENOSPC", times: 9 }),
  "storage-denied": () => attempt("open", "/etc/shadow", () => Deno.openSync("/etc/shadow")),
  async "storage-missing"(bench) {
    for await (const _entry of inventory(bench.at("nowhere")));
  },
  async "storage-io"(bench) {
    Deno.mkdirSync(bench.at("part.gz"));
    await using file = new GzipFile(bench.at("part.gz"));
    await file.finish();
  },
  "storage-damaged"(bench) {
    const disk = new Disk(bench.folder, {});
    disk.openAppend(bench.write("orders.jsonl", "{}\n"), 100);
  },
  async "lake-damaged"(bench) {
    bench.answer = () => Response.json([{ id: 1 }]);
    await bench.run([bench.api()]);
    Deno.removeSync(bench.at("lake/raw/api/orders"), { recursive: true });
    const { streams: [stream] } = await bench.run([bench.api()]);
    return { code: stream?.error_code, message: stream?.error_message };
  },
  async "publication-lost"(bench) {
    bench.answer = () => Response.json([{ id: 1 }]);
    const observe = (step: DiskStep) => {
      if (step.kind === "point" && step.name === "publish-intent:after-commit") {
        throw new StorageError("storage-io", "Cannot go on: it stops here");
      }
    };
    await bench.run([bench.api()], { observe });
    using db = openAudit(bench.at("audit.db"));
    Deno.removeSync(bench.at("lake/_tmp"), { recursive: true });
    const [intent] = openIntents(db);
    if (intent !== undefined) await confirmIntent(db, new Disk(bench.at("lake"), {}), intent);
  },

  "database-busy"(bench) {
    using holder = openDatabase(bench.at("a.db"));
    holder.exec("BEGIN IMMEDIATE");
    using second = openDatabase(bench.at("a.db"));
    second.run("PRAGMA busy_timeout = 1");
    second.transaction("save", () => {});
  },
  async "database-unreachable"() {
    const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const { port } = listener.addr;
    listener.close();
    return await askPostgres(port);
  },
  async "database-timeout"() {
    await using server = postgresThatAnswers("query", "57014");
    return await askPostgres(server.port);
  },
  async "database-denied"() {
    await using server = postgresThatAnswers("login", "28P01");
    return await askPostgres(server.port);
  },
  "database-constraint"(bench) {
    using db = openDatabase(bench.at("a.db"));
    db.exec("CREATE TABLE orders (id INTEGER PRIMARY KEY) STRICT");
    db.run("INSERT INTO orders VALUES (1)");
    db.run("INSERT INTO orders VALUES (1)");
  },
  "database-statement"(bench) {
    using db = openDatabase(bench.at("a.db"));
    db.run("SELEC 1");
  },
  "database-damaged"(bench) {
    shopDatabase(bench, "CREATE TABLE orders (id)");
    using file = Deno.openSync(bench.at("a.db"), { write: true });
    file.seekSync(4_096, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(4_096).fill(0xaa));
    using db = openDatabase(bench.at("a.db"));
    db.get("SELECT * FROM orders");
  },
  "database-foreign"(bench) {
    shopDatabase(bench, "CREATE TABLE orders (id)");
    openAudit(bench.at("a.db"), { readOnly: true });
  },
  "database-older"(bench) {
    Deno.writeFileSync(bench.at("a.db"), new Uint8Array());
    openAudit(bench.at("a.db"), { readOnly: true });
  },
  "database-newer"(bench) {
    shopDatabase(bench, "PRAGMA user_version = 99");
    using db = openDatabase(bench.at("a.db"));
    migrate(db, []);
  },
  "database-io"(bench) {
    openDatabase(bench.at("nowhere/a.db"));
  },

  "engine-failed": () =>
    runEngine("deno", [
      "eval",
      "console.error('Catalog Error: Table orders does not exist'); Deno.exit(1)",
    ], { input: "", signal: new AbortController().signal }),
  "lake-differs": () =>
    checkVerified([{
      ...{ stream: "api.orders", rows: 3, found_rows: 2, corrupt: 0, records: null },
      ...{ partitions: 1, found_partitions: 1, agrees: false },
    }]),

  async "internal-fault"(bench) {
    bench.answer = () => Response.json([{ id: 1 }]);
    const { streams: [stream] } = await bench.run([bench.api()], {
      onProgress({ state }) {
        if (state === "publishing") throw new TypeError("x is not a function");
      },
    });
    return { code: stream?.error_code, message: stream?.error_message };
  },
  async "source-fault"(bench) {
    bench.write(
      "mine.ts",
      "export default { describe: () => ({ streams: [{ name: 'a' }] }), read() { throw 1; } };",
    );
    const { streams: [stream] } = await bench.run([{
      name: "mine",
      type: "module",
      module: "mine.ts",
    }]);
    return { code: stream?.error_code, message: stream?.error_message };
  },

  async "suspended-wait"(bench) {
    bench.answer = () => new Response("", { status: 429, headers: { "retry-after": "600" } });
    await bench.read({}, { retry: { limit: 1 } });
  },
  async "suspended-origin"(bench) {
    await using client = new ApiClient({ baseUrl: bench.url, retry: { limit: 0 } });
    bench.answer = () => new Response("", { status: 500 });
    const ask = () => client.request({ path: "/items" });
    for (let request = 0; request < 5; request++) await ask().catch(() => {});
    await ask();
  },
  "suspended-signal": () => simulated({ request: 2 }, { do: "signal" }),
  async "suspended-locked"(bench) {
    const asked = Promise.withResolvers<void>();
    const { promise, resolve } = Promise.withResolvers<Response>();
    bench.answer = () => (asked.resolve(), promise);
    const first = bench.run([bench.api()]);
    await asked.promise;
    try {
      await bench.run([bench.api()]);
    } finally {
      resolve(Response.json([]));
      await first;
    }
  },
};

const SPEC = {
  name: "headwaters files split",
  meaning: "",
  flags: { json: { type: "boolean", meaning: "Print one JSON document" } },
} as const;

const JSON_TYPE = { headers: { "content-type": "application/json" } };
const LOGS = { include: ["**/*"], format: "auto" };
const ABOUT = { source: "a.log.gz", fileHash: "0".repeat(20), mtimeMs: 0 };
const LOGFMT = { ...LOGS, format: "logfmt" };

async function answered(bench: Bench, response: Response) {
  bench.answer = () => response;
  return await bench.read();
}

async function oddEntries(bench: Bench, words: readonly string[]): Promise<void> {
  Deno.mkdirSync(bench.at("inbox"));
  const script = new URL("../../files/_odd_entries.ts", import.meta.url).pathname;
  const { success } = await new Deno.Command("deno", {
    args: [
      "run",
      "--no-check",
      "--allow-read",
      "--allow-write",
      "--allow-run=sh",
      script,
      bench.at("inbox"),
      ...words,
    ],
  }).output();
  if (!success) throw new Error(`the file system takes no ${words.join(" ")}`);
}

async function askPostgres(port: number): Promise<Caused> {
  const script = new URL("_ask_postgres.ts", import.meta.url).pathname;
  const { stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "--no-check", "--ignore-env", "--allow-net=127.0.0.1", script, String(port)],
  }).output();
  const said = new TextDecoder().decode(stdout);
  if (said === "") throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(said);
}

function shopDatabase(bench: Bench, sql: string): void {
  using db = openDatabase(bench.at("a.db"));
  db.exec(sql);
}

/** One night on the simulated machine. */
async function simulated(at: object, disturbance: object) {
  const { runs: [run] } = await live({
    seed: 1,
    streams: [{
      name: "orders",
      mode: "snapshot",
      paging: "cursor",
      size: 5,
      total: false,
      newestFirst: false,
      lag: 0,
      time: "iso",
      inclusive: true,
      remember: 365,
    }],
    files: false,
    nights: [{
      after: 0,
      happenings: [{ do: "add", stream: "orders", count: 20 }],
      disturbances: [{ at, ...disturbance } as never],
    }],
  });
  return { code: run?.codes[0], message: run?.error };
}
