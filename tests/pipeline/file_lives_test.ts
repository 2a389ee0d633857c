import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { rebuildAudit } from "../../lib/lake/mod.ts";
import { openAudit } from "../../lib/audit/mod.ts";
import { retractRun } from "../../lib/pipeline/mod.ts";
import { FileLife, type FileLifeOptions } from "./_file_lives.ts";
import { RejectLife } from "./_reject_lives.ts";
import { everyWorldTest, type World, worldTest } from "./_world.ts";

const NAME = "vendor.vendor";

function keysOf(keys: readonly string[]): (yaml: string) => string {
  return (yaml) =>
    yaml.replace(/ {2}- name: shop[\s\S]*?(?= {2}- name: vendor)/, "") +
    keys.map((line) => `    ${line}\n`).join("");
}

async function take(world: World, keys = ["on_change: replace"]): Promise<string[]> {
  await world.run({ edit: keysOf(keys) });
  return world.rows(NAME).toSorted();
}

async function rebuild(world: World): Promise<void> {
  for (const end of ["", "-wal", "-shm"]) {
    await Deno.remove(join(world.folder, `audit.db${end}`)).catch(() => {});
  }
  using db = openAudit(join(world.folder, "audit.db"));
  await rebuildAudit(db, join(world.folder, "lake"));
}

