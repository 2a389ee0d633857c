import { resolve } from "node:path";
import { type ErrorCode, EXIT_CODES, IngestError, nextStepOf, outcomeOf } from "../errors/mod.ts";
import { STANDARD_OUTPUT, writeError, writeOut } from "../io/mod.ts";
import { asTyped } from "./as_typed.ts";
import { escapeControls, escapeLine } from "./escape_controls.ts";
import { excerpt } from "./excerpt.ts";
import { jsonDocument } from "./json_document.ts";
import { terminalColumns } from "./terminal_columns.ts";
import { wrapText } from "./wrap_text.ts";

/** What the shell says of a program that wrote to a closed pipe: 128 and the number of SIGPIPE. */
const PIPE_CLOSED = 141;

/** Options of {@linkcode reportFailure}. */
export interface ReportFailureOptions {
  /** Whether the result is one JSON document. */
  readonly json: boolean;
  /** Whether the causes of the error are shown as well. @default false */
  readonly debug?: boolean;
  /** Whether the command reads no configuration and does not go on where it stopped. @default false */
  readonly standalone?: boolean;
  /** Where it was met, for an error that says nothing of it. @default {} */
  readonly met?: Readonly<Record<string, string>>;
  /**
   * Folder where the user is, for the commands that are named and for relative paths of a wrong command line.
   *
   * @default {commands are named as installed ones, and paths stay as they are}
   */
  readonly cwd?: string;
  /** Whether the relative paths of all errors start at that folder. @default false */
  readonly pathsOfUser?: boolean;
  /** Values that flags were given, by names such as `--out`. @default none */
  readonly given?: ReadonlyMap<string, readonly string[]>;
  /** Writes results. @default to standard output */
  readonly write?: (text: string) => void;
  /** Writes messages. @default to standard error */
  readonly tell?: (text: string) => void;
  /** Columns of messages. @default {those of standard error, if it is a terminal; else there is no limit} */
  readonly width?: number;
  /** Takes credentials out of a cause, which may be anything. @default none are taken out */
  readonly redact?: (text: string) => string;
}

/**
 * Reports what ended a command: one sentence among the messages, with the place and the next step where the sentence
 * has none; for `--json`, one document as the result.
 *
 * @returns The exit code that it stands for.
 */
export function reportFailure(error: unknown, options: ReportFailureOptions): number {
  // The reader, `head` or a pager, has seen enough.
  if (error instanceof Deno.errors.BrokenPipe) return PIPE_CLOSED;
  const { json, debug = false, write = writeOut, width = messageWidth() } = options;
  const say = options.tell ?? writeError;
  const tell = (text: string) => say(wrapText(text, width));
  const { redact = (text: string) => text } = options;
  const { isSaid, text, ...about } = describe(error, options);
  const { code, message } = about;
  const { path: file, line, column } = about.where;
  const isPlaced = typeof file === "string" && typeof line === "number" && text !== undefined;
  tell(`${escapeControls(message)}\n`);
  if (isPlaced) say(excerpt({ file, line, column: columnOf(column), text }));
  const next = code === "usage" ? "" : unsaid({ ...about, isSaid });
  if (next !== "") tell(`  ${escapeControls(next)}\n`);
  if (debug) tell(`  code ${code}\n`);
  const causes = debug ? chainOf(error).map(redact) : [];
  tell(causes.map((cause) => escapeControls(`  caused by ${cause}\n`)).join(""));
  try {
    if (json) {
      write(jsonDocument({ error: { ...about, ...(debug ? { causes } : {}) } }));
    }
  } catch {
    // The same standard output that could not take the result, most likely; the sentence has been said.
  }
  return EXIT_CODES[outcomeOf(error)];
}

function messageWidth(): number {
  return Deno.stderr.isTerminal() ? terminalColumns() : Infinity;
}

