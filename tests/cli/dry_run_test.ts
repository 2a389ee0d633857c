import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Access, permissionFlags } from "../../lib/cli/access.ts";
import { renderDryRun } from "../../lib/cli/dry_run.ts";
import { GROUPS } from "../../lib/cli/groups.ts";
import { main } from "../../lib/cli/mod.ts";
import { granted } from "../_granted.ts";
import { IS_LOCKED_OUT } from "../_locked.ts";
import { sample } from "../_sample.ts";
import { UserFolder } from "./_headwaters.ts";

const ignore = !granted("read", "write", "run");

/** Returns the paths of a permission flag. */
function flagged(access: Access, name: string): string[] {
  return permissionFlags(access).filter((flag) => flag.startsWith(`${name}=`))
    .flatMap((flag) => flag.slice(name.length + 1).split(","));
}

Deno.test({
  name: "renderDryRun() names every path of the permission flags, and none beyond them",
  ignore,
  async fn() {
    using user = new UserFolder({ "in/a.csv": "a", "in/b.csv": "b", "c.db": "" });
    await user.link("link", user.at("in"));
    const access: Access = {
      read: [user.at("link"), user.at("in/a.csv")],
      databases: [user.at("c.db")],
      files: [user.at("link/all.csv"), user.at("out/x.csv")],
      folders: [user.at("parts")],
      makes: user.at("out"),
      inPlace: [user.at("state")],
      net: ["a.example:443"],
      env: ["TOKEN"],
    };
    const { read, write, temporary, net, env } = JSON.parse(renderDryRun(access, { json: true }));
    const isCovered = (path: string, folders: readonly string[]) =>
      folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
    const paths = [...read, ...write, ...temporary];
    for (const path of flagged(access, "--allow-read")) assert(paths.includes(path), path);
    for (const path of flagged(access, "--allow-write")) {
      assert([...write, ...temporary].includes(path), path);
    }
    for (const path of [...write, ...temporary]) {
      assert(isCovered(path, flagged(access, "--allow-write")), path);
    }
    for (const path of paths) assert(isCovered(path, flagged(access, "--allow-read")), path);
    assertEquals([net, env], [["a.example:443"], ["TOKEN"]]);
    const text = renderDryRun(access, { json: false });
    for (const path of [...paths, ...net, ...env]) assertStringIncludes(text, `  ${path}`);
    assertStringIncludes(text, `write  ${user.at("parts")}.headwaters.tmp (temporary name)\n`);
    assertStringIncludes(text, `write  ${user.at("state")} (in place)\n`);
  },
});

Deno.test({
  name: "--dry-run of split, merge and api fetch prints the names that they write under",
  ignore,
  async fn() {
    using user = new UserFolder({ "a.csv": "id\n1\n" });
    for (
      const [line, written, temporary] of [
        ["files split a.csv -o parts", ["parts"], ["parts.headwaters.tmp"]],
        ["files merge a.csv -o all.csv", ["all.csv"], ["all.csv.headwaters.tmp"]],
      ] as const
    ) {
      const { stdout } = await user.run(...line.split(" "), "--dry-run", "--json");
      const plan = JSON.parse(stdout);
      assertEquals(plan.write, written.map((name) => user.at(name)));
      assertEquals(plan.temporary, temporary.map((name) => user.at(name)));
    }
    const fetched = await user.run("api", "fetch", "http://127.0.0.1:9/", "--dry-run");
    for (const name of ["records.jsonl", "records.jsonl.part", "records.jsonl.position"]) {
      assertStringIncludes(fetched.stdout, `write  ${user.at(name)}`);
    }
    assertStringIncludes(fetched.stdout, "net    127.0.0.1:9\n");
    assert(!fetched.stdout.includes("until it is whole"), fetched.stdout);
  },
});

Deno.test("renderDryRun() fits 80 columns but for the paths", () => {
  for (const line of renderDryRun({ files: ["/a"] }, { json: false }).split("\n")) {
    assert(line.length <= 80, line);
  }
});

