import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { gzipSync } from "node:zlib";
import { openAudit } from "../../lib/audit/mod.ts";
import { retractRun } from "../../lib/pipeline/mod.ts";
import { zipOf } from "../files/_zip.ts";
import { everyWorldTest, streamOf, type World, worldTest } from "./_world.ts";

const NAME = "vendor.vendor";
const FOLDER = ['include: ["*"]', "expect: { columns: [id, p] }"];

function keysOf(more: readonly string[]) {
  return (yaml: string) =>
    yaml.replace(/ {2}- name: shop[\s\S]*?(?= {2}- name: vendor)/, "") +
    [...FOLDER, ...more].map((line) => `    ${line}\n`).join("");
}

/** Runs, and returns how many files were published, duplicates and unchanged. */
async function take(world: World, ...keys: string[]): Promise<number[]> {
  const summary = streamOf(await world.run({ edit: keysOf(keys) }), NAME);
  const { files_published, files_duplicate, files_unchanged, files_rejected } = summary;
  assertEquals([summary.outcome, files_rejected], ["complete", 0]);
  return [files_published, files_duplicate, files_unchanged];
}

/** Ways in which a file may hold the same rows. */
const FORMS: Record<string, (text: string) => Uint8Array> = {
  ".csv": (text) => new TextEncoder().encode(text),
  ".crlf.csv": (text) => new TextEncoder().encode(text.replaceAll("\n", "\r\n")),
  ".bom.csv": (text) => new TextEncoder().encode(`\ufeff${text}`),
  ".csv.gz": (text) => gzipSync(text),
  ".zip": (content) => zipOf([{ name: "rows.csv", content }]),
  ".turned.csv": (text) =>
    new TextEncoder().encode(text.replaceAll(/(\w+),(\w+)/g, (_, a, b) => `${b},${a}`)),
};

function put(world: World, name: string, row: string): void {
  const form = name.slice(name.indexOf("."));
  const bytes = FORMS[form]?.(`id,p\n${row}\n`) ?? new Uint8Array();
  Deno.writeFileSync(join(world.folder, "drop", name), bytes);
}

for (const form of Object.keys(FORMS)) {
  for (const name of [`z${form}`, `a${form}`]) {
    const test = name === "a.csv.gz" ? worldTest : everyWorldTest;
    test(`takeFiles() takes in the copy ${name} of what m.csv replaces, once`, async (world) => {
      const replace = "on_change: replace";
      put(world, "m.csv", "1,10");
      assertEquals(await take(world, replace), [1, 0, 0]);
      put(world, name, "1,10");
      assertEquals(await take(world, replace), [0, 1, 1]);
      assertEquals(await take(world, replace), [0, 0, 2]);
      put(world, "m.csv", "1,20");
      // Whatever their order: what the copy holds is not replaced.
      assertEquals(await take(world, replace), [1, 0, 1]);
      assertEquals(world.rows(NAME).toSorted(), ["1,10", "1,20"]);
      assertEquals(await take(world, replace), [0, 0, 2]);
    });
  }
}

everyWorldTest("takeFiles() takes in a copy of a version that was retracted", async (world) => {
  put(world, "m.csv", "1,10");
  await take(world);
  put(world, "m.csv", "1,20");
  await take(world);
  put(world, "z.csv.gz", "1,20");
  assertEquals(await take(world), [0, 1, 1]);
  const bad = world.manifests(NAME).at(-1)?.run_id ?? "";
  Deno.removeSync(join(world.folder, "drop/m.csv"));
  await retractRun(await world.config({ edit: keysOf([]) }), bad, { now: () => world.now });
  assertEquals(world.rows(NAME), ["1,10"]);
  assertEquals(await take(world), [1, 0, 0]);
  assertEquals(world.rows(NAME), ["1,10", "1,20"]);
});

everyWorldTest(
  "takeFiles() shows a content again that came back after it was replaced and retracted",
  async (world) => {
    const replace = "on_change: replace";
    const retract = async (run: number) => {
      const id = world.manifests(NAME)[run]?.run_id ?? "";
      await retractRun(await world.config({ edit: keysOf([replace]) }), id, {
        now: () => world.now,
      });
    };
    for (const row of ["1,10", "1,20", "1,30"]) {
      put(world, "m.csv", row);
      await take(world, replace);
    }
    await retract(1);
    put(world, "m.csv", "1,20");
    assertEquals(await take(world, replace), [1, 0, 0]);
    assertEquals(world.rows(NAME), ["1,20"]);
    // What one manifest takes out of sight has no name of a later file.
    const replaced = world.manifests(NAME).flatMap(({ replaces = [] }) => replaces);
    const last = world.manifests(NAME).at(-1)?.files.map(({ path }) => path) ?? [];
    assertEquals([last.length, last.filter((path) => replaced.includes(path))], [1, []]);
    assertEquals(await take(world, replace), [0, 0, 1]);
  },
);