/** An error as a part of a JSON document. */
export interface FailureDocument {
  /** What happened. */
  readonly code: ErrorCode;
  /** The same for people. */
  readonly message: string;
  /** Named values that say where. */
  readonly where: Readonly<Record<string, unknown>>;
  /** What to do: what the message says of it, or else what is to be done about the code. */
  readonly next: string;
}

/**
 * Returns an error of one of several things, such as a file, for the document of all of them.
 *
 * @param met Which thing it is, for an error that says nothing of it.
 * @param cwd Folder where the user is.
 */
export function failureDocument(
  error: IngestError,
  met: Readonly<Record<string, string>>,
  cwd: string,
): FailureDocument {
  const how = { standalone: true, met, cwd, pathsOfUser: true };
  const { code, message, where, next } = describe(error, how);
  return { code, message, where, next };
}

/** Returns such an error for people: its sentence, and in a line of its own the next step if the sentence has none. */
export function failureText(error: IngestError, met: Readonly<Record<string, string>>): string {
  const about = describe(error, { standalone: true, met });
  const next = unsaid(about);
  return `${escapeLine(about.message)}${next === "" ? "" : `\n  ${escapeLine(next)}`}`;
}

/** Returns the next step if a sentence does not say it; most say what to do, or what would be right. */
function unsaid({ message, next, isSaid }: Pick<Description, "message" | "next" | "isSaid">) {
  return isSaid || /\bexpected\b/.test(message) && !next.includes("--on ") ? "" : next;
}

interface Description extends FailureDocument {
  /** Whether the message says that itself. */
  readonly isSaid: boolean;
  /** The line of text that is meant. */
  readonly text?: string;
  /** Results that a command had written when it ended. */
  readonly written?: unknown;
}

type DescribeOptions = Pick<
  ReportFailureOptions,
  "standalone" | "met" | "cwd" | "pathsOfUser" | "given"
>;

function describe(error: unknown, options: DescribeOptions): Description {
  const { standalone = false, met = {}, cwd } = options;
  const typed = (text: string) => cwd === undefined ? text : asTyped(text, cwd);
  if (error instanceof IngestError) {
    const { code, context: { written, text, next } } = error;
    const message = typed(error.message);
    const said = typeof next === "string" ? undefined : stepIn(ownWords(error));
    return {
      code,
      message,
      where: whereOf(error, options),
      next: typed(typeof next === "string" ? next : said ?? nextStepOf(code, { standalone })),
      isSaid: said !== undefined,
      ...(typeof text === "string" ? { text } : {}),
      ...(written === undefined ? {} : { written }),
    };
  }
  return { code: "internal-fault", ...ofForeign(error), where: met, isSaid: true };
}

/** Returns a message without what a library, a server or code of others has said: no step of ours is in that. */
function ownWords({ message, cause }: IngestError): string {
  const words = cause instanceof IngestError
    ? ""
    : cause instanceof Error
    ? cause.message
    : String(cause ?? "").replace(/^\w*Error: /, "");
  return words === "" ? message : message.replaceAll(words, "");
}

const QUOTED = `"(?:[^"\\\\]|\\\\.)*"`;
const IN_BRACKETS = `\\((?:[^()"]|${QUOTED})*\\)`;
const STEP = new RegExp(
  `^(?:[^";(]|${QUOTED}|${IN_BRACKETS}|\\((?!(?:[^()"]|${QUOTED})*\\))|;(?! ))*; (.+)$`,
  "s",
);

/** Returns the step that a sentence of ours ends with: what follows its first semicolon outside of quotes and brackets. */
function stepIn(message: string): string | undefined {
  const [, step] = STEP.exec(message) ?? [];
  return step && sentence(step);
}

function sentence(step: string): string {
  return `${step[0]?.toUpperCase()}${step.slice(1)}${/[.?!]$/.test(step) ? "" : "."}`;
}

/** Fields of an error's context that say where it was met. */
const WHERE: ReadonlySet<string> = new Set([
  ...["path", "line", "column", "url", "source", "stream", "run_id", "lake", "audit", "flag"],
]);

