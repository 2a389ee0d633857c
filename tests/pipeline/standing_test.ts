import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import {
  endRun,
  insertRun,
  newStreamRow,
  openAudit,
  saveStream,
  saveWait,
} from "../../lib/audit/mod.ts";
import { renderPlan } from "../../lib/pipeline/mod.ts";
import { streamsOf } from "../../lib/pipeline/sources/mod.ts";
import { openEnds, standingsOf, startsOf } from "../../lib/pipeline/standing.ts";
import { createStyle } from "../../lib/terminal/mod.ts";
import { runHeadwaters } from "../cli/_run_headwaters.ts";
import { everyWorldTest, worldTest } from "./_world.ts";

const VERDICT = {
  outcome: "complete",
  evidence: ["total"],
  contradictions: [],
  complete: true,
  followed: true,
  reasons: [],
} as const;

worldTest(
  "a plan says where each stream goes on, and what its last complete run took",
  async (world) => {
    const incremental =
      "primary_key: [id]\n        incremental: { field: t, format: iso, start_param: since }";
    const edit = (yaml: string) => yaml.replace("primary_key: [id]", incremental);
    const plans = (await world.config({ edit })).sources.flatMap(streamsOf);
    using db = openAudit(":memory:");
    const run = { pipeline: "world", config_identity: "", started_at: "2026-11-26T02:00:00.000Z" };
    for (const [run_id, requests, complete] of [["A", 3, true], ["B", 9, false]] as const) {
      insertRun(db, { ...run, run_id });
      const key = { run_id, source: "shop", stream: "items" };
      const row = newStreamRow({ ...key, type: "api", mode: "incremental" });
      const verdict = { ...VERDICT, complete };
      saveStream(db, { ...row, phase: "ended", requests, read: 250, verdict });
    }
    endRun(db, { run_id: "A", status: "complete", ended_at: run.started_at, exit_code: 0 });
    endRun(db, { run_id: "B", status: "suspended", ended_at: run.started_at, exit_code: 75 });
    db.run(
      "INSERT INTO stream_state (source, stream, watermark, current_complete, boundary_run_id) VALUES ('shop', 'items', '2026-11-26T00:00:00Z', 1, '')",
    );
    const starts = startsOf(plans, standingsOf(db, plans));
    assertEquals(starts.map(({ stream, last }) => [stream, last?.run_id]), [
      ["shop.items", "A"],
      ["vendor.vendor", undefined],
    ]);
    const plan = { net: [], read: [], write: [], env: [], args: ["run"], sandboxArgs: undefined };
    const style = createStyle({ color: false });
    const text = renderPlan({ ...plan, notes: [], streams: starts }, {
      style,
      cwd: "/",
      width: 80,
    });
    assertStringIncludes(
      text,
      "Where it goes on:\n" +
        "  stream         asks for                               last complete run\n" +
        '  shop.items     "since" from 2026-11-25T23:59:59.999Z  250 records, 3 requests\n',
    );
    assertStringIncludes(
      text,
      "  vendor.vendor  files that are new or have changed     none yet\n",
    );

    const now = Date.parse("2026-11-26T03:00:00Z");
    const wait = { origin: "https://a.example", reason: "Retry-After: 600" };
    saveWait(db, { ...wait, not_before: "2026-11-26T04:00:00.000Z" }, now);
    assertEquals(openEnds(db, "world", now), [
      "run B is not ended (suspended): if the configuration is as it was then, the next run goes on with it",
      "https://a.example: the server asked for no request before 2026-11-26T04:00:00.000Z (Retry-After: 600)",
    ]);
    assertEquals(openEnds(db, "another", now + 7_200_000), []);
  },
);

everyWorldTest("pipeline plan --probe asks each API once, and changes nothing", async (world) => {
  world.items = [{ id: 1 }, { id: 2 }];
  await world.config();
  let asked = 0;
  world.answer = () => Response.json(world.items, { status: asked++ === 0 ? 200 : 404 });
  const probe = () => runHeadwaters(["pipeline", "plan", "--probe"], { cwd: world.folder });
  const { code, stdout, stderr } = await probe();
  assertEquals([code, asked], [0, 1], stderr);
  assertStringIncludes(stdout, 'The first record of shop.items:\n{"id":1}\n');
  assertStringIncludes(stderr, "2 records read, the first is shown, nothing published");
  const names = [...Deno.readDirSync(world.folder)].map(({ name }) => name).sort();
  assertEquals(names, ["audit.db", "drop", "pipeline.yaml"]);
  assertEquals((await probe()).code, 1, "it does not answer any more");
  const json = await runHeadwaters(["pipeline", "plan", "--probe", "--json"], {
    cwd: join(world.folder),
  });
  assertEquals(json.code, 64);
});
