import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { makeLink } from "../_make_link.ts";
import { join } from "@std/path";
import { ConfigError } from "../../lib/errors/mod.ts";
import { worldTest } from "./_world.ts";

worldTest("runPipeline() refuses a drop that a link leads into the lake", async (world) => {
  world.drop("a.csv", "id\n1\n");
  await world.run();
  await makeLink(join(world.folder, "lake/raw"), join(world.folder, "linked"));
  const edit = (yaml: string) => yaml.replace("path: drop", "path: linked");
  const error = await assertRejects(() => world.run({ edit }), ConfigError);
  assertStringIncludes(error.message, "found a folder inside the lake");
});

worldTest("runPipeline() refuses a lake that a link leads into the drop", async (world) => {
  await Deno.mkdir(join(world.folder, "drop/deep"));
  await makeLink(join(world.folder, "drop/deep"), join(world.folder, "linked"));
  const edit = (yaml: string) => yaml.replace("lake: lake", "lake: linked/lake");
  const error = await assertRejects(() => world.run({ edit }), ConfigError);
  assertStringIncludes(error.message, "found a folder that holds the lake");
});

for (
  const [key, name, message] of [
    ["lake", "a_file", "found a file, expected a folder"],
    ["lake", "a_file/lake", "on the way, expected a folder"],
    ["lake", "nowhere", "found a link that leads nowhere, expected a folder"],
    ["log_dir", "a_file", "found a file, expected a folder"],
    ["log_dir", "nowhere", "found a link that leads nowhere"],
    ["audit", "a_folder", "found a folder, expected a file"],
    ["audit", "a_file/audit.db", "on the way, expected a file"],
    ["lake", "linked/../lake", 'does not go back by ".." from the link'],
  ] as const
) {
  worldTest(`plan refuses ${key}: ${name}, as a run would`, async (world) => {
    await Deno.writeTextFile(join(world.folder, "a_file"), "");
    await Deno.mkdir(join(world.folder, "a_folder"));
    await makeLink(join(world.folder, "none"), join(world.folder, "nowhere"));
    await makeLink(join(world.folder, "drop"), join(world.folder, "linked"));
    const edit = (yaml: string) => yaml.replace(new RegExp(`^${key}: .*$`, "m"), `${key}: ${name}`);
    const error = await assertRejects(() => world.run({ edit }), ConfigError);
    assertStringIncludes(error.message, message);
  });
}

worldTest("what a module wants to read is blamed on its key", async (world) => {
  const code =
    'export default { describe: () => ({ streams: [{ name: "a" }], needs: { read: ["lake"] } }), read() {} };';
  await Deno.writeTextFile(join(world.folder, "mine.ts"), code);
  const edit = (yaml: string) =>
    yaml.replace(/sources:[^]*/, "sources: [{ name: mine, type: module, module: mine.ts }]");
  const error = await assertRejects(() => world.config({ edit }), ConfigError);
  assertStringIncludes(error.message, "sources[0].module: found a folder");
});

worldTest("no place is one that SQLite or a run needs for a part of a database", async (world) => {
  await Deno.writeTextFile(join(world.folder, "other.db"), "SQLite format 3\0");
  const shop = "database: sqlite:shop.db, streams: [{ name: orders }]";
  const state = async (place: string) => {
    const [key = ""] = place.split(":");
    const edit = (yaml: string) =>
      `${
        yaml.replace(new RegExp(`^${key}: .*$`, "m"), place)
      }  - { name: b, type: database, ${shop} }\n`;
    return await world.config({ edit }).then(() => "accepted", (error) => String(error));
  };
  for (
    const place of [
      "lake: audit.db-journal",
      "lake: audit.db-wal/lake",
      "log_dir: audit.db.lock",
      "log_dir: audit.db-shm",
      // Next to a database that is read and not there yet, and to one that the pipeline does not know.
      "audit: shop.db-journal",
      "lake: shop.db.lock",
      "audit: other.db-journal",
    ]
  ) {
    const [key = ""] = place.split(":");
    const wanted = `${key}: found a name that is kept for a part of a database`;
    assertStringIncludes(await state(place), wanted, place);
  }
  for (const place of ["lake: other-journal", "log_dir: shop.lock", "audit: a.db-journal"]) {
    assertEquals([place, await state(place)], [place, "accepted"]);
  }
});
