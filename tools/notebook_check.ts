/**
 * Checks the cells of notebooks as one module: types, lint rules, the project's imports, the length of cells.
 *
 * The kernel only strips types, so that a wrong type shows in no run.
 *
 * Usage: `deno run --no-prompt --allow-read --allow-write --allow-run=deno --allow-env=TMPDIR,TMP,TEMP
 * tools/notebook_check.ts notebooks/00_foundations.ipynb ...`
 *
 * @module
 */
import { dirname, join, resolve, toFileUrl } from "@std/path";
import { type NotebookCell, parseNotebook } from "./_notebook_file.ts";

/** Lines that a code cell may have. */
const MOST_LINES = 15;
/** A rule that does not fit cells: the reader's eye uses what looks unused. */
const LINT_EXCLUDE = "--rules-exclude=no-unused-vars";
const RELATIVE = /((?:from|import)\s*\(?\s*")(\.{1,2}\/[^"]+)(")/g;
const LIB_IMPORT = /\/lib\/(?:[^"]*\/)?[^"/]+\.ts$/;

interface Joined {
  /** The module. */
  readonly source: string;
  /** What each of its lines is in the notebook, from line 1. */
  readonly places: readonly string[];
}

/**
 * Checks one notebook.
 *
 * @param path The .ipynb file.
 * @param options `config`: the deno.json that counts; the nearest to the notebook by default.
 * @returns One text for each problem, with the cell, the line and the column.
 */
export async function checkNotebook(
  path: string,
  options: { readonly config?: string } = {},
): Promise<string[]> {
  const cells = parseNotebook(await Deno.readTextFile(path)).cells
    .map((cell, i) => ({ ...cell, place: `cell ${i + 1} (${cell.id})` }))
    .filter((cell) => cell.cell_type === "code" && !cell.tags.includes("skip-check"));
  const config = options.config ?? join(dirname(resolve(path)), "..", "deno.json");
  const joined = joinCells(cells, dirname(resolve(path)));
  const folder = await Deno.makeTempDir({ prefix: "headwaters-cells-" });
  try {
    const file = join(folder, "cells.ts");
    await Deno.writeTextFile(file, joined.source);
    const reports = await Promise.all([
      deno(["check", "--quiet", "--config", config, file], joined),
      deno(["lint", "--quiet", "--compact", LINT_EXCLUDE, "--config", config, file], joined),
    ]);
    return [...cells.flatMap(cellProblems), ...reports.flat()];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Joins cells into one module; its imports are made absolute, because it stands elsewhere. */
function joinCells(
  cells: readonly (NotebookCell & { readonly place: string })[],
  folder: string,
): Joined {
  const base = toFileUrl(`${folder}/`);
  const lines: string[] = [];
  const places: string[] = [];
  for (const { source, place } of cells) {
    for (const [i, line] of source.split("\n").entries()) {
      lines.push(
        line.replace(
          RELATIVE,
          (_, head, target, tail) => `${head}${new URL(target, base).href}${tail}`,
        ),
      );
      places.push(`${place} line ${i + 1}`);
    }
  }
  return { source: `${lines.join("\n")}\nexport {};\n`, places };
}

async function deno(args: readonly string[], { places }: Joined): Promise<string[]> {
  const { success, stdout, stderr } = await new Deno.Command("deno", {
    args: [...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  if (success) return [];
  const decoder = new TextDecoder();
  const text = `${decoder.decode(stdout)}${decoder.decode(stderr)}`;
  const mapped = text.replace(
    /(?:at )?(?:file:\/\/)?[^\s"]*cells\.ts:(?: line )?(\d+)(?:, col |:)(\d+)/g,
    (_, line, column) => `${places[Number(line) - 1] ?? "the end"} column ${column}`,
  );
  return [`${args[0]}: ${mapped.trim()}`];
}

function cellProblems(cell: NotebookCell & { readonly place: string }): string[] {
  const problems: string[] = [];
  const length = cell.source.trimEnd().split("\n").length;
  if (length >= MOST_LINES) {
    problems.push(`${cell.place}: has ${length} lines, fewer than ${MOST_LINES} are wanted`);
  }
  for (const [, , target = ""] of cell.source.matchAll(RELATIVE)) {
    if (!LIB_IMPORT.test(target) || target.endsWith("/mod.ts")) continue;
    problems.push(`${cell.place}: imports "${target}", wanted the area's mod.ts`);
  }
  return problems;
}

if (import.meta.main) {
  let failed = false;
  for (const path of Deno.args) {
    const problems = await checkNotebook(path);
    failed ||= problems.length > 0;
    console.log(problems.length === 0 ? `${path}: ok` : `${path}:\n${problems.join("\n")}`);
  }
  if (failed) Deno.exit(1);
}
