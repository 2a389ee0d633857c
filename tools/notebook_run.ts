/**
 * Runs notebooks with the Deno kernel, without Python and without losing outputs.
 *
 * Usage: `deno run --no-prompt --allow-read --allow-write --allow-net=127.0.0.1 --allow-run=deno --allow-env=TMPDIR,TMP,TEMP
 * tools/notebook_run.ts [--write | --check] [--timeout ms] notebooks/00_foundations.ipynb ...`
 *
 * Without a flag it only says which cell fails. `--write` stores the outputs, normalized; `--check` says whether the
 * stored ones are fresh.
 *
 * @module
 */
import { dirname, resolve } from "@std/path";
import { parseArgs } from "node:util";
import {
  formatNotebook,
  type Notebook,
  type NotebookCell,
  parseNotebook,
} from "./_notebook_file.ts";
import { NotebookKernel } from "./_notebook_kernel.ts";
import { normalizeNotebook } from "./notebook_normalize.ts";
import { notebookDifference } from "./notebook_difference.ts";

/** Options of {@linkcode runNotebook}. */
export interface RunNotebookOptions {
  /** Ms that one cell may take. @default {60_000} */
  readonly timeout?: number;
  /** Folder in which the kernel runs. @default {the notebook's} */
  readonly cwd?: string;
  /** Variables that the cells see in addition to those of this process. @default {{}} */
  readonly env?: Readonly<Record<string, string>>;
}

/** Why a notebook stopped before its end. */
export interface NotebookFailure {
  /** Its place, counted from 1 over all cells. */
  readonly cell: number;
  /** The cell's id. */
  readonly id: string;
  /** What it runs. */
  readonly source: string;
  /** What happened, in a line. */
  readonly message: string;
}

/** A notebook after its run. */
export interface NotebookRun {
  /** The notebook with its outputs, as they came. */
  readonly notebook: Notebook;
  /** Set if it stopped before its end. */
  readonly failure: NotebookFailure | undefined;
}

/**
 * Runs a notebook from a fresh kernel, in the notebook's folder.
 *
 * A cell tagged `raises-exception` must throw; a cell tagged `skip-execution` is not run.
 *
 * @param path The .ipynb file; it is not changed.
 * @throws {Error} If the kernel does not start.
 */
export async function runNotebook(
  path: string,
  options: RunNotebookOptions = {},
): Promise<NotebookRun> {
  const { cells } = parseNotebook(await Deno.readTextFile(path));
  await using kernel = await NotebookKernel.start({
    cwd: options.cwd ?? dirname(resolve(path)),
    env: options.env ?? {},
  });
  const done: NotebookCell[] = [];
  let failure: NotebookFailure | undefined;
  for (const [i, cell] of cells.entries()) {
    const fresh = { ...cell, outputs: [], executionCount: null };
    const idle = cell.cell_type !== "code" || cell.source.trim() === "" ||
      cell.tags.includes("skip-execution");
    if (idle || failure !== undefined) {
      done.push(fresh);
      continue;
    }
    const { ran, problem } = await runCell(kernel, fresh, options.timeout ?? 60_000);
    done.push(ran);
    if (problem === undefined) continue;
    failure = { cell: i + 1, id: cell.id, source: cell.source, message: problem };
  }
  return { notebook: { cells: done }, failure };
}

async function runCell(
  kernel: NotebookKernel,
  cell: NotebookCell,
  timeout: number,
): Promise<{ ran: NotebookCell; problem: string | undefined }> {
  const mustFail = cell.tags.includes("raises-exception");
  try {
    const { outputs, executionCount, error } = await kernel.run(cell.source, timeout);
    const problem = error === undefined
      ? mustFail ? "it is tagged raises-exception and did not throw" : undefined
      : mustFail
      ? undefined
      : `${error.name}: ${error.message}`;
    return { ran: { ...cell, outputs, executionCount }, problem };
  } catch (error) {
    return { ran: cell, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Returns a failure as lines for people: which cell, why, and what it runs. */
export function describeFailure(path: string, failure: NotebookFailure): string {
  const source = failure.source.trimEnd().split("\n").map((line) => `    | ${line}`).join("\n");
  return `${path}: cell ${failure.cell} (${failure.id}) failed\n  ${failure.message}\n${source}`;
}

/**
 * Runs a notebook as it is to be stored: in a work folder of its own, its outputs normalized.
 *
 * @param path The .ipynb file; it is not changed.
 * @param options `root`: the project's folder, absolute.
 * @returns The text that the file must have, and why the run stopped early, if it did.
 */
export async function freshNotebook(
  path: string,
  options: RunNotebookOptions & { readonly root: string },
): Promise<{ readonly text: string; readonly failure: NotebookFailure | undefined }> {
  const work = await Deno.makeTempDir({ prefix: "headwaters-work-" });
  try {
    const env = { ...options.env, HEADWATERS_WORK: work };
    const { notebook, failure } = await runNotebook(path, { ...options, env });
    const text = await storedForm(formatNotebook(notebook), { root: options.root, work });
    return { text, failure };
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** Returns the text of a notebook that has run in a work folder as it is to be stored: normalized and formatted. */
export async function storedForm(
  text: string,
  { root, work }: { readonly root: string; readonly work: string },
): Promise<string> {
  const normal = normalizeNotebook(parseNotebook(text), { root, work });
  return await formatCells(formatNotebook(normal), root);
}

/** Formats the code of the cells as `deno fmt` does; `deno fmt --check` (2.9.6) refuses every notebook, formatted or not. */
async function formatCells(text: string, root: string): Promise<string> {
  const child = new Deno.Command("deno", {
    args: ["fmt", "--ext", "ipynb", "-"],
    cwd: root,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const [{ success, stdout }] = await Promise.all([
    child.output(),
    new Blob([text]).stream().pipeTo(child.stdin),
  ]);
  // What does not parse fails when it runs, with a better message.
  return success ? new TextDecoder().decode(stdout) : text;
}

/** Runs one notebook, writes or compares, and returns what is wrong. */
async function work(
  path: string,
  options: { readonly write: boolean; readonly check: boolean; readonly timeout: number },
): Promise<string | undefined> {
  const { timeout } = options;
  const { text, failure } = await freshNotebook(path, { timeout, root: Deno.cwd() });
  if (failure !== undefined) return describeFailure(path, failure);
  if (options.write) await Deno.writeTextFile(path, text);
  if (!options.check) return undefined;
  const difference = notebookDifference(await Deno.readTextFile(path), text);
  return difference && `${path} is stale: ${difference}; run tools/notebook_run.ts --write`;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: {
      write: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      timeout: { type: "string", default: "60000" },
    },
  });
  let failed = false;
  for (const path of positionals) {
    const started = performance.now();
    const problem = await work(path, { ...values, timeout: Number(values.timeout) });
    failed ||= problem !== undefined;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(problem ?? `${path}: ok, ${seconds} s`);
  }
  if (failed) Deno.exit(1);
}

if (import.meta.main) await main();
