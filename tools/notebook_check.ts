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
import { basename, dirname, fromFileUrl, join, resolve, toFileUrl } from "@std/path";
import { type NotebookCell, parseNotebook } from "./_notebook_file.ts";

/** Lines that a code cell may have. */
const MOST_LINES = 15;
/** Rules that do not fit cells: the eye uses what looks unused, and after a cell that throws on purpose others run. */
const LINT_EXCLUDE = "--rules-exclude=no-unused-vars,no-unreachable";
const RELATIVE = /((?:from|import)\s*\(?\s*")(\.{1,2}\/[^"]+)(")/g;
/** As `deno check` writes a position, or as `deno lint --compact` does. */
const POSITION =
  /(?:at )?(?:file:\/\/)?[^\s"]*\/(cells_of_\w+)\.ts:(?: line )?(\d+)(?:, col |:)(\d+)/g;
const LIB_IMPORT = /\/lib\/(?:[^"]*\/)?[^"/]+\.ts$/;

interface Joined {
  /** Name of the module, without its ending. */
  readonly name: string;
  /** The module. */
  readonly source: string;
  /** What each of its lines is in the notebook, from line 1. */
  readonly places: readonly string[];
}

/**
 * Checks notebooks; several at once cost little more than one.
 *
 * @param paths The .ipynb files.
 * @param options `config`: the deno.json that counts, by default that of the project.
 * @returns One text for each problem, with the notebook, the cell, the line and the column.
 */
export async function checkNotebooks(
  paths: readonly string[],
  options: { readonly config?: string } = {},
): Promise<string[]> {
  const config = options.config ?? fromFileUrl(new URL("../deno.json", import.meta.url));
  const folder = await Deno.makeTempDir({ prefix: "headwaters-cells-" });
  try {
    const problems: string[] = [];
    const modules: Joined[] = [];
    for (const path of paths) {
      const cells = await readCells(path);
      const joined = joinCells(cells, path);
      modules.push(joined);
      problems.push(...cells.flatMap(cellProblems));
      await Deno.writeTextFile(join(folder, `${joined.name}.ts`), joined.source);
    }
    const files = modules.map(({ name }) => join(folder, `${name}.ts`));
    const reports = await Promise.all([
      deno(["check", "--quiet", "--config", config, ...files], modules),
      deno(["lint", "--quiet", "--compact", LINT_EXCLUDE, "--config", config, ...files], modules),
    ]);
    return [...problems, ...reports.flat()];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

interface PlacedCell extends NotebookCell {
  /** Its notebook, number and id. */
  readonly place: string;
}

async function readCells(path: string): Promise<PlacedCell[]> {
  return parseNotebook(await Deno.readTextFile(path)).cells
    .map((cell, i) => ({ ...cell, place: `${basename(path)} cell ${i + 1} (${cell.id})` }))
    .filter((cell) => cell.cell_type === "code" && !cell.tags.includes("skip-check"));
}

/** Joins cells into one module; its imports are made absolute, because it is elsewhere. */
function joinCells(cells: readonly PlacedCell[], path: string): Joined {
  const base = toFileUrl(`${dirname(resolve(path))}/`);
  const lines: string[] = [];
  const places: string[] = [];
  const absolute = (_: string, head: string, target: string, tail: string) =>
    `${head}${new URL(target, base).href}${tail}`;
  for (const { source, place } of cells) {
    for (const [i, line] of source.split("\n").entries()) {
      lines.push(line.replace(RELATIVE, absolute));
      places.push(`${place} line ${i + 1}`);
    }
  }
  const name = `cells_of_${basename(path, ".ipynb")}`;
  return { name, source: `${lines.join("\n")}\nexport {};\n`, places };
}

async function deno(args: readonly string[], modules: readonly Joined[]): Promise<string[]> {
  let { code, text } = await runDeno(args);
  // Seen once on a machine under load: a lint that fails silently, and is content when asked again.
  if (code !== 0 && text.trim() === "") ({ code, text } = await runDeno(args));
  if (code === 0) return [];
  const mapped = text.replace(POSITION, (whole, name, line, column) => {
    const place = modules.find((module) => module.name === name)?.places[Number(line) - 1];
    return place === undefined ? whole : `${place} column ${column}`;
  });
  return [`${args[0]}: ${mapped.trim() || `ended with exit code ${code} and no word`}`];
}

async function runDeno(args: readonly string[]): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: [...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, text: `${decoder.decode(stdout)}${decoder.decode(stderr)}` };
}

function cellProblems(cell: PlacedCell): string[] {
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
  const problems = await checkNotebooks(Deno.args);
  console.log(problems.length === 0 ? `${Deno.args.length} notebooks: ok` : problems.join("\n"));
  if (problems.length > 0) Deno.exit(1);
}
