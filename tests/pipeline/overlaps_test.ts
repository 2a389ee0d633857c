import { assertRejects, assertStringIncludes } from "@std/assert";
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
