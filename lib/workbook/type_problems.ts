import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { runDeno } from "./_run_deno.ts";

/** One error of the type checker or the parser. */
export interface TypeProblem {
  /** Path from the project's root. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** What is wrong, without its number. */
  readonly message: string;
  /** The line of code that it is about. */
  readonly source: string;
}

/** Type-checks a file as the project does and returns what is wrong with it. */
export async function typeProblems(file: string, root: string): Promise<TypeProblem[]> {
  const config = ["--config", `${root}/deno.json`];
  const { success, stderr } = await runDeno(["check", "--no-lock", ...config, file], root);
  if (success) return [];
  const problems = parseTypeProblems(stderr, root);
  if (problems.length > 0) return problems;
  // Nothing was recognized: the tool's own words are better than none.
  const message = stderr.replace(/^(Check|error:?) /gm, "").trim();
  return [{ path: relative(root, file), line: 1, column: 1, message, source: "" }];
}

/** Reads what `deno check` printed; paths are taken from the root. */
export function parseTypeProblems(output: string, root: string): TypeProblem[] {
  const problems: TypeProblem[] = [];
  const places = output.matchAll(/^ +at (file:\S+?):(\d+):(\d+)$/gm);
  let from = 0;
  for (const place of places) {
    const [text, url = "", line = "1", column = "1"] = place;
    const lines = output.slice(from, place.index).split("\n").filter((part) => /[^\s|]/.test(part));
    from = place.index + text.length;
    const message = lines.findIndex((part) => /^(TS\d+ \[ERROR\]|error): /.test(part));
    if (message < 0) continue;
    const marks = lines.findLastIndex((part) => /^[\s|]*~+\s*$/.test(part));
    const source = marks < 0 ? "" : lines[marks - 1] ?? "";
    const words = lines.slice(message, marks < 0 ? undefined : marks - 1).join("\n");
    problems.push({
      path: relative(root, fileURLToPath(url)),
      line: Number(line),
      column: Number(column),
      message: words.replace(/^(TS\d+ \[ERROR\]|error): /, ""),
      source: source.replace(/^\d+ \| /, ""),
    });
  }
  return problems;
}
