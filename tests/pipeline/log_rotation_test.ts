import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { join } from "@std/path";
import { readdirSync } from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { everyWorldTest, streamOf, type World, worldTest } from "./_world.ts";

/** Takes the drop as a folder of logs. */
function logs(yaml: string): string {
  return yaml.replace(
    /sources:[^]*/,
    "sources:\n  - { name: web, type: logs, path: drop, min_age: 0s }\n",
  );
}

async function take(world: World): Promise<number[]> {
  const { files_published, files_duplicate, files_unchanged, outcome } = streamOf(
    await world.run({ edit: logs }),
    "web.web",
  );
  assertEquals(outcome, "complete");
  return [files_published, files_duplicate, files_unchanged];
}

/** Returns the texts of the events that readers see. */
function seen(world: World): string[] {
  return world.rows("web.web").map((row) => JSON.parse(row).body).toSorted();
}

function lineOf(body: string): string {
  return `2026-11-27 10:00:01,123 INFO [main] a.B - ${body}\n`;
}

const FORMS = { "1": (text: string) => text, "1.gz": gzipSync, "1.zst": zstdCompressSync };
type Form = keyof typeof FORMS;

async function follows(world: World, forms: readonly Form[]): Promise<void> {
  for (const form of forms) {
    Deno.removeSync(join(world.folder, "drop"), { recursive: true });
    Deno.mkdirSync(join(world.folder, "drop"));
    const bytes = Buffer.from(FORMS[form](lineOf("x")));
    Deno.writeFileSync(join(world.folder, `drop/app.log.${form}`), bytes);
    await take(world);
    assertEquals(seen(world), ["x"]);
  }
}

worldTest(
  "a log that was packed is a duplicate of its text",
  (world) => follows(world, ["1", "1.gz"]),
);

everyWorldTest("a log that is packed in another way is a duplicate of its text", async (world) => {
  await follows(world, ["1.gz", "1", "1.zst", "1.gz", "1.zst", "1"]);
  // What it is known by needs no second look.
  assertEquals(await take(world), [0, 0, 1]);
});

worldTest("a packed log that is rejected is kept as it came", async (world) => {
  const bytes = gzipSync(lineOf("x"));
  Deno.writeFileSync(join(world.folder, "drop/app.log.gz"), bytes);
  const checks = "checks: [{ column: body, pattern: y, severity: fail }]";
  const edit = (yaml: string) => logs(yaml).replace("min_age", `${checks}, min_age`);
  const run = await world.run({ edit });
  assertEquals(run.rejected_files.map(({ code }) => code), ["check-failed"]);
  const lake = join(world.folder, "lake");
  const kept = readdirSync(lake, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("app.log.gz"));
  assertEquals(kept.map((path) => Deno.readFileSync(join(lake, path))), [new Uint8Array(bytes)]);
  // The same text is rejected for the same reason.
  assertEquals(streamOf(await world.run({ edit }), "web.web").files_still_rejected, 1);
});
