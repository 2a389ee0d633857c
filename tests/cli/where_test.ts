import { assertEquals } from "@std/assert";
import { join, resolve } from "@std/path";
import { openAudit } from "../../lib/audit/mod.ts";
import { GROUPS } from "../../lib/cli/groups.ts";
import { openDatabase } from "../../lib/db/mod.ts";
import { DataError } from "../../lib/errors/mod.ts";
import { failureDocument } from "../../lib/terminal/mod.ts";
import { granted } from "../_granted.ts";
import { everyTest, sample } from "../_sample.ts";
import { inFolder, runHeadwaters } from "./_run_headwaters.ts";

const ignore = !granted("read", "write", "run");

const YAML = `
name: p
sources:
  - { name: s, type: files, path: in }
  - name: a
    type: api
    base_url: http://127.0.0.1:9
    streams:
      - name: t
        path: /t
        records: r
        primary_key: [id]
        incremental: { field: at, start_param: since }
`;

const FILES = {
  "a.csv": "id\n1\n",
  "app.log": "2024-05-01 10:00:00 INFO started\n",
  "in/a.csv": "id\n1\n",
  "pipeline.yaml": YAML,
};

/** Words and flags without which a command does not look at the flag. */
const LINES: Readonly<Record<string, string>> = {
  "api fetch": "http://127.0.0.1:9/x --out o --paginate page",
  "audit rebuild": "in",
  "audit show": "r",
  "audit sql": "SELECT",
  "audit trace": "x",
  "db extract": "--from sqlite:s.db --table t --out o",
  "files compress": "a.csv --out o",
  "files decompress": "a.csv --out o",
  "files inventory": "in",
  "files layout": "a.csv --out o --by x=y",
  "files merge": "a.csv --out o.csv",
  "files split": "a.csv --out o",
  "files standardize": "a.csv --out o",
  "files validate": "a.csv",
  "logs parse": "app.log",
  "pipeline backfill": "a.t",
  "pipeline backfill --step": "a.t --from 2026-01-01 --to 2026-02-01",
  "pipeline init": "in",
  "pipeline preview": "s.s",
  "pipeline accept": "s.s",
  "pipeline replay": "s.s",
  "pipeline reset": "a.t",
  "pipeline retract": "r",
  "pipeline load": "--to postgres://u@127.0.0.1/d",
  "pipeline load --program": "--to duckdb:x.duckdb",
};

/**
 * A wrong value of a flag, and where the failure is said to be: at the flag, at a path, or at what the value names;
 * `child` if only the command's own process sees it.
 */
const WRONG: Readonly<Record<string, readonly [value: string, where: string]>> = {
  audit: ["none.db", "audit"],
  by: ["x", "flag"],
  ca: ["none.pem", "path"],
  comment: ["ab", "flag"],
  config: ["none.yaml", "path"],
  cores: ["x", "flag"],
  "date-order": ["bogus", "flag"],
  delimiter: ["abc", "flag"],
  encoding: ["bogus", "flag"],
  engine: ["bogus", "flag"],
  escape: ["ab", "flag"],
  exclude: ["bogus", "child flag"],
  footer: ["(", "flag"],
  format: ["bogus", "flag"],
  formats: ["none.yaml", "path"],
  from: ["(", "flag"],
  header: ["zero", "flag"],
  include: ["[", "flag"],
  key: ["none", "child flag"],
  level: ["bogus", "flag"],
  limit: ["0", "flag"],
  mapping: ["none.json", "path"],
  "max-pages": ["0", "flag"],
  name: ["{x}", "flag"],
  on: ["bogus", "flag"],
  out: ["no/where/x", "path"],
  paginate: ["bogus", "flag"],
  "password-env": ["a b", "flag"],
  program: ["./none", "path"],
  quote: ["ab", "flag"],
  rate: ["-1", "flag"],
  records: ["a..b", "flag"],
  remember: ["no/x", "path"],
  rows: ["x", "flag"],
  run: ["none", "child run_id"],
  "secret-env": ["NO_VARIABLE", "flag"],
  select: ["bogus", "child flag"],
  since: ["yesterday", "flag"],
  size: ["0", "flag"],
  start: ["x", "flag"],
  "statement-timeout": ["bogus", "flag"],
  step: ["bogus", "flag"],
  table: ["none", "child flag"],
  target: ["bogus", "flag"],
  timezone: ["bogus", "flag"],
  to: ["bogus", "flag"],
  "token-env": ["NO_VARIABLE", "child flag"],
  total: ["a..b", "flag"],
  until: ["yesterday", "flag"],
  year: ["12", "flag"],
};

