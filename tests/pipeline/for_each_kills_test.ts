import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { environmentNames } from "../../lib/config/mod.ts";
import { findStream } from "../../lib/pipeline/accept.ts";
import { launchPlan, loadConfig } from "../../lib/pipeline/mod.ts";
import { previewFolder, previewStream } from "../../lib/pipeline/preview.ts";
import { runPipeline } from "../../phases/06_pipeline.ts";
import { granted } from "../_granted.ts";
import { everyTest } from "../_sample.ts";
import { readLake } from "../crash/_read_lake.ts";
import { inTempFolder, into, ROOT } from "../e2e/_command.ts";
import { edit, order, ORDERS, shopIn, stopAt, USERS, withStreams } from "./_shop.ts";
import { everyWorldTest, streamOf } from "./_world.ts";

const PARENTS = 300;
const KILLS = 3;

/** Orders of a user: none, one, or several pages of them. */
function ordersOf(user: number): { n: number }[] {
  return Array.from({ length: user % 6 }, (_, n) => ({ n }));
}

/** Users, and the orders of each. */
function yaml(port: number): string {
  return `
name: shop
lake: lake
audit: audit.db
log_dir: logs
sources:
  - name: shop
    type: api
    base_url: http://127.0.0.1:${port}
    streams:
      - name: users
        path: /users
        primary_key: [id]
      - name: orders
        path: /users/{user_id}/orders
        for_each: { stream: users, bind: { user_id: id }, parallel: 3 }
        pagination: { type: cursor, param: after, path: next }
        records: items
        primary_key: [n]
`;
}

