import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { PostgresAddress } from "../../lib/db/mod.ts";
import { DatabaseError, UsageError } from "../../lib/errors/mod.ts";
import { type LoadedTable, loadIntoPostgres, postgresArgs } from "../../lib/pipeline/mod.ts";
import { runHeadwaters } from "../cli/_run_headwaters.ts";
import { eventsAfter, type HostileLake, hostileLake } from "./_hostile_lake.ts";
import { checkLoadedRun } from "./_loaded_run.ts";
import { missingPostgres, type PostgresServer, startPostgres } from "./_postgres.ts";
import { foundRows, liveOf, type ViewRows, wantedRows } from "./_wanted.ts";

const missing = await missingPostgres();
if (missing !== undefined) console.log(`tests of loads into PostgreSQL are left out: ${missing}`);

/** A NUL, which no text of PostgreSQL can have, is left out of the nights. */
function world(name = "a lake"): Promise<HostileLake> {
  return hostileLake(undefined, { hasNul: false, name });
}

/** Loads into an empty database of its own. */
interface Target {
  readonly url: string;
  load(world: HostileLake, signal?: AbortSignal): Promise<LoadedTable[]>;
  sql(text: string): Promise<string>;
  rows(world: HostileLake): Promise<ViewRows>;
}

let databases = 0;

async function makeTarget(server: PostgresServer): Promise<Target> {
  const database = `d${databases++}`;
  await server.sql(`CREATE DATABASE ${database}`);
  const { port } = server;
  const address: PostgresAddress = {
    ...{ engine: "postgres", host: "127.0.0.1", port, user: "hw", sslmode: "disable" },
    database,
  };
  const sql = (text: string) => server.sql(text, database);
  return {
    url: `postgres://hw@127.0.0.1:${port}/${database}`,
    sql,
    load: (world, signal) => loadIntoPostgres(world, address, { signal }),
    async rows(world) {
      const lines: Record<string, string[]> = {};
      for (const { name, source, stream } of liveOf(world)) {
        const table = `"${source}"."${stream}"`;
        // One column would be taken for the row itself.
        const text = await sql(`SET TimeZone = 'UTC'; SELECT to_json(t.*) FROM ${table} AS t`);
        lines[name] = text.split("\n").filter((line) => line !== "");
      }
      return foundRows(world, lines);
    },
  };
}

/** The tables of a load are the views without those of all versions. */
function tablesOf(world: HostileLake): ViewRows {
  return Object.fromEntries(
    Object.entries(wantedRows(world)).filter(([name]) => !name.endsWith(".all")),
  );
}

/** Starts the load as the launcher does, in a process of its own. */
function startLoad({ audit, lake }: HostileLake, to: string): Deno.ChildProcess {
  const args = postgresArgs({ audit, lake }, {
    to,
    passwordEnv: undefined,
    ca: undefined,
    json: true,
  });
  return new Deno.Command("deno", { args, stdin: "piped", stdout: "null", stderr: "piped" })
    .spawn();
}

/** Waits for the end of a process; the end of its input would be a stop, and so comes after. */
async function endOf(child: Deno.ChildProcess): Promise<Deno.CommandOutput> {
  const output = await child.output();
  await child.stdin.close().catch(() => {});
  return output;
}

