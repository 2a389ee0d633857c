import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { join } from "@std/path";
import { readdirSync } from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { Random } from "../simulation/_random.ts";
import { RotatedLog } from "./_log_lives.ts";
import { lineOf, logs, seen, take } from "./_logs.ts";
import { everyWorldTest, streamOf, type World, worldTest } from "./_world.ts";

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

for (let seed = 1; seed <= 30; seed++) {
  everyWorldTest(
    `every event of rotated logs is seen once, whatever happens (${seed})`,
    async (world) => {
      const random = new Random(seed);
      const folder = join(world.folder, "drop");
      const all = ["app", "db"].map((name) => new RotatedLog(folder, name, random));
      for (let night = 0; night < 14; night++) {
        for (let step = random.whole(1, 6); step > 0; step--) random.pick(all).step();
        if (random.chance(0.5)) {
          // It is killed at some step; more happens before it goes on.
          let left = random.whole(1, 25);
          const observe = () => {
            if (--left <= 0) throw new Error("killed");
          };
          await world.run({ edit: logs, observe }).catch(() => {});
          for (let step = random.whole(0, 3); step > 0; step--) random.pick(all).step();
          // What was listed to its end before the kill is not listed again by the run that goes on.
          await world.run({ edit: logs });
        }
        const { outcome } = streamOf(await world.run({ edit: logs }), "web.web");
        const history = all.flatMap((one) => one.history).join(", ");
        assertEquals(outcome, "complete", history);
        assertEquals(seen(world), all.flatMap(({ events }) => events).toSorted(), history);
        for (const one of all) one.taken();
      }
    },
  );
}

for (const follows of ["the same", "more", "a rotation"]) {
  everyWorldTest(
    `a log that grew is seen once wherever a run is killed, then ${follows}`,
    async (world) => {
      const bodies: string[] = [];
      const write = (body: string) => {
        bodies.push(body);
        Deno.writeTextFileSync(join(world.folder, "drop/app.log"), lineOf(body), { append: true });
      };
      for (let step = 1, wasKilled = true; wasKilled; step++) {
        write(`${step} a`);
        await take(world);
        write(`${step} b`);
        let left = step;
        wasKilled = false;
        await world.run({
          edit: logs,
          observe: () => {
            if (--left > 0) return;
            wasKilled = true;
            throw new Error("killed");
          },
        }).catch(() => {});
        if (follows === "more") write(`${step} c`);
        if (follows === "a rotation") {
          Deno.renameSync(
            join(world.folder, "drop/app.log"),
            join(world.folder, `drop/app.log.${1000 - step}`),
          );
          write(`${step} d`);
        }
        await world.run({ edit: logs });
        // What was listed to its end before the kill is not listed again by the run that goes on.
        assertEquals(streamOf(await world.run({ edit: logs }), "web.web").outcome, "complete");
        assertEquals(seen(world), bodies.toSorted(), `step ${step}`);
        assert(step < 200);
      }
    },
  );
}
