import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { checkAccess } from "../../lib/cli/access.ts";
import { findCommand, parseCommand } from "../../lib/cli/find_command.ts";
import { GROUPS } from "../../lib/cli/groups.ts";
import { UsageError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { everyTest } from "../_sample.ts";
import { inFolder, runHeadwaters } from "./_run_headwaters.ts";

Deno.test("pipeline init may reach, read and write what its words name, and nothing else", async () => {
  const found = findCommand(["pipeline", "init"], GROUPS);
  const needs = (words: readonly string[], env = {}) => {
    const parsed = parseCommand({ ...found, args: words });
    return found.command.access?.(parsed, "/home/ann", env);
  };
  const files = ["/home/ann/pipeline.yaml"];
  const none = { files, env: [], hidesEnv: true };
  assertEquals(await needs(["https://api.example.com/v1/orders?limit=2"]), {
    ...none,
    net: ["api.example.com:443"],
  });
  assertEquals(await needs(["sqlite:shop.db"]), {
    ...none,
    read: ["/home/ann/shop.db"],
    databases: ["/home/ann/shop.db"],
  });
  const secret = ["--secret-env", "PW"];
  assertEquals(await needs(["postgres://etl@db.example.com/shop", ...secret], { PW: "x" }), {
    ...none,
    env: ["PW"],
    net: ["db.example.com:5432"],
  });
  assertThrows(() => needs(["drop", ...secret]), UsageError, "the variable PW is not set");
  assertThrows(() => needs(["postgres://etl:pw@db/shop"]), UsageError, "found a password in it");
});

Deno.test({
  name: "pipeline init takes a SQLite file by its name, and writes nothing into what it reads",
  ignore: !granted("read", "write"),
  fn: () =>
    inFolder({ "in/a.csv": "id\n1\n", "shop.db": "SQLite format 3\0" }, async (cwd) => {
      await Deno.link(join(cwd, "in/a.csv"), join(cwd, "hard.csv"));
      const found = findCommand(["pipeline", "init"], GROUPS);
      const look = async (...args: readonly string[]) => {
        const access = await found.command.access?.(parseCommand({ ...found, args }), cwd, {}) ??
          {};
        checkAccess(access, { force: true });
        return access;
      };
      for (const out of ["in/a.csv", "./in/a.csv", "in/new.yaml", "hard.csv"]) {
        await assertRejects(() => look("in", "--out", out, "--force"), UsageError, "Cannot write");
      }
      assertEquals(await look("in", "--out", "a.yaml"), {
        ...{ files: [join(cwd, "a.yaml")], env: [], hidesEnv: true },
        ...{ read: [join(cwd, "in")], keeps: [] },
      });
      assertEquals((await look("shop.db")).databases, [join(cwd, "shop.db")]);
      await assertRejects(() => look("shop.db", "-o", "shop.db", "-f"), UsageError, "an input");
      await assertRejects(
        () => look("in/a.csv"),
        UsageError,
        "no SQLite database; name the folder",
      );
    }),
});

everyTest({
  name: "pipeline init writes a configuration that runs, and replaces none",
  ignore: !granted("read", "write", "net", "run"),
  fn: () =>
    inFolder({ "drop/a.csv": "id,name\n1,x\n" }, async (cwd) => {
      Deno.utimeSync(join(cwd, "drop/a.csv"), 1, 1);
      const init = (...more: string[]) =>
        runHeadwaters(["pipeline", "init", "drop", ...more], { cwd });
      const first = await init();
      assertEquals([first.code, first.stderr], [0, ""]);
      assertStringIncludes(first.stdout, "pipeline.yaml: 1 source; 2 questions in its comments");
      assertStringIncludes(await Deno.readTextFile(join(cwd, "pipeline.yaml")), "path: drop");
      assertEquals((await init()).code, 64);
      assertEquals((await init("--force", "--json")).code, 0);
      const { code, stdout } = await runHeadwaters(["pipeline", "run", "--json"], { cwd });
      assertEquals([code, JSON.parse(stdout).totals.written], [0, 1]);
    }),
});