Deno.test({
  name: "pipeline load into PostgreSQL",
  ignore: missing !== undefined,
  async fn(t) {
    await using server = await startPostgres();

    await t.step("it has the rows of the views, whatever was loaded before", async () => {
      await using lake = await world("a, lake {b} 'c'");
      const target = await makeTarget(server);
      for (let night = 0; night < 5; night++) {
        await lake.run();
        const first = await target.load(lake);
        assertEquals(await target.rows(lake), tablesOf(lake), `night ${night}`);
        // Its log grows.
        assertEquals(await target.sql("SELECT count(*) FROM web.web"), `${eventsAfter(night)}`);
        if (night === 1) {
          const hows = new Map(first.map(({ stream, how }) => [stream, how]));
          assertEquals(
            ["shop.feed", "shop.items", "shop.nested_cased"].map((name) => hows.get(name)),
            ["added", "replaced", "merged"],
          );
        }
        const again = await target.load(lake);
        assertEquals(again.filter(({ how }) => how !== "unchanged"), []);
      }
      await lake.retract(lake.runs[2] ?? "");
      await target.load(lake);
      assertEquals(await target.rows(lake), tablesOf(lake));
      for (const run of lake.runs) await lake.retract(run);
      await target.load(lake);
      assertEquals(Object.values(await target.rows(lake)).flat(), []);
    });

    await t.step("a table that no load made is refused, and nothing is changed", async () => {
      await using lake = await world();
      await lake.run();
      const names =
        "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname !~ '^pg_|^inf'";
      for (
        const own of ["TABLE shop.feed AS SELECT 42 AS precious", "VIEW shop.feed AS SELECT 42"]
      ) {
        const target = await makeTarget(server);
        await target.sql(`CREATE SCHEMA shop; CREATE ${own}`);
        const before = await target.sql(names);
        await assertRejects(() => target.load(lake), UsageError, "no load made");
        assertEquals(await target.sql(names), before);
        assertEquals(await target.sql("SELECT * FROM shop.feed"), "42");
      }
      const target = await makeTarget(server);
      await target.load(lake);
      await target.sql("DROP TABLE shop.feed; CREATE TABLE shop.feed AS SELECT 42 AS precious");
      await assertRejects(() => target.load(lake), UsageError, "no load made");
      assertEquals(await target.sql("SELECT * FROM shop.feed"), "42");
    });

    await t.step("views and rights on a table outlive a new snapshot", async () => {
      await using lake = await world();
      for (let night = 0; night < 2; night++) await lake.run();
      const target = await makeTarget(server);
      await target.load(lake);
      await target.sql("CREATE VIEW mine AS SELECT count(*) AS n FROM shop.items");
      assertEquals(await target.sql("SELECT n FROM mine"), "6");
      for (let night = 0; night < 2; night++) await lake.run();
      await target.load(lake);
      assertEquals(await target.sql("SELECT n FROM mine"), "8");
    });

    await t.step(
      "rows that are missing, or do not fit, change nothing of their stream, and keep no other from its table",
      async () => {
        await using lake = await world();
        await lake.run();
        const [set] = liveOf(lake).find(({ name }) => name === "shop.feed")?.sets ?? [];
        const path = join(lake.lake, set?.files[0]?.path ?? "");
        const whole = await Deno.readFile(path);
        const lines = new TextDecoder().decode(gunzipSync(whole)).trimEnd().split("\n");
        const target = await makeTarget(server);
        for (
          const [text, code] of [
            [`${lines[0]}\n`, "lake-differs"],
            [`${lines.join("\n")}\n${lines[0]}\n`, "lake-differs"],
            [`${lines[0]}\n{"night":"none"}\n`, "database-constraint"],
            [`${lines[0]}\n{"same":"\\u0000"}\n`, "database-constraint"],
          ] as const
        ) {
          await Deno.writeFile(path, gzipSync(text));
          const error = await assertRejects(() => target.load(lake), DatabaseError);
          assertEquals(error.code, code, error.message);
          assertMatch(error.message, /shop\.feed/);
          assertEquals(await target.sql("SELECT to_regclass('shop.feed')"), "");
          for (const [name, rows] of Object.entries(tablesOf(lake))) {
            if (name === "shop.feed") continue;
            const table = name.split(".").map((part) => `"${part}"`).join(".");
            assertEquals(await target.sql(`SELECT count(*) FROM ${table}`), String(rows.length));
          }
        }
        await Deno.writeFile(path, whole);
        await target.load(lake);
        assertEquals(await target.rows(lake), tablesOf(lake));
      },
    );

    await t.step("streams in Parquet keep no other stream from its table", async () => {
      await using lake = await hostileLake(() => "parquet", { hasNul: false });
      await lake.run();
      const target = await makeTarget(server);
      const { message, context } = await assertRejects(() => target.load(lake), DatabaseError);
      assertStringIncludes(message, "PostgreSQL cannot read files of the format parquet");
      const { tables, failed } = context["written"] as Record<string, { stream: string }[]>;
      assert(tables !== undefined && tables.length > 0 && failed !== undefined);
      assertEquals(tables.length + failed.length, Object.keys(tablesOf(lake)).length);
      for (const { stream } of tables) {
        const table = stream.split(".").map((part) => `"${part}"`).join(".");
        const rows = tablesOf(lake)[stream]?.length;
        assertEquals(await target.sql(`SELECT count(*) FROM ${table}`), String(rows));
      }
    });

    await t.step("two loads at the same time load each run once", async () => {
      await using lake = await world();
      const target = await makeTarget(server);
      for (let night = 0; night < 3; night++) {
        await lake.run();
        const both = await Promise.all([target.load(lake), target.load(lake)]);
        const loaded = both.flat().filter(({ how }) => how !== "unchanged");
        assert(loaded.length > 0);
        assertEquals(new Set(loaded.map(({ stream }) => stream)).size, loaded.length);
        assertEquals(await target.rows(lake), tablesOf(lake));
      }
    });

    await t.step(
      "a load whose process is killed at twenty moments is exact at the end",
      async () => {
        await using lake = await world();
        const target = await makeTarget(server);
        await lake.run();
        const started = performance.now();
        assertEquals((await endOf(startLoad(lake, target.url))).code, 0);
        const whole = performance.now() - started;
        let killed = 0;
        for (let moment = 0; moment < 20; moment++) {
          if (moment % 5 === 0) await lake.run();
          // One that is done has nothing to do: something is to be done at each moment.
          await target.sql("UPDATE _headwaters.loads SET shape = 'other' WHERE random() < 0.5");
          const child = startLoad(lake, target.url);
          const timer = setTimeout(() => {
            try {
              child.kill("SIGKILL");
            } catch {
              // It was quicker.
            }
          }, whole * (0.3 + 0.7 * Math.random()));
          const { signal } = await endOf(child);
          clearTimeout(timer);
          if (signal === "SIGKILL") killed++;
        }
        assert(killed > 5, `${killed} killed`);
        await target.load(lake);
        assertEquals(await target.rows(lake), tablesOf(lake));
      },
    );

    await t.step(
      "the command asks the named server alone, and its password is not told",
      async () => {
        await using lake = await world();
        await lake.run();
        const target = await makeTarget(server);
        await server.sql("CREATE ROLE etl LOGIN PASSWORD 'a-hidden-one'");
        // All the rights that it needs.
        for (const schema of ["_headwaters", "vendor", "forms", "web", "shop"]) {
          await target.sql(
            `CREATE SCHEMA ${schema}; GRANT USAGE, CREATE ON SCHEMA ${schema} TO etl`,
          );
        }
        const to = target.url.replace("hw@", "etl@");
        const words = ["pipeline", "load", "-c", lake.configPath, "--to", to];
        const env = { LOAD_PW: "a-hidden-one", OTHER: "x" };
        const about = { cwd: join(lake.configPath, ".."), env };
        const plan = await runHeadwaters(
          [...words, "--password-env", "LOAD_PW", "--dry-run"],
          about,
        );
        assertMatch(plan.stdout, new RegExp(`^ {2}net {4}127\\.0\\.0\\.1:${server.port}$`, "m"));
        assertEquals(/^ {2}(run|write) /m.test(plan.stdout), false);
        const first = await runHeadwaters([...words, "--password-env", "LOAD_PW"], about);
        assertEquals([first.code, first.stderr], [0, ""]);
        assertEquals(await target.rows(lake), tablesOf(lake));
        const wrong = { ...about, env: { LOAD_PW: "not-this-one" } };
        const second = await runHeadwaters([...words, "--password-env", "LOAD_PW"], wrong);
        assertEquals(second.code, 1, second.stderr);
        assertMatch(second.stderr, /password authentication failed/);
        for (const { stdout, stderr } of [plan, first, second]) {
          assertEquals(/a-hidden-one|not-this-one/.test(stdout + stderr), false);
        }
      },
    );

    await t.step(
      "a configuration has each run loaded, and a load that fails loses no run",
      async () => {
        const target = await makeTarget(server);
        await target.sql(`ALTER DATABASE ${target.url.split("/").at(-1)} OWNER TO etl`);
        await checkLoadedRun({
          load: () => `{ to: "${target.url.replace("hw@", "etl@")}", password: "\${LOAD_PW}" }`,
          env: { LOAD_PW: "a-hidden-one" },
          count: async () => Number(await target.sql("SELECT count(*) FROM shop.orders")),
          async lock() {
            await server.stop();
            return { [Symbol.asyncDispose]: () => server.start() };
          },
        });
      },
    );
  },
});