/** The same, where a command differs. */
const OWN: Readonly<Record<string, readonly [value: string, where: string]>> = {
  "api fetch --header": ["bogus", "flag without its value"],
  "db extract --ca": ["none.pem", "flag without its value"],
  "db extract --from": ["bogus", "flag without its value"],
  "db extract --password-env": ["a b", "flag without its value"],
  "pipeline backfill --from": ["bogus", "child flag"],
  "pipeline backfill --to": ["bogus", "child flag"],
};

/** Flags that take any text, or are only looked at when much else is right. */
const ANY = new Set([
  ...["api fetch --param", "api fetch --size-param", "audit show --logs", "audit trace --logs"],
  ...[
    "audit rebuild --out",
    "pipeline reset --to",
    "files standardize --columns",
    "files validate --columns",
  ],
  // Its finding says that, as one of several.
  "pipeline doctor --config",
]);

interface Case {
  readonly command: string;
  readonly flag: string;
  readonly value: string;
  readonly where: string;
}

/** Every flag with a value of every command. */
const CASES: readonly Case[] = Object.entries(GROUPS).flatMap(([group, { commands }]) =>
  Object.entries(commands).flatMap(([name, { spec }]) =>
    Object.entries(spec.flags).flatMap(([flag, { type }]) => {
      const command = `${group} ${name}`;
      if (type === "boolean" || ANY.has(`${command} --${flag}`)) return [];
      const [value = "", where = "missing in this table"] = OWN[`${command} --${flag}`] ??
        WRONG[flag] ?? [];
      return [{ command, flag, value, where }];
    })
  )
);

function lineOf({ command, flag, value }: Case): string[] {
  const words = (LINES[`${command} --${flag}`] ?? LINES[command] ?? "").split(" ").filter((word) =>
    word !== ""
  );
  const at = words.indexOf(`--${flag}`);
  if (at >= 0) words.splice(at, 2);
  return [...command.split(" "), ...words, `--${flag}=${value}`, "--json"];
}

/** Returns what a case says, and what it should. */
async function outcomeOf(
  one: Case,
  cwd: string,
): Promise<readonly [found: unknown, wanted: unknown]> {
  const { flag, value } = one;
  const line = lineOf(one);
  const { code, stdout } = await runHeadwaters(line, { cwd });
  const { error } = JSON.parse(stdout);
  const where = one.where.replace("child ", "");
  const wanted = where === "flag"
    ? { flag: `--${flag}`, value }
    : where === "flag without its value"
    ? { flag: `--${flag}` }
    : { [where]: where === "run_id" ? value : join(cwd, value) };
  const of = line.join(" ");
  return [{ of, code, where: error.where }, {
    of,
    code: flag === "config" ? 78 : 64,
    where: wanted,
  }];
}

function makeDatabases(folder: string): void {
  using db = openDatabase(join(folder, "s.db"));
  db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY)");
  openAudit(join(folder, "audit.db"))[Symbol.dispose]();
}

async function checkAll(cases: readonly Case[]): Promise<void> {
  await inFolder(FILES, async (cwd) => {
    if (cases.some(({ command }) => /^(?:audit|db|pipeline)/.test(command))) makeDatabases(cwd);
    const outcomes = [];
    for (const one of cases) outcomes.push(await outcomeOf(one, cwd));
    assertEquals(outcomes.map(([found]) => found), outcomes.map(([, wanted]) => wanted));
  });
}

/** Some of the cases that the launcher sees without reading a configuration. */
const QUICK = sample(
  CASES.filter(({ command, where }) =>
    /^(?:api|files|logs)/.test(command) && !/^child/.test(where)
  ),
  10,
);

Deno.test({
  name: "a wrong value of a flag is where the failure's document says, a path from the root on",
  ignore,
  fn: () => checkAll(QUICK),
});

everyTest({
  name: "a wrong value of any flag is where the failure's document says",
  ignore,
  fn: () => checkAll(CASES),
});

everyTest({
  name: "a load that reaches no server says which",
  ignore,
  fn: () =>
    inFolder({ ...FILES, "lake/.keep": "" }, async (cwd) => {
      makeDatabases(cwd);
      const url = "postgres://u@127.0.0.1:1/d";
      const { code, stdout } = await runHeadwaters(["pipeline", "load", "--to", url, "--json"], {
        cwd,
      });
      assertEquals([code, JSON.parse(stdout).error.where], [1, { url }], stdout);
    }),
});

Deno.test("failureDocument() names a path of the user from the root on, in an archive too", () => {
  const whereOf = (context: object, met: Record<string, string>) =>
    failureDocument(
      new DataError("file-kind", "Cannot read", { context: { ...context } }),
      met,
      "/data",
    )
      .where;
  const path = resolve("/data", "a.zip/b.csv");
  assertEquals(whereOf({ path: "a.zip/b.csv" }, { path: "other" }), { path });
  assertEquals(whereOf({}, { path: "a.zip/b.csv" }), { path });
  assertEquals(whereOf({ path }, {}), { path });
});
