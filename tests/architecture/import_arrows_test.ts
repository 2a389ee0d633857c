import { assert, assertEquals } from "@std/assert";
import { CLOSED_SETS } from "../../tools/closed_sets.ts";
import { granted } from "../_granted.ts";
import { readSource, readSources, type SourceFile } from "./_read_imports.ts";

/** What a run is composed of. */
const RUN = [
  "io",
  "errors",
  "grammar",
  "secrets",
  "config",
  "logging",
  "terminal",
  "api",
  "files",
  "db",
  "audit",
  "log_parser",
  "schema",
  "quality",
  "lake",
  "process",
];

/** Which areas an area may import, apart from itself; an arrow never points back up. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  io: ["errors"],
  grammar: ["errors"],
  secrets: [],
  config: ["io", "errors", "grammar", "secrets"],
  terminal: ["io", "errors"],
  sandbox: ["io", "errors", "grammar", "terminal"],
  quality: ["errors", "grammar"],
  schema: ["errors"],
  logging: ["io", "errors", "secrets"],
  api: ["io", "errors", "grammar", "secrets", "logging"],
  files: ["io", "errors", "grammar", "terminal", "logging"],
  db: ["io", "errors", "grammar", "logging"],
  log_parser: ["io", "errors", "grammar", "logging", "files"],
  audit: ["io", "errors", "files", "db"],
  lake: ["io", "errors", "grammar", "terminal", "logging", "files", "db", "audit", "schema"],
  process: ["errors", "io"],
  pipeline: [...RUN],
  // A command is a file that names what its words and flags need, and what does the work.
  cli: [...RUN, "pipeline"],
  // Exercises and notebooks import it; no run needs it.
  workbook: ["io", "errors", "terminal"],
};

/** The folders of lib/api, each of which imports only those before it: an answer goes this way, from bytes to a stream. */
const API_FOLDERS = ["headers", "body", "transport", "paging", "windows"];

/** Files over 300 lines, each with its reason. */
const LONG_FILES: Readonly<Record<string, string>> = {
  "lib/api/paging/evidence.ts": "the table of signs and the one function that decides by them",
  "lib/errors/error_codes.ts": "one table of all codes; to split it would be to lose sight of it",
  "lib/files/json_scanner.ts": "one state machine; its states share the buffer and its offsets",
  "lib/logging/events.ts": "one table of all log events, for the same reason",
};

/** The script that composes a run. */
const RUN_SCRIPT = "phases/06_pipeline.ts";

const MAX_LINES = 300;
const ignore = !granted("read");

let cached: Promise<SourceFile[]> | undefined;

/** Reads all sources, once. */
function sources(): Promise<SourceFile[]> {
  return cached ??= readSources(["lib", "phases", "tools"]);
}

Deno.test({
  name: "ARROWS names every area of lib and points only downwards",
  ignore,
  async fn() {
    const areas: string[] = [];
    for await (const entry of Deno.readDir("lib")) {
      if (entry.isDirectory && !entry.name.startsWith("_")) areas.push(entry.name);
    }
    assertEquals(areas.filter((area) => !(area in ARROWS)), []);
    const order = Object.keys(ARROWS);
    for (const [area, allowed] of Object.entries(ARROWS)) {
      const upwards = allowed.filter((other) => order.indexOf(other) >= order.indexOf(area));
      assertEquals(upwards, [], `arrows of ${area}`);
    }
  },
});

Deno.test({
  name: "imports follow the arrows between areas, and meet in mod.ts",
  ignore,
  async fn() {
    report((await sources()).flatMap(arrowBreaches));
  },
});

