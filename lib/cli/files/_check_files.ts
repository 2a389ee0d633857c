import { DataError, exitCodeOfMany } from "../../errors/mod.ts";
import type {
  BytePlace,
  CountedFinding,
  Dialect,
  FileEntry,
  FindingVerdicts,
  ValidateFileOptions,
  ValidateFileResult,
} from "../../files/mod.ts";
import {
  countOf,
  escapeLine,
  failureDocument,
  failureText,
  formatCount,
  jsonDocument,
  rejectExcerpt,
} from "../../terminal/mod.ts";
import type { CommandContext } from "../command.ts";
import { load } from "../load.ts";
import { halfWay } from "../outputs.ts";
import { ReadProgress } from "../progress.ts";

/** Rejected lines of one code whose text is shown, with a caret where the fault is. */
const MOST_SHOWN = 3;

/** Most rejected lines of one file in a JSON document; text names all of them. */
const MAX_LISTED = 1000;

/** Flag for the header that files must have. */
export const COLUMNS = {
  type: "string",
  value: "A,B,C",
  meaning:
    "Columns that files have, in any order: one that is missing or not named rejects the file; results have them in this order",
} as const;

/** What becomes of one file. */
export interface CheckFilesOptions<Result extends ValidateFileResult> {
  /** What is done: `validate`. */
  readonly verb: string;
  /** Header that must be there. */
  readonly columns: string | undefined;
  readonly json: boolean;
  /** How the files are written. */
  readonly dialect: Dialect;
  /** Verdicts that differ from those of the table. */
  readonly verdicts: FindingVerdicts;
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
  return exitCodeOfMany({
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
  { style, signal, cwd }: CommandContext,
  options: CheckFilesOptions<Result> & {
    readonly progress: ReadProgress;
    readonly rejects: ListedRejects;
  },
): Promise<Checked> {
  const { verb, columns, json, work, describe = () => ({}), target, progress, rejects } = options;
  const { path } = entry;
  const name = escapeLine(path);
  const say = (text: string) => {
    if (!json) progress.write(`${text}\n`);
  };
  try {
    const result = await work(entry, {
      verb,
      columns: columns?.split(","),
      ...{ dialect: options.dialect, verdicts: options.verdicts },
      signal,
      onRead: (bytes) => progress.read(path, bytes),
      onReject: tellRejects(name, { say, style, rejects }),
    });
    const { rowsWritten: rows, rejected, columns: found, multiline } = result;
    const verdict = rejected === 0
      ? style.green("good")
      : style.yellow(`${formatCount(rejected)} rejected`);
    const isUsable = hasGoodRows(result);
    const to = target === undefined || !isUsable ? "" : ` in ${escapeLine(target(entry))}`;
    say(`${name}: ${verdict}, ${countOf(rows, "row")}${to}${leftOut(result)}`);
    for (const one of result.findings) say(lineOf(one));
    const findings = result.findings.map(({ place: { source: _, ...place }, ...one }) => (
      { ...one, place }
    ));
    const counts = { path, rows, rejected, columns: found, multiline, findings };
    const more = isUsable ? describe(entry, result) : {};
    return { report: { ...counts, ...more, ...rejects.listed() }, isUsable, faults: rejected };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const document = await tellRejected(entry, error, {
      say,
      style,
      cwd,
      dialect: options.dialect,
    });
    return { report: { path, error: document, ...rejects.listed() }, isUsable: false, faults: 1 };
  }
}

/** Says how much is in the file that is neither written nor rejected, by its dialect. */
function leftOut({ findings }: ValidateFileResult): string {
  const names = { "row-footer": "footer row", "row-comment": "comment" } as const;
  const parts = Object.entries(names).flatMap(([code, name]) => {
    const found = findings.find((one) => one.code === code);
    return found === undefined ? [] : [countOf(found.count, name)];
  });
  return parts.length === 0 ? "" : `; left out: ${parts.join(", ")}`;
}

/** Says why a file is rejected as a whole, and returns that as a document. */
async function tellRejected(
  entry: FileEntry,
  error: DataError,
  { say, style, cwd, dialect }: Pick<CommandContext, "style" | "cwd"> & {
    readonly say: (text: string) => void;
    readonly dialect: Dialect;
  },
) {
  const { path } = entry;
  const bad = await badByte(entry, error, dialect);
  const said = failureText(error, { path });
  say(`${escapeLine(path)}: ${style.red("rejected")}, ${error.code}\n  ${said}`);
  if (bad !== undefined) say(style.dim(excerptOf(path, bad)));
  const { where, ...about } = failureDocument(error, { path }, cwd);
  const { line, column } = bad?.place ?? {};
  return { ...about, where: { ...where, ...(bad && { line, column }) } };
}

/** Finds where the byte is for which a file of UTF-8 is rejected; of a file that has changed since, nothing is shown. */
async function badByte(
  entry: FileEntry,
  { code, context }: DataError,
  { encoding = "utf-8" }: Dialect,
): Promise<BytePlace | undefined> {
  const { byteOffset } = context;
  if (code !== "file-encoding" && code !== "file-nul") return undefined;
  if (typeof byteOffset !== "number" || encoding !== "utf-8") return undefined;
  const { placeOfByte } = await load("files/mod.ts");
  try {
    return await placeOfByte(entry, byteOffset);
  } catch {
    return undefined;
  }
}

/** Of a line that is longer than what is kept of it, only the place is said. */
function excerptOf(path: string, { place, raw }: BytePlace): string {
  if (place.column <= raw.length) return rejectExcerpt(path, { place, raw }).trimEnd();
  return `  ${escapeLine(path)}:${place.line}:${place.column}`;
}

/** Returns what names each rejected line, and shows the first of each code. */
function tellRejects(
  name: string,
  { say, style, rejects }: {
    readonly say: (text: string) => void;
    readonly style: CommandContext["style"];
    readonly rejects: ListedRejects;
  },
): ValidateFileOptions["onReject"] {
  const shown = new Map<string, number>();
  return ({ code, message, place, raw, fault }) => {
    const { source, line, column, byteOffset } = place;
    say(`${name}:${line}: ${code}, ${escapeLine(message)}`);
    const count = (shown.get(code) ?? 0) + 1;
    shown.set(code, count);
    if (count <= MOST_SHOWN) {
      say(style.dim(rejectExcerpt(source, { place, raw, ...(fault && { fault }) }).trimEnd()));
    }
    rejects.add({ line, column, byte_offset: byteOffset, code, message });
  };
}

/** One row of the table of findings. */
function lineOf({ code, severity, count, message, place }: CountedFinding): string {
  const at = place.line === undefined ? "" : ` (first in line ${place.line})`;
  return `  ${code.padEnd(22)} ${severity.padEnd(11)} ${formatCount(count).padStart(9)}  ${
    escapeLine(message)
  }${at}`;
}
