import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openAudit } from "../../lib/audit/mod.ts";
import { StorageError } from "../../lib/errors/mod.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import { resetStream } from "../../lib/pipeline/mod.ts";
import { walk } from "../crash/_read_lake.ts";
import { everyWorldTest, items, namesIn, streamOf, type World, worldTest } from "./_world.ts";

const HOUR = 3_600_000;
const [ITEMS, FILES] = ["shop.items", "vendor.vendor"];

/** An incremental stream alone: the next run publishes again only what is not known. */
function following(yaml: string): string {
  return yaml.slice(0, yaml.indexOf("  - name: vendor")).replace(
    "primary_key: [id]",
    "primary_key: [id]\n        incremental: { field: at, start_param: since }",
  );
}

/** The folder of files alone, which puts small ones together. */
function merging(yaml: string): string {
  return `${yaml.replace(/ {2}- name: shop[^]*?(?= {2}- name: vendor)/, "")}
    parts: { merge_below: 5kB }
tolerance: { records: 100% }
`;
}

/** Refuses what is about to be put in place: it is decided, and waits in staging. */
function observe(step: DiskStep): void {
  if ("path" in step && step.path.includes("/lake/raw")) {
    throw new StorageError("storage-full", `Cannot write "${step.path}": a test has no space`);
  }
}

function listed(count: number) {
  return items(count).map((item) => ({ ...item, at: "2026-11-01T00:00:00Z" }));
}

function loseStaging({ folder }: World): void {
  const [owner = ""] = namesIn(join(folder, "lake/_tmp"));
  const path = join(folder, "lake/_tmp", owner);
  for (const name of namesIn(path)) Deno.removeSync(join(path, name), { recursive: true });
}

everyWorldTest("a run keeps what a run that was given up has decided to publish", async (world) => {
  const edit = following;
  world.items = listed(2);
  assertEquals((await world.run({ edit, observe })).exit_code, 1);
  world.now += 13 * HOUR;
  assertEquals((await world.run({ edit, observe })).exit_code, 1);
  world.items = [];
  assertEquals((await world.run({ edit })).exit_code, 0);
  assertEquals(world.rows(ITEMS).length, 2);
});

worldTest("a run publishes nothing next to data that is gone", async (world) => {
  world.drop("a.csv", "id\n1\n");
  await world.run();
  world.drop("b.csv", "id\n2\n");
  assertEquals((await world.run({ observe })).exit_code, 1);
  const [file] = world.manifests(FILES)[0]?.files ?? [];
  const path = join(world.folder, "lake", file?.path ?? "");
  const bytes = Deno.readFileSync(path);
  Deno.removeSync(path);
  assertEquals((await world.run()).exit_code, 1);
  assertEquals(namesIn(join(path, "..")).filter((name) => name.endsWith(".gz")), []);
  Deno.writeFileSync(path, bytes);
  assertEquals((await world.run()).exit_code, 0);
  assertEquals(world.rows(FILES), ["1", "2"]);
});

worldTest("a run publishes no staged file of another size than was decided", async (world) => {
  const edit = following;
  world.items = listed(2);
  await world.run({ edit, observe });
  const parts = walk(join(world.folder, "lake/_tmp")).filter((path) => path.endsWith(".gz"));
  assertEquals(parts.length, 1);
  for (const path of parts) Deno.truncateSync(path, 9);
  assertEquals((await world.run({ edit })).exit_code, 0);
  assertEquals(world.rows(ITEMS).length, 2);
});

worldTest("a run forgets the records of what it cannot publish any more", async (world) => {
  const edit = following;
  world.items = listed(2);
  await world.run({ edit, observe });
  loseStaging(world);
  world.now += 13 * HOUR;
  world.items = [];
  assertEquals((await world.run({ edit })).exit_code, 0);
  world.items = [{ id: "new", at: "2026-11-02T00:00:00Z" }];
  await world.run({ edit });
  await resetStream(await world.config({ edit }), ITEMS);
  world.items = listed(2);
  assertEquals((await world.run({ edit })).totals.written, 2);
});

worldTest(
  "a run takes files in again that it cannot publish any more, as if anew",
  async (world) => {
    const edit = merging;
    for (const name of ["a.csv", "copy.csv"]) world.drop(name, "id\n1\n2,3\n");
    assertEquals((await world.run({ edit, observe })).exit_code, 1);
    loseStaging(world);
    const again = await world.run({ edit });
    const { read, written, rejected, ...stream } = streamOf(again, FILES);
    assertEquals([again.attempts, again.exit_code], [2, 0]);
    assertEquals([read, written, rejected], [2, 1, 1]);
    // The copy was not read.
    assertEquals([stream.files_published, stream.files_duplicate, stream.bytes], [1, 1, 9]);
    using db = openAudit(join(world.folder, "audit.db"), { readOnly: true });
    assertEquals(db.all("SELECT count(*) AS n FROM rejects"), [{ n: 1 }]);
  },
);

worldTest("a stream whose end was not committed goes on before its last page", async (world) => {
  const edit = (yaml: string) =>
    yaml.slice(0, yaml.indexOf("  - name: vendor"))
      .replace("path: /items", "path: /items\n        records: items\n        mode: append")
      .replace("{ type: none }", "{ type: page, page_param: page, has_more: more }")
      .replace("        primary_key: [id]\n", "");
  world.answer = (url) => {
    const page = Number(url.searchParams.get("page"));
    return Response.json({ items: [page, page].map((page) => ({ page })), more: page < 3 });
  };
  const refuse = (step: DiskStep) => {
    if (step.kind === "point" && step.name === "stream-end:before-commit") {
      throw new StorageError("storage-full", "Cannot write: a test has no space");
    }
  };
  assertEquals((await world.run({ edit, observe: refuse })).exit_code, 1);
  const { attempts, totals } = await world.run({ edit });
  assertEquals([attempts, totals.read, totals.written], [2, 6, 6]);
  assertEquals(world.rows(ITEMS).map((line) => JSON.parse(line).page), [1, 1, 2, 2, 3, 3]);
});

worldTest("runs have ids in their order, whatever the clock says", async (world) => {
  world.items = items(1);
  const first = await world.run();
  world.now -= 24 * HOUR;
  const second = await world.run();
  assertEquals([second.run_id, first.run_id].sort(), [first.run_id, second.run_id]);
});
