/**
 * Reads an lcov report and fails when tests ran less than the wanted share of lib's lines.
 *
 * A file that no test loads is absent from such a report; here it counts with all its lines.
 *
 * Usage: `deno run --allow-read=. tools/check_coverage.ts <report.lcov> <percent>`
 *
 * @module
 */

/** Lines of one file. */
export interface LineCoverage {
  /** Path from the project's root. */
  readonly path: string;
  readonly lines: number;
  readonly covered: number;
}

/** Reads the files of an lcov report that are under a folder. */
export function parseLcov(lcov: string, folder: string): LineCoverage[] {
  return lcov.split("end_of_record").flatMap((record) => {
    const path = record.match(/^SF:(.*)$/m)?.[1] ?? "";
    const lines = Number(record.match(/^LF:(\d+)$/m)?.[1] ?? 0);
    const covered = Number(record.match(/^LH:(\d+)$/m)?.[1] ?? 0);
    const at = path.replaceAll("\\", "/").lastIndexOf(`/${folder}/`);
    return at < 0 ? [] : [{ path: path.slice(at + 1), lines, covered }];
  });
}

/** Counts a file that no test loaded: nothing of it is covered. Types and re-exports leave no lines. */
export function unloaded(path: string, source: string): LineCoverage {
  const runs = /^(?:export )?(?:default )?(?:async )?(?:abstract )?(?:function|class|const|let)\b/m
    .test(source);
  const lines = source.split("\n").filter((line) => !/^\s*(?:$|\/\/|\/\*|\*)/.test(line)).length;
  return { path, lines: runs ? lines : 0, covered: 0 };
}

/** Returns the percentage of covered lines; 100 where there are none. */
export function percentage(files: readonly LineCoverage[]): number {
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const covered = files.reduce((sum, file) => sum + file.covered, 0);
  return lines === 0 ? 100 : covered / lines * 100;
}

async function* sourceFiles(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* sourceFiles(path);
    else if (entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts")) yield path;
  }
}

async function main(report: string, wanted: number): Promise<void> {
  const files = parseLcov(await Deno.readTextFile(report), "lib");
  const known = new Set(files.map((file) => file.path));
  for await (const path of sourceFiles("lib")) {
    if (!known.has(path)) files.push(unloaded(path, await Deno.readTextFile(path)));
  }
  const found = percentage(files);
  const worst = files.filter((file) => file.lines > file.covered)
    .sort((a, b) => (b.lines - b.covered) - (a.lines - a.covered)).slice(0, 10);
  for (const { path, lines, covered } of worst) {
    console.log(`  ${percentage([{ path, lines, covered }]).toFixed(0).padStart(3)} %  ${path}`);
  }
  console.log(`Line coverage of lib: ${found.toFixed(1)} % (wanted ${wanted} %)`);
  if (found < wanted) Deno.exit(1);
}

if (import.meta.main) await main(Deno.args[0] ?? "coverage.lcov", Number(Deno.args[1] ?? 90));
