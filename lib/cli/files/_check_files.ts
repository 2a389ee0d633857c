import { DataError } from "../../errors/mod.ts";
import type { FileEntry, ValidateFileOptions, ValidateFileResult } from "../../files/mod.ts";
import { countOf, escapeLine, formatCount, jsonDocument } from "../../terminal/mod.ts";
import type { CommandContext } from "../command.ts";
import { exitCodeOf } from "../exit_code.ts";
import { ReadProgress } from "../progress.ts";

/** Most rejected lines of one file in a JSON document; text names all of them. */
const MAX_LISTED = 1000;

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
  /** Where the result of a file is. @default none: nothing is written */
  readonly target?: (entry: FileEntry) => string;
}

/**
 * Checks delimited files one after the other and names every rejected line; one bad file does not end the others.
 *
 * @returns The exit code: 2 if a line or a file was rejected, 1 if all files were.
 */
export async function checkFiles<Result extends ValidateFileResult>(
  entries: readonly FileEntry[],
  context: CommandContext,
  { verb, columns, json, work, describe = () => ({}), target }: CheckFilesOptions<Result>,
): Promise<number> {
  const { style, signal } = context;
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  using progress = new ReadProgress(context, { verb, total });
  const reports: Readonly<Record<string, unknown>>[] = [];
  let usable = 0;
  let faults = 0;
  const say = (text: string) => {
    if (!json) progress.write(`${text}\n`);
  };
  for (const entry of entries) {
    const name = escapeLine(entry.path);
    const rejects: Readonly<Record<string, unknown>>[] = [];
    let seen = 0;
    const listed = () => ({ rejects, rejects_omitted: seen - rejects.length });
    try {
      const result = await work(entry, {
        verb,
        columns: columns?.split(","),
        signal,
        onRead: (bytes) => progress.read(entry.path, bytes),
        onReject: ({ code, message, place: { line } }) => {
          seen++;
          say(`${name}:${line}: ${code}, ${escapeLine(message)}`);
          if (json && rejects.length < MAX_LISTED) rejects.push({ line, code, message });
        },
      });
      const { rowsWritten: rows, rejected, columns: found, multiline } = result;
      const more = describe(entry, result);
      const path = entry.path;
      reports.push({ path, rows, rejected, columns: found, multiline, ...more, ...listed() });
      const verdict = rejected === 0
        ? style.green("good")
        : style.yellow(`${formatCount(rejected)} rejected`);
      const to = target === undefined ? "" : ` in ${escapeLine(target(entry))}`;
      say(`${name}: ${verdict}, ${countOf(rows, "row")}${to}`);
      usable++;
      faults += rejected;
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      const { code, message } = error;
      faults++;
      reports.push({ path: entry.path, error: { code, message }, ...listed() });
      say(`${name}: ${style.red("rejected")}, ${code}\n  ${escapeLine(message)}`);
    }
    if (json && seen > rejects.length) {
      const left = countOf(seen - rejects.length, "rejected line");
      context.tell(`${name}: ${left} more than the document lists; without --json all are named\n`);
    }
  }
  if (json) context.write(jsonDocument({ files: reports }));
  return exitCodeOf({ usable, faults });
}