/** What each command with the flag refuses at once: by what is typed, by names, by variables, by what is missing. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  "pipeline init": ["none", "a.csv", "drop --secret-env NOT_SET_", "drop -o drop/p.yaml"],
  "pipeline run": ["--select none", "-c none.yaml", "-c linked.yaml"],
  "pipeline backfill": [
    "shop.items",
    "none --from 2026-01-01",
    "shop.all --from 2026-01-01",
    "shop.items --from 2026-01-01 --to 2026-01-03 --step 1x",
    "shop.items --from 2026-01-01 --to 2026-01-03 --step 1ms",
    "shop.items --from 2026-01-01 --to 2026-01-03 --step 1d --json",
  ],
  "pipeline replay": ["none", "shop.all", "vendor.vendor"],
  "pipeline report": ["--limit 0", "-a none.db", ""],
  "pipeline accept": ["none", "shop.all none"],
  "pipeline retract": ["R -c linked.yaml", "R -c none.yaml"],
  "pipeline reset": ["none", "shop.items -c none.yaml"],
  "pipeline verify": ["--engine none", "--program ./engine", "--program ./none"],
  "pipeline load": [
    "--to none",
    "--to duckdb:drop/x.duckdb",
    "--to duckdb:x.duckdb --program ./engine",
    "--to postgres://u@h/d",
    "--to postgres://u@h/d --password-env NOT_SET_",
    "--to postgres://u@h/d --ca none.pem",
  ],
  "files standardize": ["a.csv x/a.csv -o o", "a.json --snake-case -o o", "a.csv --on x -o o"],
  "files compress": ["a.csv --level 10 -o o", "a.csv x/a.csv -o o"],
  "files decompress": ["a.csv x/a.csv -o o", "none -o o"],
  "files split": ["*.csv -o o", "a.csv --rows 0 -o o", "a.csv -o x"],
  "files merge": ["a.csv a.csv -o o.csv", "a.csv -o o.tsv", "a.csv -o o --target 0B"],
  "files layout": ["a.csv x/a.csv --by d=1 -o o", "a.csv -o o", "a.csv --by d=1 -o x"],
  "api fetch": [
    "http://127.0.0.1:9/ -o /dev/full",
    "http://127.0.0.1:9/ --token-env NOT_SET_",
    "http://127.0.0.1:9/ --token-env UNFIT",
    "http://127.0.0.1:9/ -o half",
    "http://127.0.0.1:9/ -o half --resume",
    "http://127.0.0.1:9/ --size 0",
  ],
  "db extract": [
    "--from postgres://u@h/d --table t -o o --password-env NOT_SET_",
    "--from postgres://u@h/d --table t -o o --ca none.pem",
    "--from none.db --table t -o o",
    "--from sqlite:none.db --table t -o o",
  ],
  "logs parse": ["a.log --format none", "a.log --timezone none", "a.log x/a.log -o x/a.log"],
  "audit rebuild": ["x -o o.db", "none -o o.db"],
};

const PIPELINE = `
name: mine
sources:
  - { name: vendor, type: files, path: drop }
  - name: shop
    type: api
    base_url: http://127.0.0.1:9
    streams:
      - name: items
        path: /items
        pagination: { type: none }
        primary_key: [id]
        incremental: { field: at, format: iso, start_param: since }
      - { name: all, path: /all, pagination: { type: none } }
`;

Deno.test("REFUSED names every command that has --dry-run", () => {
  const commands = Object.entries(GROUPS).flatMap(([group, { commands }]) =>
    Object.entries(commands).filter(([, { spec }]) => spec.flags["dry-run"] !== undefined)
      .map(([name]) => `${group} ${name}`)
  );
  assertEquals(Object.keys(REFUSED).sort(), commands.sort());
});

Deno.test({
  name: "a dry run refuses what the command itself refuses at once, in the same words",
  ignore,
  async fn() {
    const position = { bytes: 1, records: 1, sha256: "", question: "another", state: null };
    using user = new UserFolder({
      "pipeline.yaml": PIPELINE,
      "linked.yaml": `${PIPELINE}lake: x\n`,
      ...{ "drop/a.csv": "id\n1\n", "a.csv": "id\n1\n", "b.csv": "id\n2\n", "a.json": "[]" },
      ...{ "a.log": "x", "x/a.log": "x", "x/a.csv": "id\n3\n", engine: "not started" },
      ...{ "half.part": "1", "half.position": JSON.stringify(position) },
    });
    await user.link("x/raw", user.at("drop"));
    for (const [command, lines] of Object.entries(REFUSED)) {
      for (const line of sample(lines)) {
        const own = await saidIn(user, `${command} ${line}`);
        assert(own.code === 64 || own.code === 78, `${command} ${line}: ${own.code}`);
        assertEquals(await saidIn(user, `${command} ${line} --dry-run`), own);
      }
    }
  },
});

/** Returns how a command ends that starts no process. */
async function saidIn(user: UserFolder, line: string): Promise<{ code: number; message: string }> {
  let message = "";
  const code = await main(line.split(" ").filter((word) => word !== ""), {
    cwd: user.path,
    env: { UNFIT: "\u20ac" },
    signal: new AbortController().signal,
    write: () => {},
    tell: (text) => message += text,
    start: () => Promise.resolve(0),
  });
  return { code, message };
}

