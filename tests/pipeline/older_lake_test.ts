import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openAudit } from "../../lib/audit/mod.ts";
import { worldTest } from "./_world.ts";

worldTest(
  "a run takes away what older versions left in the staging folder, and nothing else",
  async (world) => {
    const { run_id } = await world.run();
    const staging = join(world.folder, "lake/_tmp");
    await Deno.mkdir(join(staging, run_id));
    await Deno.writeTextFile(join(staging, run_id, "shop.items.jsonl"), "{}\n");
    await Deno.writeTextFile(join(staging, "half.tmp"), "x");
    await Deno.mkdir(join(staging, "somebody"));
    await world.run();
    const names = [...Deno.readDirSync(staging)].map(({ name }) => name);
    assertEquals([names.includes(run_id), names.includes("half.tmp")], [false, false]);
    assert(names.includes("somebody"), names.join());
  },
);

worldTest(
  "a run brings back no marker of a snapshot that an older version has removed",
  async (world) => {
    const { exit_code } = await world.run();
    assertEquals(exit_code, 0);
    {
      using db = openAudit(join(world.folder, "audit.db"));
      const path = "raw/shop/items/snapshot=R0";
      // An older version removed the folder and noted nothing.
      for (const [kind, name, content] of [["part", "part-0", null], ["marker", "_SUCCESS", ""]]) {
        db.run(
          `INSERT INTO publications (run_id, source, stream, kind, path, content, bytes, rows, sha256, status)
         VALUES ('R0', 'shop', 'items', ?, ?, ?, 0, 0, '', 'published')`,
          [kind ?? null, `${path}/${name}`, content ?? null],
        );
      }
    }
    assertEquals((await world.run()).exit_code, 0);
    const names = [...Deno.readDirSync(join(world.folder, "lake/raw/shop/items"))].map(({ name }) =>
      name
    );
    assertEquals(names.filter((name) => name.endsWith("R0")), []);
  },
);
