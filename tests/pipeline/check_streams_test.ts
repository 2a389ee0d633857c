import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ConfigError } from "../../lib/errors/mod.ts";
import { retractRun } from "../../lib/pipeline/mod.ts";
import { everyWorldTest, items, worldTest } from "./_world.ts";

const KEY = "primary_key: [id]";
const BY_TIME = `${KEY}\n        incremental: { field: at, start_param: since }`;

for (
  const [what, before, after, words] of [
    ["another field", BY_TIME, BY_TIME.replace("field: at", "field: seen"), 'field "at"'],
    ["another form", BY_TIME, BY_TIME.replace("since }", "since, format: epoch_s }"), "form iso"],
    ["a snapshot after additions", BY_TIME, KEY, "mode incremental"],
    ["additions after a snapshot", KEY, `${KEY}\n        mode: append`, "mode snapshot"],
  ] as const
) {
  worldTest(`runPipeline() refuses ${what} under one name, and keeps all`, async (world) => {
    world.items = items(3).map((item) => ({ ...item, at: "2026-01-01", seen: "2026-01-01" }));
    const edit = (keys: string) => (yaml: string) => yaml.replace(KEY, keys);
    await world.run({ edit: edit(before) });
    const rows = world.rows("shop.items");
    const error = await assertRejects(() => world.run({ edit: edit(after) }), ConfigError);
    assertEquals(error.code, "stream-changed");
    assertStringIncludes(error.message, words);
    assertStringIncludes(error.message, "set it back, or give the stream a new name");
    assertEquals([rows.length, world.rows("shop.items")], [3, rows]);
    assertEquals((await world.run({ edit: edit(before) })).exit_code, 0, "set back, it goes on");
  });
}

everyWorldTest(
  "runPipeline() refuses another type of source under one name, unless all is taken back",
  async (world) => {
    const asLogs = (yaml: string) => yaml.replace("type: files", "type: logs");
    world.drop("a.json", '{"id":1}\n');
    const { run_id } = await world.run();
    const rows = world.rows("vendor.vendor");
    const error = await assertRejects(() => world.run({ edit: asLogs }), ConfigError);
    assertEquals(error.code, "stream-changed");
    assertStringIncludes(error.message, "from a source of type files so far");
    assertEquals([rows.length, world.rows("vendor.vendor")], [1, rows]);
    await retractRun(await world.config(), run_id, { now: () => world.now + 1 });
    assertEquals(
      (await world.run({ edit: asLogs })).exit_code,
      0,
      "nothing of the other type is left",
    );
  },
);