everyWorldTest(
  "takeFiles() lets what was retracted, and comes again under another name, replace what it replaced",
  async (world) => {
    const replace = "on_change: replace";
    put(world, "m.csv", "1,10");
    await take(world, replace);
    put(world, "m.csv", "1,20");
    await take(world, replace);
    const bad = world.manifests(NAME).at(-1)?.run_id ?? "";
    Deno.renameSync(join(world.folder, "drop/m.csv"), join(world.folder, "drop/n.csv"));
    await take(world, replace);
    await retractRun(await world.config({ edit: keysOf([replace]) }), bad, {
      now: () => world.now,
    });
    assertEquals(world.rows(NAME), ["1,10"]);
    assertEquals(await take(world, replace), [1, 0, 0]);
    assertEquals(world.rows(NAME), ["1,20"]);
    put(world, "n.csv", "1,30");
    await take(world, replace);
    assertEquals(world.rows(NAME), ["1,30"]);
  },
);

for (const isMoved of [true, false]) {
  worldTest(
    `takeFiles() replaces ${isMoved ? "no" : "a"} file that a copy was ${
      isMoved ? "moved over" : "written into"
    }`,
    async (world) => {
      const replace = "on_change: replace";
      const at = (name: string) => join(world.folder, "drop", name);
      put(world, "m.csv", "1,10");
      put(world, "n.csv", "1,10");
      put(world, "x.csv", "1,20");
      for (const name of ["m.csv", "n.csv"]) Deno.utimeSync(at(name), 1e9, 1e9);
      await take(world, replace);
      if (isMoved) Deno.renameSync(at("n.csv"), at("x.csv"));
      else {
        Deno.removeSync(at("n.csv"));
        put(world, "x.csv", "1,10");
        Deno.utimeSync(at("x.csv"), 1e9, 1e9);
      }
      assertEquals(await take(world, replace), [0, 1, 1]);
      // What another file was moved over is gone, as if it had been removed.
      assertEquals(world.rows(NAME).toSorted(), isMoved ? ["1,10", "1,20"] : ["1,10"]);
    },
  );
}

worldTest(
  "takeFiles() publishes a renamed file in place of itself, and lets its old name start over",
  async (world) => {
    const keys = ["on_change: replace", "on_duplicate: publish"];
    const at = (name: string) => join(world.folder, "drop", name);
    put(world, "m.csv", "1,10");
    await take(world, ...keys);
    Deno.renameSync(at("m.csv"), at("n.csv"));
    assertEquals(await take(world, ...keys), [1, 0, 0]);
    assertEquals(world.rows(NAME), ["1,10"]);
    put(world, "o.csv", "1,10");
    assertEquals(await take(world, ...keys), [1, 0, 1]);
    assertEquals(world.rows(NAME), ["1,10", "1,10"]);
    for (const name of ["n.csv", "o.csv"]) Deno.removeSync(at(name));
    put(world, "m.csv", "1,20");
    assertEquals(await take(world, ...keys), [1, 0, 0]);
    assertEquals(world.rows(NAME), ["1,10", "1,10", "1,20"]);
  },
);

worldTest(
  "takeFiles() lets what was retracted replace what it replaced, once its file has swapped names",
  async (world) => {
    const replace = "on_change: replace";
    const at = (name: string) => join(world.folder, "drop", name);
    put(world, "m.csv", "1,10");
    put(world, "n.csv", "1,50");
    await take(world, replace);
    put(world, "m.csv", "1,20");
    await take(world, replace);
    const bad = world.manifests(NAME).at(-1)?.run_id ?? "";
    Deno.renameSync(at("m.csv"), at("x"));
    Deno.renameSync(at("n.csv"), at("m.csv"));
    Deno.renameSync(at("x"), at("n.csv"));
    assertEquals(await take(world, replace), [0, 2, 0]);
    await retractRun(await world.config({ edit: keysOf([replace]) }), bad, {
      now: () => world.now,
    });
    assertEquals(world.rows(NAME).toSorted(), ["1,10", "1,50"]);
    assertEquals(await take(world, replace), [1, 0, 1]);
    assertEquals(world.rows(NAME).toSorted(), ["1,20", "1,50"]);
  },
);