/** Starts the very process that the launcher would start, so that it can be killed. */
async function startRun(folder: string, configPath: string): Promise<Deno.ChildProcess> {
  const env = into(folder);
  const read = (name: string) => env[name];
  const config = await loadConfig(configPath, { env: read });
  const environment = await environmentNames(configPath, { env: read });
  const { args } = launchPlan(config, { root: ROOT, configPath, environment });
  return new Deno.Command("deno", {
    args: [...args],
    cwd: ROOT,
    env,
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

everyTest({
  name: `a pipeline reads the children of ${PARENTS} parents, each once, across ${KILLS} kills`,
  ignore: !granted("read", "write", "net", "run") || Deno.build.os === "windows",
  fn: () =>
    inTempFolder(async (folder) => {
      const firsts = new Map<string, number>();
      let onRequest = (_asked: number) => {};
      let asked = 0;
      await using server = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen() {} },
        async ({ url }) => {
          onRequest(++asked);
          const { pathname, searchParams } = new URL(url);
          if (pathname === "/users") {
            return Response.json(Array.from({ length: PARENTS }, (_, id) => ({ id })));
          }
          await new Promise((resolve) => setTimeout(resolve, 3)); // so that a kill meets it at work
          const user = Number(pathname.split("/")[2]);
          const after = searchParams.get("after");
          if (after === null) firsts.set(pathname, (firsts.get(pathname) ?? 0) + 1);
          // Of a user who was deleted meanwhile nothing is left.
          if (user === 77) return new Response("gone", { status: 410 });
          const from = Number(after ?? 0);
          const [all, items] = [ordersOf(user), ordersOf(user).slice(from, from + 2)];
          return Response.json({ items, next: from + 2 < all.length ? `${from + 2}` : null });
        },
      );
      const configPath = join(folder, "shop.yaml");
      await Deno.writeTextFile(configPath, yaml(server.addr.port));
      for (let kill = 0; kill < KILLS; kill++) {
        const run = await startRun(folder, configPath);
        const until = asked + 130;
        onRequest = (now) => now === until && run.kill("SIGKILL");
        assertEquals((await run.status).signal, "SIGKILL");
        await run.stdin.close().catch(() => {});
      }
      onRequest = () => {};
      const last = await startRun(folder, configPath);
      assertEquals((await last.status).code, 0);
      await last.stdin.close().catch(() => {});
      const wanted = Array.from({ length: PARENTS }, (_, user) => user)
        .filter((user) => user !== 77)
        .flatMap((user) =>
          ordersOf(user).map(({ n }) => `{"_for_each":{"user_id":${user}},"n":${n}}`)
        );
      assertEquals(readLake(join(folder, "lake")).streams["shop.orders"], wanted);
      // It went on rather than began again: of what was read before a kill, at most the last moments are read again.
      const twice = [...firsts.values()].filter((times) => times > 1).length;
      assert(firsts.size === PARENTS && twice < KILLS * 100, `${twice} parents were read again`);
    }),
});

everyWorldTest(
  "runPipeline() publishes nothing of children that are as they were",
  async (world) => {
    const shop = shopIn(world);
    shop.users = [{ id: 1 }, { id: 2 }];
    shop.orders = { 1: [order(1)], 2: [order(1)] };
    await world.run({ edit });
    assertEquals((await world.run({ edit })).streams.map(({ written }) => written), [0, 0, 0]);
    assertEquals(world.manifests("shop.orders").length, 1);
  },
);
everyWorldTest(
  "runPipeline() takes a parent that is gone for one without records, but not all of them",
  async (world) => {
    const shop = shopIn(world);
    shop.users = [{ id: 1 }, { id: 2 }];
    shop.orders = { 2: [order(1)] };
    const first = streamOf(await world.run({ edit }), "shop.orders");
    assertEquals([first.outcome, first.written], ["complete", 1]);
    // No longer listed, its records leave the snapshot with it.
    shop.users = [{ id: 3 }];
    shop.orders = { 3: [order(5)] };
    assertEquals(streamOf(await world.run({ edit }), "shop.orders").outcome, "complete");
    assertEquals(world.rows("shop.orders"), ['{"_for_each":{"user_id":3},"n":5}']);
    shop.orders = {};
    const all = streamOf(await world.run({ edit }), "shop.orders");
    assertEquals([all.outcome, all.contradictions.map(({ code }) => code)[0]], [
      "partial",
      "listings-gone",
    ]);
  },
);

everyWorldTest(
  "runPipeline() calls no children complete if their parents may not be all",
  async (world) => {
    const shop = shopIn(world);
    shop.users = [{ id: 1 }, { id: null }, { id: "." }];
    shop.orders = { 1: [order(1)] };
    const loose = withStreams(`${USERS.replace("primary_key: [id]", "repeats: true")}${ORDERS}`);
    const found = async () =>
      (await world.run({ edit: loose })).streams.filter(({ stream }) => stream === "orders")
        .flatMap(({ outcome, written, contradictions }) => [
          outcome,
          written,
          ...contradictions.map(({ message }) => message),
        ]);
    assertEquals(await found(), [
      "partial",
      1,
      '1 of 3 records of "users" have no text or whole number in "id"',
      '1 of 2 cannot be part of an address, as "." and ".."',
    ]);
  },
);

everyWorldTest(
  "runPipeline() goes on with the parents that readers see if their stream failed",
  async (world) => {
    const shop = shopIn(world);
    shop.users = [{ id: 1 }];
    shop.orders = { 1: [order(1)] };
    await world.run({ edit });
    shop.orders = { 1: [order(1), order(2)] };
    shop.status["/users"] = 500;
    world.answer =
      ((inner) => (url, request) =>
        url.pathname === "/users" ? new Response("no", { status: 500 }) : inner?.(url, request) ??
          new Response())(world.answer);
    const { streams: [users, orders] } = await world.run({ edit });
    assertEquals([users?.outcome, orders?.outcome, orders?.written], ["failed", "partial", 2]);
    assertEquals(orders?.contradictions.map(({ message }) => message), ['"users" is not complete']);
  },
);

everyWorldTest(
  "runPipeline() asks nothing for children whose parents nobody has read",
  async (world) => {
    const shop = shopIn(world);
    const selected = ["shop.orders"];
    const { streams: [orders] } = await world.run({ edit, selected });
    assertEquals([orders?.outcome, orders?.read, shop.asked], ["partial", 0, []]);
    assertStringIncludes(orders?.contradictions[0]?.message ?? "", '"users" was never read');
    // Once they are read, the children can be asked for alone.
    shop.users = [{ id: 1 }];
    shop.orders = { 1: [order(1)] };
    await world.run({ edit, selected: ["shop.users"] });
    const alone = await world.run({ edit, selected });
    assertEquals(alone.streams.map(({ outcome, written }) => [outcome, written]), [[
      "complete",
      1,
    ]]);
  },
);

everyWorldTest("runPipeline() starts over if the parents changed during a stop", async (world) => {
  const shop = shopIn(world);
  shop.users = [{ id: 2 }, { id: 3 }];
  shop.orders = { 1: [order(7)], 2: [order(1)], 3: [order(2)] };
  await world.run({ edit, selected: ["shop.users"] });
  await stopAt(world, "/users/3/orders1", ["shop.orders"]);
  // What was the second is the third now.
  shop.users = [{ id: 1 }, { id: 2 }, { id: 3 }];
  await world.run({ edit, selected: ["shop.users"] });
  assertEquals((await world.run({ edit, selected: ["shop.orders"] })).exit_code, 0);
  assertEquals(world.rows("shop.orders").map((row) => JSON.parse(row).n), [7, 1, 2]);
});

everyWorldTest(
  "runPipeline() reads a listing for each combination of values, from parts in Parquet too",
  async (world) => {
    const asked: string[] = [];
    world.answer = ({ pathname, search }) => {
      asked.push(`${pathname}${search}`);
      return Response.json(pathname === "/regions" ? [{ id: 7, name: "b c" }] : [{ n: 1 }]);
    };
    const values = withStreams(`
      - name: sales
        path: /{region}/sales
        params: { year: "{year}", q: "year eq {year}" }
        for_each: { values: { region: [eu, us], year: [2025, 2026, 2025] } }`);
    const sales = streamOf(await world.run({ edit: values }), "shop.sales");
    assertEquals([sales.outcome, sales.written], ["complete", 4]);
    assertEquals(asked, [
      "/eu/sales?year=2025&q=year%20eq%202025",
      "/eu/sales?year=2026&q=year%20eq%202026",
      "/us/sales?year=2025&q=year%20eq%202025",
      "/us/sales?year=2026&q=year%20eq%202026",
    ]);
    const parquet = (yaml: string) =>
      withStreams(`
      - name: regions
        path: /regions
      - name: shops
        path: /shops
        params: { region: "{id}-{name}" }
        for_each: { stream: regions, bind: { id: id, name: name } }`)(yaml)
        .replace("lake: lake", "lake: lake\npart_format: parquet");
    assertEquals((await world.run({ edit: parquet })).exit_code, 0);
    assertEquals(asked.at(-1), "/shops?region=7-b%20c");
  },
);

everyWorldTest(
  "previewStream() reads the parents first, and shows the children alone",
  async (world) => {
    const shop = shopIn(world);
    shop.users = [{ id: 1 }, { id: 2 }];
    shop.orders = { 1: [order(1)], 2: [order(2), order(3), order(4)] };
    const config = await world.config({ edit });
    const stream = findStream(config, ["shop.orders"], "preview");
    const { signal } = new AbortController();
    const about = { folder: previewFolder(), limit: 2, run: runPipeline, signal };
    const { lines, exit_code } = await previewStream(config, stream, about);
    assertEquals([exit_code, lines], [0, [
      '{"_for_each":{"user_id":1},"n":1}',
      '{"_for_each":{"user_id":2},"n":2}',
    ]]);
  },
);
