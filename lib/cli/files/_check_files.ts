import { DataError } from "../../errors/mod.ts";
import type { FileEntry, ValidateFileOptions, ValidateFileResult } from "../../files/mod.ts";
import {
  countOf,
  escapeLine,
  formatCount,
  jsonDocument,
  rejectExcerpt,
} from "../../terminal/mod.ts";
import type { CommandContext } from "../command.ts";
import { exitCodeOf } from "../exit_code.ts";
import { halfWay } from "../outputs.ts";
import { ReadProgress } from "../progress.ts";

/** Most rejected lines of one file in a JSON document; text names all of them. */
const MAX_LISTED = 1000;

/** Rejected lines of one file of which the text shows the line itself. */
const MOST_SHOWN = 5;

/** Flag for the header that files must have. */
export const COLUMNS = {
  type: "string",
  value: "A,B,C",
  meaning: "Header that must be there, in this order",
} as const;

/** What becomes of one file. */
export interface CheckFilesOptions<Result extends ValidateFileResult> {
  /** What is done: `validate`. */
  readonly verb: string;
  /** Header that must be there. */
  readonly columns: string | undefined;
  readonly json: boolean;
  /** Does it. */
  readonly work: (entry: FileEntry, options: ValidateFileOptions) => Promise<Result>;
  /** What it adds to the report of a file that is not rejected. @default () => ({}) */
  readonly describe?: (entry: FileEntry, result: Result) => Readonly<Record<string, unknown>>;
  /** Whether results replace what is there. @default false */
  readonly force?: boolean;
  /** Where the result of a file is. @default none: nothing is written */
  readonly target?: (entry: FileEntry) => string;
}

/** Rejected lines of one file, as a JSON document lists them. */
class ListedRejects {
  readonly #rejects: Readonly<Record<string, unknown>>[] = [];
  #seen = 0;

  add(reject: Readonly<Record<string, unknown>>): void {
    if (this.#seen++ < MAX_LISTED) this.#rejects.push(reject);
  }

  listed() {
    return { rejects: this.#rejects, rejects_omitted: this.#seen - this.#rejects.length };
  }

  /** Says how many are not listed, if any. */
  left(name: string): string {
    const { rejects_omitted: count } = this.listed();
    if (count === 0) return "";
    const lines = countOf(count, "rejected line");
    return `${name}: ${lines} more than the document lists; without --json all are named\n`;
  }
}

/**
 * Checks delimited files one after the other and names every rejected line; one bad file does not end the others.
 *
 * @returns The exit code: 2 if a line or a file was rejected, 1 if all files were. A file none of whose rows is good is.
 */
export async function checkFiles<Result extends ValidateFileResult>(
  entries: readonly FileEntry[],
  context: CommandContext,
  options: CheckFilesOptions<Result>,
): Promise<number> {
  const { verb, json, force = false, target } = options;
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  using progress = new ReadProgress(context, { verb, total });
  const checked: Checked[] = [];
  const written: string[] = [];
  for (const entry of entries) {
    const rejects = new ListedRejects();
    try {
      const one = await checkOne(entry, context, { ...options, progress, rejects });
      checked.push(one);
      if (one.isUsable && target !== undefined) written.push(target(entry));
    } catch (error) {
      throw halfWay(error, written, { force, signal: context.signal });
    }
    if (json) context.tell(rejects.left(escapeLine(entry.path)));
  }
  if (json) context.write(jsonDocument({ files: checked.map(({ report }) => report) }));
  return exitCodeOf({
    usable: checked.filter(({ isUsable }) => isUsable).length,
    faults: checked.reduce((sum, { faults }) => sum + faults, 0),
  });
}

/** Whether there is anything to go on with: rows, or a file that has none and says so. */
export function hasGoodRows({ rowsWritten, rejected }: ValidateFileResult): boolean {
  return rowsWritten > 0 || rejected === 0;
}

/** What became of one file. */
interface Checked {
  readonly report: Readonly<Record<string, unknown>>;
  readonly isUsable: boolean;
  readonly faults: number;
}

async function checkOne<Result extends ValidateFileResult>(
  entry: FileEntry,
  { style, signal }: CommandContext,
  options: CheckFilesOptions<Result> & {
    readonly progress: ReadProgress;
    readonly rejects: ListedRejects;
  },
): Promise<Checked> {
  const { verb, columns, json, work, describe = () => ({}), target, progress, rejects } = options;
  const { path } = entry;
  const name = escapeLine(path);
  let shown = 0;
  const say = (text: string) => {
    if (!json) progress.write(`${text}\n`);
  };
  try {
    const result = await work(entry, {
      verb,
      columns: columns?.split(","),
      signal,
      onRead: (bytes) => progress.read(path, bytes),
      onReject: ({ code, message, place, raw }) => {
        const { line } = place;
        say(`${name}:${line}: ${code}, ${escapeLine(message)}`);
        if (shown++ < MOST_SHOWN) say(rejectExcerpt(path, { place, raw }).trimEnd());
        rejects.add({ line, code, message });
      },
    });
    const { rowsWritten: rows, rejected, columns: found, multiline } = result;
    const verdict = rejected === 0
      ? style.green("good")
      : style.yellow(`${formatCount(rejected)} rejected`);
    const isUsable = hasGoodRows(result);
    const to = target === undefined || !isUsable ? "" : ` in ${escapeLine(target(entry))}`;
    say(`${name}: ${verdict}, ${countOf(rows, "row")}${to}`);
    const counts = { path, rows, rejected, columns: found, multiline };
    const report = {
      ...counts,
      ...(isUsable ? describe(entry, result) : {}),
      ...rejects.listed(),
    };
    return { report, isUsable, faults: rejected };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const { code, message } = error;
    say(`${name}: ${style.red("rejected")}, ${code}\n  ${escapeLine(message)}`);
    const report = { path, error: { code, message }, ...rejects.listed() };
    return { report, isUsable: false, faults: 1 };
  }
}