Deno.test({
  name: "the folders of lib/api import in one direction, types too",
  ignore,
  async fn() {
    const placeOf = (path: string) => API_FOLDERS.indexOf(path.split("/")[2] ?? "");
    const files = (await sources()).filter(({ path }) => /^lib\/api\/.+\//.test(path));
    assertEquals(files.filter(({ path }) => placeOf(path) < 0).map(({ path }) => path), []);
    report(
      files.flatMap((file) =>
        file.imports.filter(({ target = "" }) =>
          target.startsWith("lib/api/") &&
          !(placeOf(target) <= placeOf(file.path) && placeOf(target) >= 0)
        ).map(({ specifier, line }) =>
          `${file.path}:${line}: imports "${specifier}", which comes after it`
        )
      ),
    );
  },
});

Deno.test({
  name: "a phase imports only phases before it, the frame none, and the script of a run neither",
  ignore,
  async fn() {
    report((await sources()).flatMap(phaseBreaches));
  },
});

Deno.test({
  name: "closed sets load nothing but errors, grammars and what they are made of",
  ignore,
  async fn() {
    const files = new Map((await sources()).map((file) => [file.path, file]));
    for (const path of CLOSED_SETS) {
      const loaded = new Set([path]);
      for (const next of loaded) {
        for (const { target, typeOnly } of files.get(next)?.imports ?? []) {
          const isLeaf = target === undefined || /^lib\/(errors|grammar)\//.test(target);
          if (!typeOnly && !isLeaf) loaded.add(target);
        }
      }
      assert(files.has(path), path);
      assert(loaded.size <= 5, `${path} loads ${[...loaded].join(", ")}`);
    }
  },
});

Deno.test({
  name: "the command line loads nothing but what listens for signals before it does listen",
  ignore,
  async fn() {
    const entries = (await sources()).filter(({ path }) =>
      /^lib\/cli\/(?:headwaters|pipeline)\.ts$/.test(path)
    );
    for (const { imports } of entries) {
      const targets = imports.map(({ target }) => target);
      assertEquals(targets, ["lib/process/stop_requests.ts", "lib/cli/main.ts"]);
    }
    assertEquals(entries.length, 2);
  },
});

Deno.test({
  name: "internal files are imported only inside their folder",
  ignore,
  async fn() {
    report((await sources()).flatMap(internalBreaches));
  },
});

Deno.test({
  name: "only lib/logging imports the logging package: the rest logs events of its table",
  ignore,
  async fn() {
    report(
      (await sources()).filter(({ path }) => !path.startsWith("lib/logging/")).flatMap((file) =>
        file.imports.filter(({ specifier }) => specifier.includes("@logtape/"))
          .map(({ specifier, line }) => `${file.path}:${line}: imports "${specifier}"`)
      ),
    );
  },
});

Deno.test({
  name: "mod.ts only re-exports",
  ignore,
  async fn() {
    const files = (await sources()).filter(({ path }) => /^lib\/.*\/mod\.ts$/.test(path));
    assert(files.length > 0);
    report(
      files.flatMap((file) =>
        file.otherStatements.map((line) =>
          `${file.path}:${line}: mod.ts holds more than re-exports`
        )
      ),
    );
  },
});

Deno.test({
  name: "files in lib stay under 300 lines, and the exceptions are needed",
  ignore,
  async fn() {
    const long = (await sources()).filter(({ path, lines }) =>
      path.startsWith("lib/") && lines > MAX_LINES
    );
    assertEquals(long.map((file) => file.path), Object.keys(LONG_FILES));
  },
});

Deno.test({
  name: "files do not import each other in a circle",
  ignore,
  async fn() {
    report(circles(await sources()));
  },
});

Deno.test({
  name: "the launcher of a pipeline opens no database: its children do, with exact permissions",
  ignore,
  async fn() {
    const launcher = /^lib\/pipeline\/(?:launch\w*|preflight|doctor|ask_process)\.ts$/;
    const files = (await sources()).filter(({ path }) => launcher.test(path));
    assert(files.length > 5);
    report(
      files.flatMap(({ path, imports }) =>
        imports.filter(({ target = "", typeOnly }) =>
          !typeOnly && /^lib\/(?:audit|db|lake)\/|_process\.ts$/.test(target) &&
          !CLOSED_SETS.includes(target) &&
          !/\/(?:ask|sandbox)_process\.ts$/.test(target)
        )
          .map(({ line, specifier }) => `${path}:${line}: imports "${specifier}"`)
      ),
    );
  },
});

Deno.test("the checks find what they look for", () => {
  const file = readSource(
    "lib/db/a.ts",
    `import { b } from "../api/mod.ts";
import { c } from "../errors/c.ts";
export * from "../errors/_d.ts";
const e = await import("../config/mod.ts");
type F = import("../pipeline/mod.ts").F;
import type { G } from "zod";`,
  );
  assertEquals(file.imports.map((one) => one.line), [1, 2, 3, 4, 5, 6]);
  assertEquals(file.imports.filter((one) => one.typeOnly).map((one) => one.line), [5, 6]);
  assertEquals(arrowBreaches(file), [
    'lib/db/a.ts:1: imports "../api/mod.ts", allowed are io, errors, grammar, logging',
    'lib/db/a.ts:2: imports "../errors/c.ts", wanted lib/errors/mod.ts',
    'lib/db/a.ts:3: imports "../errors/_d.ts", wanted lib/errors/mod.ts',
    'lib/db/a.ts:4: imports "../config/mod.ts", allowed are io, errors, grammar, logging',
    'lib/db/a.ts:5: imports "../pipeline/mod.ts", allowed are io, errors, grammar, logging',
  ]);
  assertEquals(internalBreaches(file), [
    'lib/db/a.ts:3: imports "../errors/_d.ts", which is internal to lib/errors/',
  ]);
  assertEquals(arrowBreaches(readSource("lib/db/a.ts", 'import "../../phases/a.ts";')).length, 1);
  const phase = readSource(
    "phases/02_files/a.ts",
    `import "../_narrator/mod.ts";
import "../02_files.ts";
import "../01_apis/b.ts";
import "../03_databases.ts";
import "../../lib/api/mod.ts";`,
  );
  assertEquals(arrowBreaches(phase), []);
  assertEquals(phaseBreaches(phase), [
    'phases/02_files/a.ts:4: imports "../03_databases.ts", which comes after it',
  ]);
  assertEquals(file.otherStatements, [1, 2, 4, 5, 6]);
});

Deno.test("the search for circles finds one, and does not count types", () => {
  const a = readSource("lib/db/a.ts", 'import { b } from "./b.ts";');
  const b = readSource("lib/db/b.ts", 'export { c } from "./c.ts";');
  const c = readSource("lib/db/c.ts", 'import { a } from "./a.ts";');
  const typed = readSource("lib/db/c.ts", 'import { type A } from "./a.ts";');
  assertEquals(circles([a, b, c]), ["lib/db/a.ts -> lib/db/b.ts -> lib/db/c.ts -> lib/db/a.ts"]);
  assertEquals(circles([a, b, typed]), []);
});

function arrowBreaches(file: SourceFile): string[] {
  return file.imports.flatMap(({ specifier, target, line }) => {
    const problem = target === undefined ? undefined : arrowBreach(file.path, target);
    return problem === undefined
      ? []
      : [`${file.path}:${line}: imports "${specifier}", ${problem}`];
  });
}

function arrowBreach(from: string, to: string): string | undefined {
  const [root, area = ""] = from.split("/");
  const [toRoot, toArea = "", ...rest] = to.split("/");
  if (toRoot !== "lib") {
    const isTool = root === "tools" && to === RUN_SCRIPT;
    return root === toRoot || isTool ? undefined : "allowed is only lib";
  }
  if (root === "lib" && area === toArea || CLOSED_SETS.includes(to)) return undefined;
  const allowed = ARROWS[area] ?? [];
  if (root === "lib" && !allowed.includes(toArea)) {
    return `allowed are ${allowed.join(", ") || "none"}`;
  }
  return rest.at(-1) === "mod.ts" ? undefined : `wanted lib/${toArea}/mod.ts`;
}

/**
 * The frame knows no phase, and a phase knows none that comes after it. The script of a run comes before all of them: it
 * is made of the library alone, and the lessons run it.
 */
function phaseBreaches(file: SourceFile): string[] {
  const own = phaseOf(file.path);
  return file.imports.flatMap(({ specifier, target = "", line }) => {
    const other = phaseOf(target);
    return own === undefined || other === undefined || other <= own
      ? []
      : [`${file.path}:${line}: imports "${specifier}", which comes after it`];
  });
}

/** Number of the phase that a file belongs to, -1 for the frame, -2 for the script of a run. */
function phaseOf(path: string): number | undefined {
  if (path === RUN_SCRIPT) return -2;
  const [, name] = /^phases\/(_narrator|\d\d)/.exec(path) ?? [];
  return name === undefined ? undefined : name === "_narrator" ? -1 : Number(name);
}

function internalBreaches(file: SourceFile): string[] {
  return file.imports.flatMap(({ specifier, target = "", line }) => {
    const folder = target.slice(0, target.lastIndexOf("/") + 1);
    const internal = target.slice(folder.length).startsWith("_");
    return !internal || file.path.startsWith(folder)
      ? []
      : [`${file.path}:${line}: imports "${specifier}", which is internal to ${folder}`];
  });
}

/** Returns circles of imports that remain at run time, each once. */
function circles(files: readonly SourceFile[]): string[] {
  const targets = new Map(
    files.map((file) => [
      file.path,
      file.imports.flatMap(({ target, typeOnly }) =>
        target === undefined || typeOnly ? [] : [target]
      ),
    ]),
  );
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]) => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push([...trail.slice(start), path].join(" -> "));
    if (start >= 0 || done.has(path)) return;
    for (const next of targets.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  return found;
}

function report(breaches: readonly string[]): void {
  assert(breaches.length === 0, `\n${breaches.join("\n")}`);
}

Deno.test({
  name: "every JSON document that people may print is written by jsonDocument(), which escapes it",
  ignore,
  async fn() {
    const found: string[] = [];
    for (const { path } of await sources()) {
      if (!path.startsWith("lib/") || path === "lib/terminal/json_document.ts") continue;
      if ((await Deno.readTextFile(path)).includes("null, 2)")) found.push(path);
    }
    assertEquals(found, []);
  },
});
