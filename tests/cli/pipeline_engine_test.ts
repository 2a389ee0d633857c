import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { engineArgs } from "../../lib/pipeline/launch_engine.ts";
import { granted } from "../_granted.ts";
import { inFolder, runHeadwaters } from "./_run_headwaters.ts";

const ignore = !granted("read", "write", "run");
const FILES = {
  "p.yaml": "name: p\nsources:\n  - { name: s, type: files, path: inbox }\n",
  "engine": "not started",
};

Deno.test("engineArgs() lets the process read the audit database and start one program", () => {
  const places = { audit: "/p/audit.db", lake: "/p/lake" };
  const args = engineArgs(places, { engine: "duckdb", json: false }, "/bin/duckdb");
  assertEquals(args.filter((arg) => /^(-A|--allow|--deny)/.test(arg)), [
    "--deny-import",
    "--allow-read=/p/audit.db,/p/audit.db-wal,/p/audit.db-shm",
    "--allow-run=/bin/duckdb",
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

Deno.test({
  name: "pipeline verify and load refuse what they cannot start or write",
  ignore,
  fn: () =>
    inFolder(FILES, async (cwd) => {
      const cases = [
        [["verify", "--program", "./none"], "there is no such file"],
        [["verify", "--engine", "oracle"], "expected duckdb or spark"],
        [["load", "--to", "x.duckdb"], "expected duckdb:FILE"],
        [["load", "--to", "duckdb:a?b"], 'cuts paths at a "?"'],
      ] as const;
      for (const [words, message] of cases) {
        const { code, stderr } = await runHeadwaters(["pipeline", ...words, "-c", "p.yaml"], {
          cwd,
        });
        assertEquals(code, 64, stderr);
        assertStringIncludes(stderr, message);
      }
    }),
});
