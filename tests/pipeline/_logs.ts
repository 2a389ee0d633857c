import { assertEquals } from "@std/assert";
import { streamOf, type World } from "./_world.ts";

/** Takes the drop as a folder of logs. */
export function logs(yaml: string): string {
  return yaml.replace(
    /sources:[^]*/,
    "sources:\n  - { name: web, type: logs, path: drop, min_age: 0s }\n",
  );
}

/** Runs, and returns how many files were published, duplicates and unchanged. */
export async function take(world: World, edit = logs): Promise<number[]> {
  const { files_published, files_duplicate, files_unchanged, outcome } = streamOf(
    await world.run({ edit }),
    "web.web",
  );
  assertEquals(outcome, "complete");
  return [files_published, files_duplicate, files_unchanged];
}

/** Returns the texts of the events that readers see. */
export function seen(world: World): string[] {
  return world.rows("web.web").map((row) => JSON.parse(row).body).toSorted();
}

/** Returns a line with an event. */
export function lineOf(body: string): string {
  return `2026-11-27 10:00:01,123 INFO [main] a.B - ${body}\n`;
}
