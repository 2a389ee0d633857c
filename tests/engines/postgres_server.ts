import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  copyRows,
  openTables,
  type OpenTablesOptions,
  type PostgresAddress,
  type TableEnd,
  type TablePage,
  type TableQuery,
  type Tables,
} from "../../lib/db/mod.ts";
import { DatabaseError } from "../../lib/errors/mod.ts";
import { inFolder, runHeadwaters } from "../cli/_run_headwaters.ts";
import { killed, rowsIn, runToTheEnd } from "./_killed_pipeline.ts";
import { generatedNames } from "../db/_generated_names.ts";
import { missingPostgres, type PostgresServer, startPostgres } from "./_postgres.ts";

const missing = await missingPostgres();
if (missing !== undefined) console.log(`tests of PostgreSQL are left out: ${missing}`);

const waits = {
  sleep: (ms: number) => new Promise<void>((go) => setTimeout(go, ms)),
  random: () => 0.1,
};

function addressOf({ port }: PostgresServer, more: Partial<PostgresAddress> = {}): PostgresAddress {
  const user = { user: "hw", database: "postgres", sslmode: "disable" } as const;
  return { engine: "postgres", host: "127.0.0.1", port, ...user, ...more };
}

function open(server: PostgresServer, options: OpenTablesOptions = {}): Promise<Tables> {
  return openTables(addressOf(server), { waits, ...options });
}

async function readAll(
  tables: Tables,
  name: string,
  query: Omit<TableQuery, "table"> & { readonly onPage?: (page: TablePage) => unknown } = {},
): Promise<{ lines: string[]; end: TableEnd }> {
  const lines: string[] = [];
  const reading = tables.read({ ...query, table: await tables.describe(name) });
  for (;;) {
    const step = await reading.next();
    if (step.done) return { lines, end: step.value };
    lines.push(...new TextDecoder().decode(step.value.lines).split("\n"));
    await query.onPage?.(step.value);
  }
}

/** A type, a literal of it, what it is in JSON, and its Spark type. */
const TYPES: readonly (readonly [string, string, string, string | undefined])[] = [
  ["bigint", "9223372036854775807", "9223372036854775807", "long"],
  ["smallint", "'-32768'", "-32768", "long"],
  ["boolean", "true", "true", "boolean"],
  [
    "numeric(38,10)",
    "'1234567890123456789012345678.0123456789'",
    "1234567890123456789012345678.0123456789",
    "decimal(38,10)",
  ],
  [
    "numeric",
    "'12345678901234567890123456789012345678901234567890.10'",
    '"12345678901234567890123456789012345678901234567890.10"',
    "string",
  ],
  ["numeric(5,-2)", "'12345'", '"12300"', "string"],
  ["real", "'0.1'", "0.1", "double"],
  ["double precision", "'0.1'", "0.1", "double"],
  ["double precision", "'5e-324'", "5e-324", "double"],
  ["double precision", "'NaN'", '"NaN"', "double"],
  ["text", "e'a\\nb\"\\\\é\\u001f'", '"a\\nb\\"\\\\é\\u001f"', "string"],
  ["character(3)", "'a'", '"a  "', "string"],
  [
    "timestamptz",
    "'2026-03-29 03:30:00.123456+02'",
    '"2026-03-29T01:30:00.123456+00:00"',
    "string",
  ],
  ["timestamptz", "'infinity'", '"infinity"', "string"],
  ["timestamp", "'2026-03-29 02:30:00.000001'", '"2026-03-29T02:30:00.000001"', "string"],
  ["date", "'0044-03-15 BC'", '"0044-03-15 BC"', "string"],
  ["time", "'24:00:00'", '"24:00:00"', "string"],
  ["interval", "'1 year 2 days 03:04:05.6'", '"P1Y2DT3H4M5.6S"', "string"],
  ["bytea", "'\\x00ff'", '"00ff"', "string"],
  [
    "uuid",
    "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'",
    '"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"',
    "string",
  ],
  ["jsonb", `'{"n": 9007199254740993.10}'`, '{"n": 9007199254740993.10}', undefined],
  ["json", `e'{\\n "a":1}'`, '{  "a":1}', undefined],
  ["bigint[]", "'{1,9007199254740993,null}'", "[1,9007199254740993,null]", undefined],
  ["text[]", "'{\"a,b\",null}'", '["a,b",null]', undefined],
  ["inet", "'10.0.0.1/8'", '"10.0.0.1/8"', "string"],
  ["int4range", "'[1,5)'", '"[1,5)"', "string"],
  ["mood", "'so so'", '"so so"', "string"],
  ["amount", "'12.34'", "12.34", "decimal(8,2)"],
  ["pair", "row(1,'x')", '{"a":1,"b":"x"}', undefined],
];