worldTest(
  "a run writes the manifest of one that was given up once it had only seen a file renamed",
  async (world) => {
    const replace = "on_change: replace";
    put(world, "m.csv", "1,10");
    await take(world, replace);
    Deno.renameSync(join(world.folder, "drop/m.csv"), join(world.folder, "drop/n.csv"));
    await take(world, replace);
    const [, renamed] = world.manifests(NAME);
    const run = renamed?.run_id ?? "";
    assertEquals([renamed?.files, renamed?.noted?.map(({ path }) => path)], [[], ["n.csv"]]);
    const [source, stream] = NAME.split(".");
    Deno.removeSync(join(world.folder, `lake/raw/${source}/${stream}/_manifests/${run}.json`));
    {
      using db = openAudit(join(world.folder, "audit.db"));
      db.run("DELETE FROM publications WHERE run_id = ?", [run]);
      db.run("UPDATE runs SET status = 'abandoned' WHERE run_id = ?", [run]);
    }
    await take(world, replace);
    assertEquals(world.manifests(NAME)[1]?.noted, renamed?.noted);
  },
);

everyWorldTest(
  "takeFiles() rejects another content of a file, whatever its name is, and no new file at its old name",
  async (world) => {
    const reject = "on_change: reject";
    put(world, "m.csv", "1,10");
    await take(world, reject);
    const at = (name: string) => join(world.folder, "drop", name);
    Deno.renameSync(at("m.csv"), at("n.csv"));
    put(world, "m.csv", "1,20");
    assertEquals(await take(world, reject), [1, 1, 0]);
    assertEquals(world.rows(NAME), ["1,10", "1,20"]);
    put(world, "n.csv", "1,30");
    const summary = streamOf(await world.run({ edit: keysOf([reject]) }), NAME);
    assertEquals([summary.outcome, summary.files_rejected], ["partial", 1]);
    assertEquals(world.rows(NAME), ["1,10", "1,20"]);
    Deno.renameSync(at("n.csv"), at("o.csv"));
    await world.run({ edit: keysOf([reject]) });
    assertEquals(world.rows(NAME), ["1,10", "1,20"]);
  },
);

worldTest(
  "takeFiles() knows a version that comes with its copy, also by its bytes",
  async (world) => {
    const edit = keysOf(["on_change: replace"]);
    put(world, "m.csv", "1,10");
    await world.run({ edit });
    // A row of it is rejected: it is not known by what became of it.
    for (const name of ["m.csv", "z.csv"]) put(world, name, "1,20\n1,2,3");
    await world.run({ edit });
    assertEquals(world.rows(NAME), ["1,20"]);
  },
);

everyWorldTest(
  "takeFiles() knows what a copy is a copy of once its name has another content",
  async (world) => {
    const replace = "on_change: replace";
    put(world, "m.csv", "1,10");
    put(world, "z.csv.gz", "1,10");
    assertEquals(await take(world, replace), [1, 1, 0]);
    Deno.renameSync(join(world.folder, "drop/m.csv"), join(world.folder, "drop/n.csv"));
    await take(world, replace);
    put(world, "m.csv", "1,20");
    await take(world, replace);
    put(world, "n.csv", "1,30");
    assertEquals(await take(world, replace), [1, 0, 2]);
    assertEquals(world.rows(NAME).toSorted(), ["1,10", "1,20", "1,30"]);
  },
);

/** Numbers from a seed. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed;;) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    yield state / 2_147_483_648;
  }
}

for (const mode of ["replace", "append"]) {
  for (let seed = 1; seed <= 6; seed++) {
    everyWorldTest(
      `takeFiles() shows every content of a folder over many nights (${mode}, ${seed})`,
      async (world) => {
        const draw = numbers(seed * 7919);
        const pick = <T>(all: readonly T[]): T => {
          const one = all[Math.floor(draw.next().value * all.length)];
          assert(one !== undefined);
          return one;
        };
        const folder = new Map<string, string>();
        const forms = Object.keys(FORMS);
        const key = `on_change: ${mode}`;
        const history: string[] = [];
        for (let night = 0; night < 14; night++) {
          for (let change = 0; change < 3; change++) {
            const name = pick(["b", "m", "y"]) + pick(forms);
            const row = pick(["1,10", "1,20", "1,30", "1,40"]);
            const isGone = folder.has(name) && draw.next().value < 0.2;
            history.push(`${night}: ${name} ${isGone ? "gone" : row}`);
            if (isGone) {
              folder.delete(name);
              Deno.removeSync(join(world.folder, "drop", name));
            } else {
              folder.set(name, row);
              put(world, name, row);
            }
          }
          await take(world, key);
          const rows = world.rows(NAME);
          for (const row of folder.values()) {
            assert(rows.includes(row), `${row} is not seen\n${history.join("\n")}`);
          }
          if (mode === "append") assertEquals(rows.length, new Set(rows).size);
          assertEquals(await take(world, key), [0, 0, folder.size], history.join("\n"));
          assertEquals(world.rows(NAME), rows);
        }
      },
    );
  }
}