/** Those that are paths of the file system, if those of the error are. */
const PATHS: ReadonlySet<string> = new Set(["path", "lake", "audit"]);

/** Returns where an error was met: paths from the root on, and a flag with its value if the message says that too. */
function whereOf(
  { context, message, code }: IngestError,
  { met = {}, cwd, pathsOfUser = false, given }: DescribeOptions,
): Readonly<Record<string, unknown>> {
  const own = Object.entries(context).filter(([key, value]) =>
    WHERE.has(key) && value !== undefined
  );
  const isUsers = cwd !== undefined && (pathsOfUser || code === "usage");
  const where = (own.length === 0 ? Object.entries(met) : own).map(([key, value]) =>
    isUsers && PATHS.has(key) && typeof value === "string" && value !== STANDARD_OUTPUT
      ? [key, resolve(cwd, value)]
      : [key, value]
  );
  const values = given?.get(String(context["flag"])) ?? [];
  // What the message leaves out may be a secret.
  const value = values.find((one) => quotes(message, one));
  return Object.fromEntries(value === undefined ? where : [...where, ["value", value]]);
}

/** Says whether a message says a value, and not by chance the same letters. */
function quotes(message: string, value: string): boolean {
  return [`"${value}"`, JSON.stringify(value), `found ${value},`, `variable ${value} `]
    .some((text) => message.includes(text));
}

function ofForeign(error: unknown): { readonly message: string; readonly next: string } {
  if (error instanceof Error && /not (?:found )?(?:in|cached)|cached-only/i.test(error.message)) {
    const step = "run `deno task install` in the project once, with a network";
    return withStep("Cannot load a package: it is not in the cache", step);
  }
  if (error instanceof Deno.errors.NotCapable) {
    const step = "grant it, or if the permissions are ours, please report it";
    return withStep(`Cannot go on: ${error.message}`, step);
  }
  // Not one of ours: a fault of this program, and then its place is what helps.
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  return withStep(`Cannot go on: unexpected ${text}`, "please report it");
}

function withStep(state: string, step: string) {
  return { message: `${state}; ${step}`, next: sentence(step) };
}

function columnOf(column: unknown): number | undefined {
  return typeof column === "number" ? column : undefined;
}

/** Most causes that are followed, should one lead back to itself. */
const MOST_CAUSES = 20;

/** The causes of an error, down to the bottom: class, message and, of what is none of ours, the place. */
function chainOf(error: unknown): string[] {
  const chain: string[] = [];
  let cause = error instanceof Error ? error.cause : undefined;
  while (cause !== undefined && chain.length < MOST_CAUSES) {
    const isOurs = cause instanceof IngestError;
    chain.push(!isOurs && cause instanceof Error ? cause.stack ?? cause.message : textOf(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return chain;
}

/** What was thrown may be no error, but an object that says what is wrong. */
function textOf(cause: unknown): string {
  if (typeof cause !== "object" || cause instanceof Error) return String(cause);
  return Deno.inspect(cause, { breakLength: Infinity, compact: true, depth: 2 });
}

/** Says whether a command line asks for JSON, before it is known to be right. */
export function wantsJson(args: readonly string[]): boolean {
  return ownFlags(args).some((arg) => arg === "--json" || arg.startsWith("--json="));
}

/** Says whether a command line asks for the causes of an error. */
export function wantsDebug(args: readonly string[]): boolean {
  return ownFlags(args).includes(DEBUG_FLAG);
}

/** Returns a command line without the flag that every command has. */
export function withoutDebug(args: readonly string[]): string[] {
  const own = ownFlags(args);
  return [...own.filter((arg) => arg !== DEBUG_FLAG), ...args.slice(own.length)];
}

/** Shows the causes of an error. */
const DEBUG_FLAG = "--debug";

function ownFlags(args: readonly string[]): readonly string[] {
  const end = args.indexOf("--");
  return end < 0 ? args : args.slice(0, end);
}
