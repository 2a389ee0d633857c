/**
 * Changes the library in small ways, one at a time and in a copy, and sees a named test fail for each: a test that no
 * mutant fails proves nothing.
 *
 * Usage: `deno task test:mutants [--sample N] [WORD...]`; words choose the mutants whose name, kind or file holds one.
 *
 * @module
 */
import { join } from "@std/path";
import { writeError, writeOut } from "../lib/io/mod.ts";
import { reportFailure } from "../lib/terminal/mod.ts";
import { MUTANTS } from "./mutants/catalogue.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { testFolders } from "./test_folders.ts";

const USAGE = "Usage: deno task test:mutants [--sample N] [WORD...]\n";
const ROOT = join(import.meta.dirname ?? ".", "..");
/** What a test may look at. */
const COPIED = [
  "lib",
  "tests",
  "phases",
  "tools",
  "notebooks",
  "data/samples",
  "data/live",
  "data/examples",
];
/** A mutant that hangs is as dead as one that fails. */
const MOST_MS = 180_000;

/** What became of a mutant; one of a test that fails without it, too, says nothing. */
type Fate = "killed" | "survived" | "not compiled" | "test fails";

/** Takes every n-th mutant, so that the same ones are not taken each day. */
function sample(mutants: readonly Mutant[], count: number, day: number): readonly Mutant[] {
  const step = Math.max(1, Math.floor(mutants.length / count));
  return Array.from(
    { length: Math.min(count, mutants.length) },
    (_, i) => mutants[(i * step + day) % mutants.length],
  ).filter((mutant) => mutant !== undefined);
}

async function copyProject(): Promise<string> {
  const copy = await Deno.makeTempDir({ prefix: "mutants-" });
  for (const folder of COPIED) await copyFolder(join(ROOT, folder), join(copy, folder));
  for await (const entry of Deno.readDir(ROOT)) {
    if (entry.isFile) await Deno.copyFile(join(ROOT, entry.name), join(copy, entry.name));
  }
  for await (const entry of Deno.readDir(join(ROOT, "data"))) {
    const name = join("data", entry.name);
    if (entry.isFile && !/\.db/.test(name)) await Deno.copyFile(join(ROOT, name), join(copy, name));
  }
  return copy;
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const entry of Deno.readDir(from)) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory) await copyFolder(source, target);
    else if (entry.isFile) await Deno.copyFile(source, target);
  }
}

/** Makes one mutant in a copy, runs its test there and takes the change back. */
async function tryMutant(copy: string, { file, find, replace, test }: Mutant): Promise<Fate> {
  if (await isFailing(copy, test)) return "test fails";
  const path = join(copy, file);
  const text = await Deno.readTextFile(path);
  // A function: "$" in the replacement is a dollar sign.
  await Deno.writeTextFile(path, text.replace(find, () => replace));
  try {
    return await runTest(copy, test);
  } finally {
    await Deno.writeTextFile(path, text);
  }
}

/** Tests of the unchanged library that were run, and whether they failed. */
const baseline = new Map<string, Promise<Fate>>();

async function isFailing(copy: string, test: string): Promise<boolean> {
  const known = baseline.get(test) ?? runTest(copy, test);
  baseline.set(test, known);
  return await known !== "survived";
}

async function runTest(copy: string, test: string): Promise<Fate> {
  const folders = testFolders((name) => Deno.env.get(name)).join(",");
  const limit = AbortSignal.timeout(MOST_MS);
  const child = new Deno.Command("deno", {
    args: [
      "test",
      "--no-check",
      "--no-prompt",
      `--allow-read=.,${folders}`,
      `--allow-write=${folders}`,
      "--allow-net=127.0.0.1",
      "--allow-run=deno",
      "--allow-env=TMPDIR,TMP,TEMP",
      test,
      "--",
      "--every-case",
    ],
    cwd: copy,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
    signal: limit,
  }).spawn();
  const { success, stdout, stderr } = await child.output();
  if (limit.aborted) return "killed";
  if (success) return "survived";
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  return /\d+ passed .*\| [1-9]\d* failed/.test(text) && !text.includes("(uncaught error)")
    ? "killed"
    : "not compiled";
}

/** Tries mutants, as many at once as there are cores; returns those that no test has noticed. */
async function tryAll(mutants: readonly Mutant[]): Promise<readonly Mutant[]> {
  const queue = [...mutants];
  const alive: Mutant[] = [];
  const work = async () => {
    const copy = await copyProject();
    try {
      for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
        const start = performance.now();
        const fate = await tryMutant(copy, mutant);
        if (fate !== "killed") alive.push(mutant);
        const seconds = ((performance.now() - start) / 1000).toFixed(1);
        console.log(`${fate.padEnd(12)}  ${mutant.name}  (${mutant.kind}, ${seconds} s)`);
      }
    } finally {
      await Deno.remove(copy, { recursive: true });
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, navigator.hardwareConcurrency) }, work));
  return alive;
}

if (import.meta.main) {
  if (Deno.args.some((arg) => arg.startsWith("-") && arg !== "--sample")) {
    if (!Deno.args.includes("--help")) {
      writeError(USAGE);
      Deno.exit(64);
    }
    try {
      writeOut(USAGE);
    } catch (error) {
      Deno.exit(reportFailure(error, { json: false }));
    }
    Deno.exit();
  }
  const at = Deno.args.indexOf("--sample");
  const words = Deno.args.filter((_, i) => at < 0 || i !== at && i !== at + 1);
  const chosen = MUTANTS.filter(({ name, kind, file }) =>
    words.length === 0 || words.some((word) => `${name} ${kind} ${file}`.includes(word))
  );
  const day = Math.floor(Date.now() / 86_400_000);
  const count = at < 0 ? chosen.length : Number(Deno.args[at + 1]);
  if (chosen.length === 0 || !Number.isSafeInteger(count) || count < 1) {
    writeError(
      chosen.length === 0
        ? `No name, kind or file of a mutant holds ${
          words.join(" or ")
        }; tools/mutants/catalogue.ts lists them\n`
        : `Cannot use flag "--sample": expected a whole number from 1\n${USAGE}`,
    );
    Deno.exit(64);
  }
  const mutants = at < 0 ? chosen : sample(chosen, count, day);
  const alive = await tryAll(mutants);
  console.log(`${mutants.length - alive.length} of ${mutants.length} mutants were killed`);
  for (const { name, file, test } of alive) console.log(`  alive: ${name} (${file}), ${test}`);
  Deno.exit(alive.length === 0 && mutants.length > 0 ? 0 : 1);
}
