import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { retractRun } from "../../lib/pipeline/mod.ts";
import { items, worldTest } from "./_world.ts";

const ITEMS = "shop.items";

worldTest(
  "an older copy of the lake stays whole for its readers, and a retraction leads on",
  async (world) => {
    const lake = join(world.folder, "lake");
    world.items = items(3);
    await world.run();
    const current = join(lake, "raw/shop/items/_manifests/_current");
    const older = await Deno.readTextFile(current);
    world.items = items(4);
    const { run_id } = await world.run();
    await Deno.remove(join(lake, `raw/shop/items/snapshot=${run_id}`), { recursive: true });
    await Deno.remove(join(lake, `raw/shop/items/_manifests/${run_id}.json`));
    await Deno.writeTextFile(current, older);
    const [failed] = (await world.run()).streams.filter(({ stream }) => stream === "items");
    assertEquals([failed?.error_code, world.rows(ITEMS).length], ["lake-damaged", 3]);
    assertStringIncludes(failed?.error_message ?? "", `headwaters pipeline retract (${run_id})`);
    await retractRun({ lake, audit: join(world.folder, "audit.db") }, run_id);
    assertEquals([(await world.run()).exit_code, world.rows(ITEMS).length], [0, 4]);
  },
);
