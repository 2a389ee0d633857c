import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { PART_FORMAT_NAMES } from "../../lib/lake/part_format_names.ts";
import { SOURCE_TYPES } from "../../lib/pipeline/sources/mod.ts";
import { granted } from "../_granted.ts";
import { everyTest } from "../_sample.ts";
import { inTempFolder, ROOT } from "../e2e/_command.ts";
import { deno, without } from "./_project_without.ts";

const SOURCES = join(ROOT, "lib/pipeline/sources");
const ignore = !granted("read", "write", "run");

const TYPES = SOURCE_TYPES.map(({ type }) => type).sort();

const FILES_ONLY = `
name: files
lake: lake
audit: audit.db
log_dir: logs
sources:
  - { name: vendor, type: files, path: drop, min_age: 0s }
`;

everyTest({
  name: "deleting sources/api and its line leaves a project that takes in files",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      await without("api", folder);
      await Deno.mkdir(join(folder, "drop"));
      await Deno.writeTextFile(join(folder, "drop/a.csv"), "id\n1\n2\n");
      await Deno.writeTextFile(join(folder, "p.yaml"), FILES_ONLY);
      const permissions = ["--no-prompt", "--allow-read", "--allow-env", "--allow-run=deno"];
      const command = [
        "run",
        ...permissions,
        "lib/cli/pipeline.ts",
        "run",
        "--json",
        "-c",
        "p.yaml",
      ];
      const run = await deno(folder, command);
      assertEquals(run.code, 0, run.stdout + run.stderr);
      assertEquals(JSON.parse(run.stdout).totals.written, 2);
      const api = FILES_ONLY.replace("type: files", "type: api");
      await Deno.writeTextFile(join(folder, "p.yaml"), api);
      assertEquals((await deno(folder, command)).code, 78);
    }),
});

Deno.test({
  name: "every type of source is a folder, and nothing outside knows one by its name",
  ignore: !granted("read"),
  async fn() {
    const folders = Array.from(Deno.readDirSync(SOURCES))
      .filter((entry) => entry.isDirectory).map(({ name }) => name).sort();
    assertEquals(folders, TYPES);
    const names = `"(?:${TYPES.join("|")})"`;
    // What a checkpoint holds is told apart by a type, too.
    const compared = `(?<!checkpoint\\??\\.)\\btype [!=]== ${names}|\\[\\s*${names},`;
    const known = new RegExp(`sources/(?!mod\\.ts)[\\w/.]+\\.ts|${compared}`, "g");
    assertEquals(await breachesIn(["audit", "cli", "config", "lake", "pipeline"], known), []);
  },
});

Deno.test({
  name: "nothing but a table of part formats knows one by its name",
  ignore: !granted("read"),
  async fn() {
    const names = PART_FORMAT_NAMES.map((name) => name.replace(".", "\\."));
    const known = new RegExp(`[!=]== "(?:${names.join("|")})"`, "g");
    assertEquals(await breachesIn(["audit", "cli", "config", "lake", "pipeline"], known), []);
  },
});

/** Returns where a pattern is found in areas of lib, the folders of the types of source left out. */
async function breachesIn(areas: readonly string[], pattern: RegExp): Promise<string[]> {
  const breaches: string[] = [];
  for (const area of areas) {
    for await (const path of sourceFiles(join(ROOT, "lib", area))) {
      if (path.startsWith(SOURCES)) continue;
      const text = await Deno.readTextFile(path);
      for (const [found] of text.matchAll(pattern)) {
        breaches.push(`${path.slice(ROOT.length + 1)}: ${found}`);
      }
    }
  }
  return breaches;
}

async function* sourceFiles(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* sourceFiles(path);
    else if (path.endsWith(".ts")) yield path;
  }
}
