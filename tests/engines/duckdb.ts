import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { duckdb } from "./_duckdb.ts";
import { findEngine } from "./_engines.ts";
import { type HostileLake, hostileLake } from "./_hostile_lake.ts";
import { foundRows, viewNames, type ViewRows, wantedRows } from "./_wanted.ts";

const { program = "", missing } = await findEngine("duckdb");

/** Reads every view of a lake, in one session that has read the script of this moment. */
async function readViews(world: HostileLake, names = viewNames(world)): Promise<ViewRows> {
  const script = await Deno.readTextFile(join(world.lake, "_views/duckdb.sql"));
  const queries = names.map((name) =>
    `SELECT 'view ${name}'; SELECT to_json(v)::VARCHAR FROM "${name}" AS v;\n`
  );
  const lines: Record<string, string[]> = {};
  let rows: string[] = [];
  for (const line of (await duckdb(program, script + queries.join(""))).trimEnd().split("\n")) {
    const [, name] = /^view (.*)$/.exec(line) ?? [];
    if (name !== undefined) lines[name] = rows = [];
    else rows.push(line);
  }
  return foundRows(world, lines);
}

Deno.test({
  name: "DuckDB",
  ignore: missing !== undefined,
  async fn(t) {
    await using world = await hostileLake();

    await t.step(
      "its views have the rows of the manifests in every mode, after each night",
      async () => {
        for (let night = 0; night < 5; night++) {
          assertEquals((await world.run()).reasons, []);
          assertEquals(await readViews(world), wantedRows(world), `night ${night}`);
        }
      },
    );

    for (const [what, first] of [["in Parquet", 0], ["in both formats", 2]] as const) {
      await t.step(`its views have the same rows ${what}`, async () => {
        await using world = await hostileLake((night) => night < first ? "jsonl.gz" : "parquet");
        for (let night = 0; night < 5; night++) assertEquals((await world.run()).reasons, []);
        assertEquals(await readViews(world), wantedRows(world));
      });
    }

    await t.step("they stay right while a run publishes next to them", async () => {
      const before = wantedRows(world);
      let during: ViewRows | undefined;
      world.onLast = async () => {
        // The other streams of this run are published by now, and its views are not.
        during = await readViews(world, Object.keys(before));
      };
      await world.run();
      assertEquals(during, before);
    });

    await t.step("a run that is retracted is not in them any more", async () => {
      const [, second = ""] = world.runs;
      await world.retract(second);
      assertEquals(await readViews(world), wantedRows(world));
      for (const run of world.runs) await world.retract(run);
      const rows = await readViews(world);
      assertEquals(rows, wantedRows(world));
      assertEquals(Object.values(rows).flat(), []);
    });
  },
});
