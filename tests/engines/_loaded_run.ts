import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { inFolder, runHeadwaters } from "../cli/_run_headwaters.ts";

/** Where runs are loaded into. */
export interface LoadedInto {
  /** The key `load` of the configuration, for a pipeline in this folder. */
  readonly load: (folder: string) => string;
  /** Variables that the launcher gets. @default {} */
  readonly env?: Readonly<Record<string, string>>;
  /** Counts the rows of the table `shop.orders`. */
  readonly count: (folder: string) => Promise<number>;
  /** Takes the database away until it is given back. */
  readonly lock: (folder: string) => Promise<AsyncDisposable>;
  /** Exit codes of the run and of its load then. @default {[69, 1]} */
  readonly locked?: readonly [number, number];
}

/** Runs a pipeline whose configuration has a load, by its command line: the load is part of each run, and no more than that. */
export async function checkLoadedRun(
  { load, env = {}, count, lock, locked = [69, 1] }: LoadedInto,
): Promise<void> {
  await inFolder({ "shop/a.csv": "id\n1\n2\n" }, async (cwd) => {
    const yaml = "name: p\nsources: [{ name: shop, type: files, path: shop, stream: orders, " +
      `min_age: 0s }]\nload: ${load(cwd)}\n`;
    await Deno.writeTextFile(join(cwd, "p.yaml"), yaml);
    const run = async (...flags: string[]) => {
      const words = ["pipeline", "run", "-c", "p.yaml", ...flags];
      return await runHeadwaters(words, { cwd, env });
    };

    const first = await run();
    assertEquals([first.code, first.stderr, await count(cwd)], [0, "", 2]);
    assertMatch(first.stdout, /^shop\.orders +replaced +2 +2$/m);
    const again = await run();
    assertMatch(again.stdout, /^shop\.orders +unchanged/m);

    // The database is out of reach: what was read is published all the same, and loaded the next night.
    await Deno.writeTextFile(join(cwd, "shop/b.csv"), "id\n3\n");
    {
      await using _lock = await lock(cwd);
      const { code, stdout, stderr } = await run("--json");
      assertEquals(code, locked[0], stderr);
      const { outcome, exit_code, totals, load } = JSON.parse(stdout);
      assertEquals([outcome, exit_code, totals.published_files], ["complete", 0, 1]);
      assertEquals([load.exit_code, typeof load.error.message], [locked[1], "string"]);
    }
    assertEquals(await count(cwd), 2);
    const mended = await run("--json");
    const { totals, load: added } = JSON.parse(mended.stdout);
    assertEquals([mended.code, totals.published_files, await count(cwd)], [0, 0, 3]);
    assertEquals([added.exit_code, added.tables[0].how], [0, "added"]);

    const plan = await runHeadwaters(["pipeline", "plan", "-c", "p.yaml"], { cwd, env });
    assertStringIncludes(plan.stdout, "after a run that is complete or partial:");
  });
}
