import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { openDatabase } from "../../lib/db/mod.ts";
import { UsageError } from "../../lib/errors/mod.ts";
import {
  loadConfig,
  openPipeline,
  type PipelineConfig,
  planRun,
  type ProposalTarget,
  proposeSources,
  renderProposal,
} from "../../lib/pipeline/mod.ts";
import { runPipeline } from "../../phases/06_pipeline.ts";
import { granted } from "../_granted.ts";
import { schemaProblems } from "../config/_json_schema.ts";
import { jsonSchemaLine } from "../../lib/config/mod.ts";
import { parse } from "@std/yaml";
import { EVERY_CASE, everyTest } from "../_sample.ts";

const ignore = !granted("read", "write", "net");
const { signal } = new AbortController();

/** Writes what is proposed, loads it as a user would, and hands over both. */
async function proposed(
  target: Omit<ProposalTarget, "signal">,
  check: (config: PipelineConfig, yaml: string) => void | Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const proposals = await proposeSources({ ...target, signal });
    const yaml = renderProposal({ name: "first", by: "init", folder, reads: "" }, proposals);
    const path = join(folder, "pipeline.yaml");
    await Deno.writeTextFile(path, yaml);
    assertEquals(yaml.split("\n")[0], jsonSchemaLine(folder));
    assertEquals(schemaProblems(parse(yaml)), []);
    await check(await loadConfig(path, { root: folder }), yaml);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const RECORDS = Array.from(
  { length: 45 },
  (_, at) => ({ n: 1, id: `r${at}`, updated_at: "2026-01-01T00:00:00Z" }),
);

/** How an API pages, and what is proposed for it. */
const APIS: Record<
  string,
  { answer: (url: URL) => Response; pagination: Record<string, unknown> }
> = {
  "page numbers, counted from 0": {
    answer: ({ searchParams }) => {
      const page = Number(searchParams.get("page") ?? 0);
      return Response.json({ data: { rows: RECORDS.slice(page * 20, page * 20 + 20) } });
    },
    pagination: { type: "page", page_param: "page", start: 0 },
  },
  "an offset and a total": {
    answer: ({ searchParams }) => {
      const [skip, limit] = ["skip", "limit"].map((name) => Number(searchParams.get(name) ?? 0));
      const rows = RECORDS.slice(skip, (skip ?? 0) + (limit || 20));
      return Response.json({ data: { rows }, total: RECORDS.length });
    },
    pagination: {
      type: "offset",
      offset_param: "skip",
      size_param: "limit",
      size: 20,
      total: { path: "total" },
    },
  },
  "a cursor": {
    answer: ({ searchParams }) => {
      const at = Number(searchParams.get("page_token") ?? 0);
      const next = at + 20 < RECORDS.length ? `${at + 20}` : null;
      return Response.json({ data: { rows: RECORDS.slice(at, at + 20), next_page_token: next } });
    },
    pagination: { type: "cursor", param: "page_token", path: "data.next_page_token" },
  },
  "an address": {
    answer: (url) => {
      const at = Number(url.searchParams.get("from") ?? 0);
      const next = at + 20 < RECORDS.length ? `${url.origin}/v1/things?from=${at + 20}` : null;
      return Response.json({ data: { rows: RECORDS.slice(at, at + 20) }, next });
    },
    pagination: { type: "next_url", path: "next" },
  },
  "nothing: one answer": {
    answer: () => Response.json({ data: { rows: RECORDS } }),
    pagination: { type: "none" },
  },
};

for (const [name, { answer, pagination }] of Object.entries(APIS)) {
  const test = name === "a cursor" ? Deno.test : everyTest;
  test({
    name: `proposeSources() finds out how an API is paged: by ${name}`,
    ignore,
    async fn() {
      let requests = 0;
      await using server = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen() {} },
        (request) => (requests++, answer(new URL(request.url))),
      );
      const text = `http://127.0.0.1:${server.addr.port}/v1/things?kind=a`;
      await proposed({ kind: "address", text }, async (config, yaml) => {
        const [source] = config.sources;
        assert(source?.type === "api");
        const [stream] = source.streams;
        const { type, ...keys } = pagination;
        const found = stream?.pagination as Record<string, unknown> | undefined;
        assertEquals(
          [found?.type, ...Object.keys(keys).map((key) => found?.[key])].map((one) =>
            JSON.stringify(one).replace(',"kind":"exact"', "")
          ),
          [type, ...Object.values(keys)].map((one) => JSON.stringify(one)),
        );
        assertEquals([stream?.name, stream?.records, stream?.primary_key, stream?.params], [
          "things",
          "data.rows",
          ["id"],
          { kind: "a" },
        ]);
        assertStringIncludes(
          yaml,
          "        # incremental: { field: updated_at, format: iso, start_param: since }",
        );
        assert(requests <= 14, `${requests} requests`);
        if (!EVERY_CASE) return;
        // It works as it is.
        const { totals, exit_code } = await runPipeline(config);
        assertEquals([exit_code, totals.written], [0, RECORDS.length]);
      });
    },
  });
}