Deno.test({
  name: "PostgreSQL",
  ignore: missing !== undefined,
  async fn(t) {
    await using server = await startPostgres();

    await t.step("every type keeps its digits, microseconds and bytes", async () => {
      await server.sql(
        "CREATE TYPE mood AS ENUM ('so so'); CREATE DOMAIN amount AS numeric(8,2); CREATE TYPE pair AS (a int, b text)",
      );
      const columns = TYPES.map(([type], at) => `c${at} ${type}`).join(", ");
      await server.sql(`CREATE TABLE "All" (id int PRIMARY KEY, ${columns});
        INSERT INTO "All" VALUES (1, ${
        TYPES.map(([type, value]) => `${value}::${type}`).join(", ")
      }); INSERT INTO "All" (id) VALUES (2)`);
      await using tables = await open(server);
      const { lines } = await readAll(tables, "All");
      assertEquals(
        lines[0],
        `{"id":1,${TYPES.map(([, , json], at) => `"c${at}":${json}`).join(",")}}`,
      );
      for (const line of lines) JSON.parse(line);
      const { columns: [, ...found] } = await tables.describe('public."All"');
      assertEquals(found.map(({ sparkType }) => sparkType), TYPES.map(([, , , spark]) => spark));
    });

    await t.step("any key reads each row once, with NULLs and ties, and resumes", async () => {
      await server.sql(
        `CREATE TABLE keyed (a text COLLATE "C", b timestamptz, n numeric, h bytea, l int[], id uuid PRIMARY KEY DEFAULT gen_random_uuid());
        INSERT INTO keyed SELECT nullif('é' || i % 5, 'é2'), CASE WHEN i % 3 > 0 THEN '2026-01-01'::timestamptz + i % 9 * '1 microsecond'::interval END,
          i / 3.0, decode(lpad(to_hex(i % 50), 4, '0'), 'hex'), ARRAY[i % 20, NULL, i % 3] FROM generate_series(1, 400) AS i;
        CREATE TABLE with_large (LIKE keyed INCLUDING ALL, x text);
        INSERT INTO with_large SELECT *, CASE WHEN n < 1 THEN (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 1000) AS i) END FROM keyed`,
      );
      await using tables = await open(server);
      for (const table of ["keyed", "with_large"]) {
        assertEquals((await tables.describe(table)).hasLarge, table === "with_large");
        for (const key of [[], ["a"], ["b", "a"], ["n"], ["h"], ["l"]]) {
          const positions: TablePage[] = [];
          const { lines, end } = await readAll(tables, table, {
            key,
            onPage: (page) => positions.push(page),
          });
          assertEquals(
            [new Set(lines).size, end],
            [400, { oneSnapshot: true, counted: 400 }],
            String(key),
          );
          const first = positions[0];
          assert(first !== undefined);
          const rest = await readAll(tables, table, { key, position: first.position });
          assertEquals(rest.lines, lines.slice(first.rows), String(key));
        }
      }
    });

    await t.step("pages that are read ahead go on where the one before has ended", async () => {
      await server.sql(
        `CREATE DOMAIN code AS text COLLATE "C" CHECK (value <> '');
        CREATE TABLE ahead (a code, c character(4), n numeric, h bytea, at timestamptz, x json, PRIMARY KEY (a, c, n, h, at));
        INSERT INTO ahead SELECT 'é' || i % 7, chr(65 + i % 11), i % 13 / 3.0, decode(lpad(to_hex(i), 6, '0'), 'hex'),
          '2026-01-01'::timestamptz + i * '1 microsecond'::interval, E'{"a":\n1}' FROM generate_series(1, 12000) AS i`,
      );
      const wanted = await server.sql(
        "SELECT string_agg(encode(h, 'hex'), ' ' ORDER BY a, c, n, h, at) FROM ahead",
      );
      await server.sql("CREATE ROLE lone LOGIN CONNECTION LIMIT 1; GRANT SELECT ON ahead TO lone");
      for (const [user, connections] of [["hw", 2], ["lone", 1]] as const) {
        await using tables = await openTables(addressOf(server, { user }), { waits });
        const seen: string[] = [];
        const { lines, end } = await readAll(tables, "ahead", {
          onPage: async () =>
            void seen.push(
              await server.sql(
                "SELECT count(*), bool_or(query LIKE 'WITH RECURSIVE seams%') FROM pg_stat_activity WHERE application_name = 'headwaters'",
              ),
            ),
        });
        assertEquals(lines.map((line) => JSON.parse(line).h).join(" "), wanted);
        assertEquals(end, { oneSnapshot: true, counted: 12000 });
        assertEquals(seen.at(-1), `${connections}|t`);
      }
    });

    await t.step("columns with the names of our statements are read", async () => {
      const names = await generatedNames();
      await server.sql(
        `CREATE TABLE names (id int PRIMARY KEY, ${
          names.map((name) => `"${name}" int`).join(", ")
        }); INSERT INTO names SELECT i, ${
          names.map((_, at) => `i - 10 - ${at * 1000}`).join(", ")
        } FROM generate_series(1, 4) AS i`,
      );
      await using tables = await open(server);
      for (const name of names) {
        const { lines, end } = await readAll(tables, "names", { key: [name] });
        assertEquals(end, { oneSnapshot: true, counted: 4 });
        for (const [row, line] of lines.entries()) {
          const wanted = names.map((one, at) => [one, row - 9 - at * 1000]);
          assertEquals(JSON.parse(line), { id: row + 1, ...Object.fromEntries(wanted) });
        }
        assertEquals(lines.length, 4);
      }
    });

    await t.step(
      "wide rows come in small pages, and of one that is too large the key",
      async () => {
        await server.sql(`CREATE TABLE wide (id int PRIMARY KEY, b bytea, d jsonb);
        INSERT INTO wide SELECT i, CASE WHEN i = 120 THEN decode(repeat('00', 70000000), 'hex')
          WHEN i > 100 THEN decode(repeat('00', 3200000), 'hex') END,
          CASE WHEN i < 10 THEN to_jsonb(repeat('x', 5000000)) END FROM generate_series(1, 130) AS i`);
        await using tables = await open(server);
        const pages: TablePage[] = [];
        const { lines } = await readAll(tables, "wide", { onPage: (page) => pages.push(page) });
        assertEquals(
          lines.map((line) => Number(/^\{"id":(\d+)/.exec(line)?.[1])),
          Array.from({ length: 130 }, (_, at) => at + 1),
        );
        assert(pages.every((page) => page.lines.length <= 16 * 1024 ** 2));
        const large = pages.filter(({ tooLarge }) => tooLarge !== undefined);
        assertEquals(large.map((page) => new TextDecoder().decode(page.lines)), ['{"id":120}']);
      },
    );

    await t.step(
      "rows of tables that inherit from one may share its keys: no index is to blame",
      async () => {
        await server.sql(
          `CREATE TABLE parent (id int PRIMARY KEY, k int NOT NULL); CREATE TABLE child () INHERITS (parent);
         INSERT INTO parent SELECT i, 1 FROM generate_series(1, 200) AS i;
         INSERT INTO child SELECT i, 2 FROM generate_series(2, 201) AS i;
         CREATE TABLE sliced (id int PRIMARY KEY) PARTITION BY RANGE (id);
         CREATE TABLE slice PARTITION OF sliced FOR VALUES FROM (0) TO (9)`,
        );
        await using tables = await open(server);
        const inherited: unknown[] = [];
        for (const name of ["parent", "child", "sliced"]) {
          inherited.push((await tables.describe(name)).isInherited);
        }
        assertEquals(inherited, [true, false, false]);
        await server.sql(
          `CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
           CREATE TABLE cased (name text COLLATE blind NOT NULL, id int PRIMARY KEY);
           CREATE UNIQUE INDEX ON cased (name COLLATE "C"); CREATE UNIQUE INDEX ON cased (name, id)`,
        );
        assertEquals((await tables.describe("cased")).unique, [["id"], ["name", "id"]]);
        const { lines, end } = await readAll(tables, "parent");
        assert(lines.length < 400 && end.counted === 400);
        assertEquals((await readAll(tables, "parent", { key: ["id", "k"] })).lines.length, 400);
        await inFolder({}, async (folder) => {
          const from = `postgres://hw@127.0.0.1:${server.port}/postgres?sslmode=disable`;
          const args = ["db", "extract", "--from", from, "--table", "parent", "--out", "out"];
          const { code, stderr } = await runHeadwaters(args, { cwd: folder });
          assertEquals(code, 64);
          assertStringIncludes(stderr.replaceAll(/\s+/g, " "), "tables inherit from it");
        });
      },
    );

    await t.step("writers at work are neither seen nor stopped", async () => {
      await server.sql(
        "CREATE TABLE busy (id bigserial PRIMARY KEY, v int); INSERT INTO busy (v) SELECT 1 FROM generate_series(1, 3000)",
      );
      await using tables = await open(server);
      const { lines, end } = await readAll(tables, "busy", {
        onPage: () =>
          server.sql(
            "UPDATE busy SET v = 2; DELETE FROM busy WHERE id % 10 = 0; INSERT INTO busy (v) VALUES (3)",
          ),
      });
      assertEquals([lines.length, end.oneSnapshot, end.counted], [3000, true, 3000]);
      assertEquals(lines.filter((line) => !line.endsWith('"v":1}')), []);
    });

    await t.step(
      "a server that is killed in the middle is waited for, and no row is lost",
      async () => {
        await server.sql(
          "CREATE TABLE kept AS SELECT i AS id FROM generate_series(1, 20000) AS i; ALTER TABLE kept ADD PRIMARY KEY (id)",
        );
        await using tables = await open(server);
        let pages = 0;
        const { lines, end } = await readAll(tables, "kept", {
          async onPage() {
            // In the middle of pages that are read ahead.
            if (pages++ !== 3) return;
            await server.stop();
            await server.start();
          },
        });
        assertEquals(lines, Array.from({ length: 20000 }, (_, at) => `{"id":${at + 1}}`));
        assertEquals(end.oneSnapshot, false);
      },
    );

    await t.step("a connection that was killed is replaced", async () => {
      // The only one, both, and the second alone.
      for (const [page, which] of [[3, "true"], [10, "true"], [10, "pid <> first"]] as const) {
        await using tables = await open(server);
        let pages = 0;
        const { lines, end } = await readAll(tables, "kept", {
          onPage: () =>
            pages++ === page
              ? server.sql(
                `SELECT pg_terminate_backend(pid) FROM (SELECT pid, first_value(pid) OVER (ORDER BY backend_start) AS first
                FROM pg_stat_activity WHERE application_name = 'headwaters') AS a WHERE ${which}`,
              )
              : undefined,
        });
        assertEquals(lines, Array.from({ length: 20000 }, (_, at) => `{"id":${at + 1}}`));
        // Of the later ones all pages may be here already.
        if (page === 3) assertEquals(end.oneSnapshot, false);
      }
    });

    await t.step("no connection is left", async () => {
      const count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'headwaters'";
      {
        await using tables = await open(server);
        await tables.read({ table: await tables.describe("kept") }).next();
        assertEquals(await server.sql(count), "1");
      }
      // The server notices after us.
      for (let tries = 0; await server.sql(count) !== "0"; tries++) {
        assert(tries < 50, "one is left");
      }
    });

    await t.step("what fails says how, by its code", async () => {
      await server.sql("CREATE ROLE guest LOGIN; CREATE TABLE bare (a int)");
      const codeOf = async (work: () => Promise<unknown>) =>
        (await assertRejects(work, DatabaseError)).code;
      const from = async (
        address: PostgresAddress,
        table: string,
        options: OpenTablesOptions = {},
      ) => {
        await using tables = await openTables(address, { waits, ...options });
        return await readAll(tables, table, { retry: { limit: 0 } });
      };
      assertEquals(await codeOf(() => from(addressOf(server), "nothing")), "database-statement");
      assertEquals(await codeOf(() => from(addressOf(server), "bare")), "database-statement");
      assertEquals(
        await codeOf(() => from(addressOf(server, { user: "guest" }), "kept")),
        "database-denied",
      );
      assertEquals(
        await codeOf(() => from(addressOf(server, { user: "nobody" }), "kept")),
        "database-denied",
      );
      assertEquals(
        await codeOf(() => from(addressOf(server, { database: "none" }), "kept")),
        "database-denied",
      );
      await assertRejects(
        () => from(addressOf(server, { database: "none" }), "kept"),
        DatabaseError,
        "check the name of the database",
      );
      assertEquals(
        await codeOf(() => from(addressOf(server, { sslmode: "require" }), "kept")),
        "database-denied",
      );
      assertEquals(
        await codeOf(() => from(addressOf(server, { port: 1 }), "kept")),
        "database-unreachable",
      );
      await server.sql("CREATE TABLE shapes (id int PRIMARY KEY, j json, p point, x xml)");
      await using shapes = await open(server);
      for (const key of ["j", "p", "x"]) {
        await assertRejects(
          () => readAll(shapes, "shapes", { key: [key] }),
          DatabaseError,
          "name columns in key whose values have an order",
        );
      }
      const names = await assertRejects(() => from(addressOf(server), "two words"), DatabaseError);
      assertStringIncludes(names.message, '"My orders" in quotes');
      await server.sql(
        `CREATE TABLE tenants (id int PRIMARY KEY, tenant text); INSERT INTO tenants VALUES (1, 'a'), (2, 'b');
         CREATE POLICY own ON tenants USING (tenant = 'a'); GRANT SELECT ON tenants TO guest;
         ALTER TABLE tenants ENABLE ROW LEVEL SECURITY`,
      );
      const hidden = await assertRejects(
        () => from(addressOf(server, { user: "guest" }), "tenants"),
        DatabaseError,
        "BYPASSRLS",
      );
      assertEquals(hidden.code, "database-denied");
      assertEquals((await from(addressOf(server), "tenants")).lines.length, 2);
      await server.sql("CREATE DATABASE sqla ENCODING 'SQL_ASCII' TEMPLATE template0");
      await server.sql(
        "CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, e'\\xff')",
        "sqla",
      );
      const other = addressOf(server, { database: "sqla" });
      const bytes = await assertRejects(() => from(other, "t"), DatabaseError);
      assertStringIncludes(bytes.message, "correct them there");
    });

    await t.step("copyRows() stores every value as it is, all rows or none", async () => {
      await server.sql(
        "CREATE TABLE copied (id bigint PRIMARY KEY, name text, raw bytea, amount numeric, ok boolean)",
      );
      const columns = ["id", "name", "raw", "amount", "ok"];
      const texts = ["", "\\N", "a\tb\nc\rd\\e", "é\u001f\u2028", null];
      const values = texts.map((text, id) => [
        BigInt(id) + 9007199254740993n,
        text,
        Uint8Array.of(0, id, 255),
        0.1,
        id % 2 === 0,
      ]);
      const address = addressOf(server);
      assertEquals(await copyRows(address, { table: "copied", columns, rows: values }), 5);
      await using tables = await open(server);
      const { lines } = await readAll(tables, "copied");
      const wanted = values.map(([id, name, , , ok], at) =>
        `{"id":${id},"name":${JSON.stringify(name)},"raw":"000${at}ff","amount":"0.1","ok":${ok}}`
      );
      assertEquals(lines.map((line) => JSON.parse(line)), wanted.map((line) => JSON.parse(line)));
      async function* many(bad: number, stop?: AbortController) {
        for (let id = 0; id < 20_000; id++) {
          if (id === bad) stop?.abort(new Error("enough"));
          yield [id === bad && stop === undefined ? "x" : id, "n"];
        }
      }
      const rest = { table: "public.copied", columns: ["id", "name"] };
      const error = await assertRejects(
        () => copyRows(address, { ...rest, rows: many(12_345) }),
        DatabaseError,
        "Cannot insert row 12345 into",
      );
      assertEquals([error.code, error.context["row"]], ["database-constraint", 12_345]);
      const double = [[1, "a"], [2, "b"], [1, "c"]];
      const again = await assertRejects(
        () => copyRows(address, { ...rest, rows: double }),
        DatabaseError,
      );
      assertEquals([again.code, again.context["row"]], ["database-constraint", 2]);
      const stop = new AbortController();
      await assertRejects(
        () => copyRows(address, { ...rest, rows: many(9000, stop) }, { signal: stop.signal }),
        Error,
        "enough",
      );
      assertEquals(await server.sql("SELECT count(*) FROM copied"), "5");
      assertEquals(await copyRows(address, { ...rest, rows: many(-1) }), 20_000);
      const missing = await assertRejects(
        () => copyRows(address, { ...rest, table: "nothing", rows: [] }),
        DatabaseError,
      );
      assertEquals(missing.code, "database-statement");
    });

    await t.step("TLS proves who answers, or nothing is read", async () => {
      const { ca, other } = await server.useTls();
      const read = async (sslmode: PostgresAddress["sslmode"], ca?: string) => {
        await using tables = await openTables(addressOf(server, { sslmode }), { ca, waits });
        return (await readAll(tables, "kept", { retry: { limit: 0 } })).lines.length;
      };
      assertEquals([await read("require"), await read("verify-full", ca)], [20000, 20000]);
      for (const wrong of [undefined, other]) {
        const error = await assertRejects(() => read("verify-full", wrong), DatabaseError);
        assertEquals(error.code, "database-denied");
      }
    });

    await t.step(
      "db extract may do what it needs, finds no variable, and shows no password",
      () =>
        inFolder({}, async (cwd) => {
          await server.sql("CREATE ROLE etl LOGIN PASSWORD 'geheim'; GRANT SELECT ON kept TO etl");
          const from = `postgres://etl@127.0.0.1:${server.port}/postgres`;
          const words = [
            "db",
            "extract",
            "--from",
            from,
            "--table",
            "kept",
            "--password-env",
            "PW",
            "--json",
          ];
          const env = { PW: "geheim", PGDATABASE: "none", PGOPTIONS: "-c nothing=1" };
          const { code, stdout, stderr } = await runHeadwaters([...words, "--out", "out"], {
            cwd,
            env,
          });
          assertEquals(code, 0, stderr);
          const { rows, counted, one_snapshot } = JSON.parse(stdout);
          assertEquals([rows, counted, one_snapshot], [20000, 20000, true]);
          assert(!(stdout + stderr).includes("geheim"));
          const wrong = await runHeadwaters([...words, "--out", "out2"], {
            cwd,
            env: { PW: "falsch" },
          });
          assertEquals([wrong.code, JSON.parse(wrong.stdout).error.code], [1, "database-denied"]);
        }),
    );

    await t.step(
      "a row of the future brings no row of a day, or of a rounded second, twice",
      () =>
        inFolder({}, async (cwd) => {
          const types = ["date", "timestamp(0)", "timestamptz(0)", "smallint"];
          const streams = types.map((type, at) => {
            const lag = type === "smallint" ? "40000" : at % 2 === 0 ? "0" : "1d";
            return `{ name: f${at}, incremental: { column: at, lag: ${lag} } }`;
          });
          const newest = (type: string) => type === "smallint" ? "1" : "now()";
          for (const [at, type] of types.entries()) {
            const future = type === "smallint" ? "2" : "'2099-01-01'";
            await server.sql(`CREATE TABLE f${at} (id serial PRIMARY KEY, at ${type});
              INSERT INTO f${at} (at) SELECT ${newest(type)} FROM generate_series(1, 10);
              INSERT INTO f${at} (at) VALUES (${future})`);
          }
          await Deno.writeTextFile(
            `${cwd}/p.yaml`,
            `name: p
lake: lake
audit: audit.db
log_dir: logs
sources:
  - { name: shop, type: database, database: "postgres://hw@127.0.0.1:${server.port}/postgres", streams: [${
              streams.join(", ")
            }] }
`,
          );
          for (let night = 0; night < 3; night++) {
            await runToTheEnd(cwd);
            for (const [at, type] of types.entries()) {
              const ids = rowsIn(cwd, `f${at}`).map((line) => JSON.parse(line).id as number);
              const wanted = Array.from({ length: 11 + night }, (_, one) => one + 1);
              assertEquals(ids.sort((a, b) => a - b), wanted, `${type}, night ${night}`);
              await server.sql(`INSERT INTO f${at} (at) VALUES (${newest(type)})`);
            }
          }
        }),
    );

    await t.step(
      "a pipeline that is killed while others write loses nothing and doubles nothing",
      () =>
        inFolder({}, async (cwd) => {
          await server.sql(
            `CREATE TABLE orders (id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp(), n int);
          INSERT INTO orders (n) SELECT i FROM generate_series(1, 60000) AS i; CREATE INDEX ON orders (at, id)`,
          );
          await Deno.writeTextFile(
            `${cwd}/p.yaml`,
            `
name: p
lake: lake
audit: audit.db
log_dir: logs
sources:
  - name: shop
    type: database
    database: postgres://hw@127.0.0.1:${server.port}/postgres
    streams:
      - { name: orders, incremental: { column: at, lag: 5m } }
      - { name: all_orders, table: orders }
`,
          );
          const write = () =>
            server.sql(
              "UPDATE orders SET n = -n, at = clock_timestamp() WHERE id % 1000 = 7; INSERT INTO orders (n) VALUES (0)",
            );
          for (const ms of [500, 700, 900, 1200]) {
            await killed(cwd, ms);
            await write();
          }
          await runToTheEnd(cwd);
          await runToTheEnd(cwd);
          const wanted = (await server.sql(
            "SELECT row_to_json(o) FROM (SELECT id, n FROM orders ORDER BY id) AS o",
          )).split("\n");
          const text = (line: string) => {
            const { id, n } = JSON.parse(line);
            return JSON.stringify({ id, n });
          };
          const all = rowsIn(cwd, "all_orders").map(text);
          assertEquals(all, wanted);
          const versions = rowsIn(cwd, "orders");
          assertEquals(new Set(versions).size, versions.length);
          // The last version of each row is there.
          const newest = new Map(
            versions.sort((a, b) => JSON.parse(a).at < JSON.parse(b).at ? -1 : 1)
              .map((line) => [JSON.parse(line).id as number, text(line)]),
          );
          assertEquals([...newest].sort(([a], [b]) => a - b).map(([, line]) => line), wanted);
        }),
    );
  },
});
