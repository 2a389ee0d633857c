import { everyTest } from "../_sample.ts";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { engineArgs } from "../../lib/pipeline/launch_engine.ts";
import { postgresArgs } from "../../lib/pipeline/launch_postgres.ts";
import { granted } from "../_granted.ts";
import { makeLink } from "../_make_link.ts";
import { filesIn, inFolder, runHeadwaters } from "./_run_headwaters.ts";

const ignore = !granted("read", "write", "run");
const FILES = {
  "p.yaml": `name: p
lake: lake
audit: audit.db
sources:
  - { name: s, type: files, path: inbox }
  - { name: a, type: api, base_url: "https://example.org", auth: { type: bearer, token: "\${NOT_SET}" },
      streams: [{ name: items, path: /items, pagination: { type: none } }] }
`,
  "engine": "not started",
  "shop.db": "SQLite format 3\0",
  "own.duckdb": "checksumDUCK@",
  "inbox/a.csv": "id\n1\n",
  "other/b.csv": "",
  "lake/.keep": "",
  "audit.db": "",
};

Deno.test("engineArgs() lets the process read the audit database and start one program", () => {
  const places = { audit: "/p/audit.db", lake: "/p/lake" };
  const args = engineArgs(places, { engine: "duckdb", json: false }, "/bin/duckdb");
  assertEquals(args.filter((arg) => /^(-A|--allow|--deny)/.test(arg)), [
    "--deny-import",
    "--allow-read=/p/audit.db,/p/audit.db-wal,/p/audit.db-shm,/p/audit.db-journal",
    "--allow-run=/bin/duckdb",
  ]);
});

Deno.test("postgresArgs() lets the process read the lake and call one server", () => {
  const to = "postgres://etl@db.example.com/shop";
  const about = { to, passwordEnv: "SHOP_PW", ca: "/p/ca.pem", json: false };
  const args = postgresArgs({ audit: "/p/audit.db", lake: "/p/lake" }, about);
  assertEquals(args.filter((arg) => /^(-A|--allow|--deny|--ignore)/.test(arg)), [
    "--deny-import",
    "--allow-read=/p/audit.db,/p/audit.db-wal,/p/audit.db-shm,/p/audit.db-journal,/p/lake,/p/ca.pem",
    "--allow-net=db.example.com:5432",
    "--allow-env=SHOP_PW",
    "--ignore-env",
  ]);
});

for (const words of [["verify"], ["load", "--to", "duckdb:x.duckdb"]]) {
  Deno.test({
    name: `pipeline ${words[0]} --dry-run says that the runtime does not confine the engine`,
    ignore,
    fn: () =>
      inFolder(FILES, async (cwd) => {
        const said = await runHeadwaters(
          ["pipeline", ...words, "-c", "p.yaml", "--program", "./engine", "--dry-run"],
          { cwd },
        );
        assertEquals(said.code, 0, said.stderr);
        assertMatch(said.stdout, /^ {2}run {4}.*engine$/m);
        assertStringIncludes(said.stdout, "does not confine");
        assertEquals(said.stdout.includes(join(cwd, "x.duckdb")), words[0] === "load");
      }),
  });
}

/** What is said where the pipeline lives from what would be written. */
const INPUT = "it is an input; name another output";
const IN_INPUT = "which is an input or the pipeline's own; name another output";

everyTest({
  name: "pipeline verify and load refuse what they cannot start or write",
  ignore,
  fn: () =>
    inFolder(FILES, async (cwd) => {
      await makeLink(join(cwd, "nowhere"), join(cwd, "dangling"));
      await makeLink(join(cwd, "inbox"), join(cwd, "link"));
      const engine = ["--program", "./engine", "--dry-run"];
      await Deno.writeTextFile(join(cwd, "y.yaml"), `${FILES["p.yaml"]}\nlog_dir: x.wal\n`);
      const before = filesIn(cwd);
      const cases: readonly (readonly [words: readonly string[], message: string])[] = [
        [["verify", "--program", "./none"], "there is no such file"],
        [["verify", "--engine", "oracle"], "expected duckdb or spark"],
        [["load", "--to", "x.duckdb"], "expected duckdb:FILE or postgres:"],
        [["load", "--to", "postgres://me:secret@h/d"], "use --password-env instead"],
        [["load", "--to", "postgres://h/d"], "found no user"],
        [["load", "--to", "postgres://me@h/d", "--password-env", "A*"], "one environment variable"],
        [["load", "--to", "postgres://me@h/d", "--password-env", "NOT_SET_"], "is not set"],
        [["load", "--to", "postgres://me@h/d", "--program", "./engine"], "starts no program"],
        [["load", "--to", "duckdb:x", "--ca", "ca.pem"], "asks no server"],
        [["load", "--to", "duckdb:a?b"], 'cuts paths at a "?"'],
        [["load", "--to", "duckdb:shop.db", ...engine], "it is a SQLite database"],
        [["load", "--to", "duckdb:inbox/a.csv", ...engine], IN_INPUT],
        [["load", "--to", "duckdb:p.yaml", ...engine], INPUT],
        [["load", "--to", "duckdb:other", ...engine], "it is a folder"],
        [["load", "--to", "duckdb:none/x.duckdb", ...engine], "is no folder"],
        [["load", "--to", "duckdb:dangling", ...engine], "it is a link that leads nowhere"],
        [["load", "--to", "duckdb:inbox/x.duckdb", ...engine], IN_INPUT],
        [["load", "--to", "duckdb:link/x.duckdb", ...engine], IN_INPUT],
        [["load", "--to", "duckdb:lake/x.duckdb", ...engine], IN_INPUT],
        [["load", "--to", "duckdb:audit.db", ...engine], INPUT],
        [["load", "--to", "duckdb:audit.db-wal", ...engine], INPUT],
        [["load", "--to", "duckdb:x", "-c", "y.yaml", ...engine], 'DuckDB writes to "'],
      ];
      for (const [words, message] of cases) {
        const { code, stderr } = await runHeadwaters(
          ["pipeline", ...words, ...(words.includes("-c") ? [] : ["-c", "p.yaml"])],
          { cwd },
        );
        assertEquals(code, 64, stderr);
        assertStringIncludes(stderr, message);
      }
      assertEquals(filesIn(cwd), before);
      for (
        const [to, fate] of [["own", "is not the work of a load"], [
          "new",
          "it would be made",
        ]] as const
      ) {
        const load = ["load", "--to", `duckdb:${to}.duckdb`, "-c", "p.yaml", ...engine];
        const { code, stdout } = await runHeadwaters(["pipeline", ...load], { cwd });
        assertEquals(code, 0);
        assertStringIncludes(stdout, fate);
      }
    }),
});