/** A seeded generator of whole numbers below a limit. */
function randomOf(seed: number): (limit: number) => number {
  let state = seed * 2_654_435_761 % 2 ** 32 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

interface LifeOptions extends FileLifeOptions {
  readonly seed: number;
  readonly nights: number;
}

async function live(world: World, { seed, nights, ...options }: LifeOptions): Promise<void> {
  const random = randomOf(seed);
  const life = new FileLife(join(world.folder, "drop"), random, options);
  const keys = ["on_change: replace", ...(options.isForEach ? ["on_duplicate: publish"] : [])];
  const done: string[] = [];
  let isRebuilt = false;
  for (let night = 0; night < nights; night++) {
    done.push(`${life.night({ isRebuilt }).join(", ")};`);
    assertEquals(await take(world, keys), life.expected, `seed ${seed}: ${done.join(" ")}`);
    isRebuilt = random(5) === 0 && world.manifests(NAME).length > 0;
    if (!isRebuilt) continue;
    await rebuild(world);
    done.push("rebuild;");
  }
  assertEquals(await take(world, keys), life.expected, `seed ${seed}, again: ${done.join(" ")}`);
}

/** Lives, and how their streams are configured. */
const LIVES = [
  { seeds: [1, 3], more: 20, isForEach: false, words: "" },
  { seeds: [101, 102], more: 109, isForEach: true, words: " and on_duplicate: publish" },
];
for (const { seeds: [first = 0, last = 0], more, isForEach, words } of LIVES) {
  for (let seed = first; seed < more; seed++) {
    const [test, nights] = seed <= last ? [worldTest, 12] as const : [everyWorldTest, 25] as const;
    test(
      `takeFiles() follows files by their contents with on_change: replace${words} (life ${seed})`,
      (world) => live(world, { seed, nights, isForEach }),
    );
  }
}

for (let seed = 201; seed < 209; seed++) {
  const [test, nights] = seed === 201 ? [worldTest, 12] as const : [everyWorldTest, 25] as const;
  test(
    `takeFiles() rejects what a file becomes with on_change: reject, and nothing else (life ${seed})`,
    async (world) => {
      const random = randomOf(seed);
      const life = new RejectLife(join(world.folder, "drop"), random);
      const edit = keysOf(["on_change: reject"]);
      const done: string[] = [];
      for (let night = 0; night < nights; night++) {
        done.push(`${life.night().join(", ")};`);
        life.take((await world.run({ edit })).run_id);
        const rows = world.rows(NAME).toSorted();
        assertEquals(rows, life.expected, `seed ${seed}: ${done.join(" ")}`);
        const run = life.runs[random(life.runs.length)] ?? "";
        if (random(4) > 0) continue;
        await retractRun(await world.config({ edit }), run, { now: () => world.now += 1000 });
        life.retract(run);
        done.push(`retract ${run};`);
        assertEquals(world.rows(NAME).toSorted(), life.expected, `seed ${seed}: ${done.join(" ")}`);
      }
    },
  );
}

worldTest("takeFiles() sees files of one size and time that swap their names", async (world) => {
  const drop = (name: string) => join(world.folder, "drop", name);
  const write = (name: string, row: number) => {
    Deno.writeTextFileSync(drop(name), `id\n${row}\n`);
    Deno.utimeSync(drop(name), 1e9, 1e9);
  };
  write("a.csv", 1);
  write("b.csv", 2);
  assertEquals(await take(world), ["1", "2"]);
  Deno.renameSync(drop("a.csv"), drop("x"));
  Deno.renameSync(drop("b.csv"), drop("a.csv"));
  Deno.renameSync(drop("x"), drop("b.csv"));
  assertEquals(await take(world), ["1", "2"]);
  Deno.writeTextFileSync(drop("a.csv"), "id\n30\n");
  assertEquals(await take(world), ["1", "30"]);
});

worldTest("takeFiles() knows what was moved over another file without its inode", async (world) => {
  world.drop("a.csv", "id\n1\n");
  world.drop("b.csv", "id\n2\n");
  await take(world);
  await rebuild(world);
  Deno.renameSync(join(world.folder, "drop/a.csv"), join(world.folder, "drop/b.csv"));
  assertEquals(await take(world), ["1", "2"]);
});

worldTest("takeFiles() keeps what a rotation has pushed out", async (world) => {
  const drop = (name: string) => join(world.folder, "drop", name);
  const rows: string[] = [];
  for (let day = 1; day <= 5; day++) {
    for (const [from, to] of [["2", "3"], ["1", "2"], ["0", "1"]]) {
      if (day > Number(to)) Deno.renameSync(drop(`data.${from}.csv`), drop(`data.${to}.csv`));
    }
    // A row of each is rejected: none is known by what became of it.
    world.drop("data.0.csv", `id\n${day}\n1,2\n`);
    rows.push(String(day));
    assertEquals(await take(world), rows);
  }
  world.drop("data.2.csv", "id\n30\n");
  assertEquals(await take(world), ["1", "2", "30", "4", "5"]);
});

worldTest("takeFiles() lets a name that a file has left start over", async (world) => {
  const drop = (name: string) => join(world.folder, "drop", name);
  world.drop("a.csv", "id\n1\n");
  await take(world);
  Deno.renameSync(drop("a.csv"), drop("b.csv"));
  await take(world);
  Deno.removeSync(drop("b.csv"));
  await take(world);
  world.drop("a.csv", "id\n2\n");
  assertEquals(await take(world), ["1", "2"]);
  world.drop("a.csv", "id\n3\n");
  assertEquals(await take(world), ["1", "3"]);
});

worldTest(
  "takeFiles() replaces a file by its copy's next version once the file is gone",
  async (world) => {
    world.drop("a.csv", "id\n1\n");
    world.drop("b.csv", "id\n1\n");
    assertEquals(await take(world), ["1"]);
    Deno.removeSync(join(world.folder, "drop/a.csv"));
    world.drop("b.csv", "id\n2\n");
    assertEquals(await take(world), ["2"]);
  },
);

worldTest(
  "rebuildAudit() knows what a file supersedes under another name, and what took its first",
  async (world) => {
    const drop = (name: string) => join(world.folder, "drop", name);
    world.drop("a.csv", "id\n1\n");
    await take(world);
    Deno.renameSync(drop("a.csv"), drop("b.csv"));
    await take(world);
    world.drop("a.csv", "id\n2\n");
    world.drop("b.csv", "id\n3\n");
    assertEquals(await take(world), ["2", "3"]);
    await rebuild(world);
    assertEquals(await take(world), ["2", "3"]);
    world.drop("c.csv", "id\n1\n");
    world.drop("a.csv", "id\n4\n");
    assertEquals(await take(world), ["1", "3", "4"]);
  },
);