/** Answers a listing whose header says how much there is. */
function counted(url: URL, pageParam: string | undefined): Response {
  const page = Number(url.searchParams.get(pageParam ?? "") ?? 1);
  const rows = RECORDS.slice(page * 9 - 9, page * 9);
  return Response.json(rows, { headers: { "x-total-count": `${RECORDS.length}` } });
}

for (const pageParam of ["_page", undefined]) {
  Deno.test({
    name: `proposeSources() heeds a header with a total, of a server that ${
      pageParam === undefined ? "cannot be paged" : `pages by ${pageParam}`
    }`,
    ignore,
    async fn() {
      await using server = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen() {} },
        (request) => counted(new URL(request.url), pageParam),
      );
      const text = `http://127.0.0.1:${server.addr.port}/orders?_limit=9`;
      const [source] = await proposeSources({ kind: "address", text, signal });
      const stream = source?.streams?.[0];
      const total = { header: "X-Total-Count" };
      const found = JSON.stringify(stream?.keys["pagination"]).toLowerCase();
      const sized = { page_param: "_page", size_param: "_limit", size: 9, total };
      const wanted = pageParam === undefined ? { type: "none" } : { type: "page", ...sized };
      assertEquals(found, JSON.stringify(wanted).toLowerCase());
      const asked = JSON.stringify(stream?.questions ?? []);
      assertEquals(
        /This is not all, the header [^ ]+ says 45 records: how .* these 9\?/.test(asked),
        pageParam === undefined,
        asked,
      );
      assertEquals(asked.includes("Is this all"), false);
    },
  });
}

/** What is read, seen from the configuration: some of it has the name of what a pipeline writes. */
const READS = ["drop", "logs", "lake/raw", "../other", "audit.db", "shop.db"];

Deno.test({
  name: "renderProposal() writes a configuration that plan accepts, wherever what it reads is",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      for (const [at, reads] of READS.entries()) {
        const home = join(folder, String(at), "home");
        const path = join(home, reads);
        await Deno.mkdir(home, { recursive: true });
        const isFile = reads.endsWith(".db");
        if (isFile) {
          using db = openDatabase(path);
          db.exec("CREATE TABLE orders (id INTEGER PRIMARY KEY)");
        } else {
          await Deno.mkdir(path, { recursive: true });
          await Deno.writeTextFile(join(path, "a.csv"), "id\n1\n");
        }
        const kind = isFile ? "database" : "folder";
        const proposals = await proposeSources({ kind, text: reads, path, shown: reads, signal });
        const yaml = renderProposal({ name: "first", by: "init", folder, reads }, proposals);
        await Deno.writeTextFile(join(home, "pipeline.yaml"), yaml);
        const start = () => Promise.reject(new Error("plan starts no process here"));
        const opened = await openPipeline(undefined, { cwd: home, env: {}, signal, start });
        const { faults, notes } = await planRun(opened, { json: false });
        assertEquals([faults, notes], [[], []], reads);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name:
    "proposeSources() proposes a source for each ending in a folder, and a stream for each table",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.mkdir(join(folder, "drop"));
      await Deno.writeTextFile(join(folder, "drop/a.csv"), "id;name\n1;x\n2;y\n");
      await Deno.writeTextFile(join(folder, "drop/web.log"), "2026-01-01T00:00:00Z INFO a\n");
      await Deno.writeTextFile(join(folder, "drop/b.pdf"), "%PDF-1.7");
      const drop = join(folder, "drop");
      await proposed(
        { kind: "folder", text: drop, path: drop, shown: drop },
        ({ sources }, yaml) => {
          assertEquals(sources.map(({ type, name }) => [type, name]), [
            ["files", "drop_csv"],
            ["logs", "drop_logs"],
          ]);
          for (
            const part of [
              'dialect: { delimiter: ";"',
              "# left out: 1 file",
              "# expect: { columns: [id, name] }",
            ]
          ) {
            assertStringIncludes(yaml, part);
          }
        },
      );
      const path = join(folder, "shop.db");
      using db = openDatabase(path);
      db.exec(
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, updated_at INTEGER); INSERT INTO orders VALUES (1, 2)",
      );
      db.exec(
        "CREATE VIEW v AS SELECT 1; CREATE TABLE loose (changed TEXT)",
      );
      await proposed(
        { kind: "database", text: "sqlite:shop.db", path, shown: path },
        (config, yaml) => {
          const [source] = config.sources;
          assert(source?.type === "database");
          assertEquals(source.streams.map(({ name }) => name), ["loose", "orders"]);
          // Neither numbers nor texts have a lag of minutes.
          assertStringIncludes(yaml, "# incremental: { column: updated_at }");
          assertStringIncludes(yaml, "# incremental: { column: changed }");
        },
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("proposeSources() takes no address with a password in it, which would be in the file", async () => {
  const text = "http://ann:hunter2@127.0.0.1:1/orders";
  const propose = () => proposeSources({ kind: "address", text, signal });
  await assertRejects(propose, UsageError, "the password before its host is a credential");
});
