import { relative } from "node:path";
import { UsageError } from "../../errors/mod.ts";
import { isInside } from "../../io/mod.ts";
import {
  fixedPrefix,
  type InputFile,
  inputFiles,
  type Inputs,
  isGlob,
  stateOf,
} from "../inputs.ts";
import { pathFrom } from "../words.ts";

/** Standard input. */
export const STDIN = "-";

/** What a search for logs finds, and what it passes over. */
export interface LogSearch {
  readonly cwd: string;
  /** Folder of the results. */
  readonly out: string | undefined;
  /** Whether files of rejected lines are looked for. */
  readonly rejects: boolean;
}

/**
 * Finds the logs that words name. A folder or glob does not find what an earlier call has written next to its records
 * (Spark's rule: names that begin with `_`), nor a folder what is in that of the results.
 *
 * @throws {UsageError} As `inputFiles()`; if standard input does not stand alone, or a folder of logs is in that of the results.
 */
export function logInputs(words: readonly string[], search: LogSearch): Inputs | typeof STDIN {
  const { out, cwd, rejects } = search;
  if (!words.includes(STDIN)) {
    const inputs = inputFiles(words, cwd, { anything: true });
    if (rejects) return inputs;
    const files = withoutResults(inputs.files, words, search);
    if (files.length > 0) return { ...inputs, files };
    throw new UsageError(
      "usage",
      `Cannot read "${
        words[0]
      }": there is no log in it, names that begin with . or _ and results left out; name another`,
      { context: { path: words[0] } },
    );
  }
  if (words.length > 1) {
    throw new UsageError("usage", 'Cannot parse "-" together with files: it is standard input');
  }
  if (out === undefined) return STDIN;
  throw new UsageError(
    "usage",
    'Cannot use flag "--out" with "-": records are identified by their file; save it first',
    { context: { flag: "--out" } },
  );
}

function withoutResults(
  files: readonly InputFile[],
  words: readonly string[],
  { cwd, out }: LogSearch,
): InputFile[] {
  const results = out === undefined ? undefined : pathFrom(cwd, out);
  const named = new Set(words);
  const folders = words.map((word) => pathFrom(cwd, word))
    .filter((path) => stateOf(path)?.isDirectory);
  if (results !== undefined && folders.some((folder) => isInside(folder, results))) {
    throw new UsageError(
      "usage",
      `Cannot write to "${out}": logs are looked for in it, and the next call would find its own results; name another folder`,
      { context: { flag: "--out" } },
    );
  }
  const globs = words.filter((word) => isGlob(word) && !/(?:^|\/)_/.test(word))
    .map((word) => pathFrom(cwd, fixedPrefix(word)));
  return files.filter(({ name, path }) => {
    if (named.has(name)) return true;
    const isIn = (folder: string) => isInside(path, folder);
    if (results !== undefined && isIn(results) && folders.some(isIn)) return false;
    const searched = [...folders, ...globs].find(isIn);
    return searched === undefined || !isPassedOver(relative(searched, path));
  });
}

/** A folder such as `_dt=2026-11-26` is a partition. */
function isPassedOver(path: string): boolean {
  return path.split(/[/\\]/).some((part) => part.startsWith("_") && !part.includes("="));
}
