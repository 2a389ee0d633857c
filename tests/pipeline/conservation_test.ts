import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { items, worldTest } from "./_world.ts";

worldTest("a count that does not add up is never published", async (world) => {
  world.items = items(3);
  const summary = await world.run({
    observe: (step) => {
      if (step.kind !== "point" || step.name !== "stream-end:after-commit") return;
      const staged = stagedItems(join(world.folder, "lake/_tmp"));
      if (staged === undefined || linesIn(staged) !== 3) return;
      // As a fault of this program would: one record more than was counted.
      Deno.writeTextFileSync(staged, '{"id":"i9"}\n', { append: true });
    },
  });
  assertEquals(summary.exit_code, 1);
  assertStringIncludes(summary.reasons.join(), "3 read, 3 written (4 in parts)");
  assertEquals(world.manifests("shop.items"), []);
});

function stagedItems(folder: string): string | undefined {
  for (const entry of Deno.readDirSync(folder)) {
    const path = join(folder, entry.name);
    const found = entry.isDirectory ? stagedItems(path) : path;
    if (found?.endsWith("shop.items.jsonl")) return found;
  }
  return undefined;
}

function linesIn(path: string): number {
  return Deno.readTextFileSync(path).split("\n").length - 1;
}