Deno.test({
  name: "a dry run refuses a folder that may not be written, as the command itself does",
  ignore: !IS_LOCKED_OUT,
  async fn() {
    using user = new UserFolder({
      "locked/pipeline.yaml": PIPELINE,
      ...{ "locked/drop/a.csv": "id\n1\n", "a.csv": "id\n1\n", "a.log": "x", "a.db": "" },
    });
    Deno.chmodSync(user.at("locked"), 0o500);
    for (
      const line of sample([
        "pipeline init locked/drop -o locked/x.yaml",
        "pipeline run -c locked/pipeline.yaml",
        "files compress a.csv -o locked/x",
        "files split a.csv -o locked/x",
        "files merge a.csv -o locked/x.csv",
        "api fetch http://127.0.0.1:9/ -o locked/x.jsonl",
        "logs parse a.log -o locked/x",
      ])
    ) {
      const own = await saidIn(user, line);
      assertEquals(own.code, 1, `${line}: ${own.message}`);
      assertStringIncludes(own.message, "is read-only for this user");
      assertEquals(await saidIn(user, `${line} --dry-run`), own);
    }
    Deno.chmodSync(user.at("locked"), 0o700);
  },
});

Deno.test({
  name: "what the system denies is exit 1 before anything starts, whatever names it",
  ignore: !IS_LOCKED_OUT,
  async fn() {
    using user = new UserFolder({
      ...{ "a.csv": "id\n1\n", "shut.json": "[]", "shut.db": "", "raw/x": "", "closed/x": "" },
    });
    for (const name of ["shut.json", "shut.db", "closed"]) Deno.chmodSync(user.at(name), 0);
    for (
      const line of [
        "files standardize a.csv --mapping shut.json -o o",
        "db extract --from sqlite:shut.db --table t -o o",
        "db extract --from postgres://u@127.0.0.1:1/d --table t --ca shut.json -o o",
        "audit runs -a shut.db",
        "audit rebuild . -o closed/q.db",
        "files inventory closed/x",
      ]
    ) {
      const { code, message } = await saidIn(user, line);
      assertEquals(code, 1, line);
      assertStringIncludes(message, "access is denied", line);
    }
    Deno.chmodSync(user.at("closed"), 0o700);
  },
});

Deno.test({
  name:
    "pipeline backfill --dry-run says how many runs it would be, and their first and last range",
  ignore,
  async fn() {
    using user = new UserFolder({ "pipeline.yaml": PIPELINE, "drop/a.csv": "id\n1\n" });
    const year = ["--from", "2026-01-01", "--to", "2027-01-01", "--dry-run"];
    const backfill = ["pipeline", "backfill", "shop.items", ...year];
    const { code, stdout } = await user.run(...backfill, "--step", "1d");
    assertEquals(code, 0);
    const steps = "365 runs like this one, one after the other:\n" +
      "  first  2026-01-01..2026-01-02\n  last   2026-12-31..2027-01-01\n";
    assert(stdout.endsWith(steps), stdout);
    assert(!(await user.run(...backfill)).stdout.includes("one after the other"));
  },
});
