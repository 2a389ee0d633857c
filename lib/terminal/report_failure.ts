import { EXIT_CODES, IngestError, outcomeOf } from "../errors/mod.ts";
import { writeError, writeOut } from "../io/mod.ts";
import { escapeControls } from "./escape_controls.ts";
import { jsonDocument } from "./json_document.ts";

/** What the shell says of a program that wrote to a closed pipe: 128 and the number of SIGPIPE. */
const PIPE_CLOSED = 141;

/** Options of {@linkcode reportFailure}. */
export interface ReportFailureOptions {
  /** Whether the result is one JSON document. */
  readonly json: boolean;
  /** Writes results. @default to standard output */
  readonly write?: (text: string) => void;
  /** Writes messages. @default to standard error */
  readonly tell?: (text: string) => void;
}

/**
 * Reports what ended a command: one sentence among the messages and, for `--json`, one document as the result.
 *
 * @returns The exit code that it stands for.
 */
export function reportFailure(error: unknown, options: ReportFailureOptions): number {
  // The reader, `head` or a pager, has seen enough.
  if (error instanceof Deno.errors.BrokenPipe) return PIPE_CLOSED;
  const { json, write = writeOut, tell = writeError } = options;
  const { code, message, ...written } = describe(error);
  tell(`${escapeControls(message)}\n`);
  try {
    if (json) write(jsonDocument({ error: { code, message, ...written } }));
  } catch {
    // The same standard output that could not take the result, most likely; the sentence has been said.
  }
  return EXIT_CODES[outcomeOf(error)];
}

function describe(error: unknown): {
  readonly code: string;
  readonly message: string;
  /** Results that a command had written when it ended. */
  readonly written?: unknown;
} {
  if (error instanceof IngestError) {
    const { code, message, context: { written } } = error;
    return { code, message, ...(written === undefined ? {} : { written }) };
  }
  if (error instanceof Error && /not (?:found )?(?:in|cached)|cached-only/i.test(error.message)) {
    const message = "Cannot load a package: it is not in the cache; " +
      "run `deno task install` in the project once, with a network";
    return { code: "internal-fault", message };
  }
  if (error instanceof Deno.errors.NotCapable) {
    const message =
      `Cannot go on: ${error.message}; grant it, or if the permissions are ours, please report it`;
    return { code: "internal-fault", message };
  }
  // Not one of ours: a fault of this program, and then its place is what helps.
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  return { code: "internal-fault", message: `Cannot go on: unexpected ${text}` };
}

/** Says whether a command line asks for JSON, before it is known to be right. */
export function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  return own.some((arg) => arg === "--json" || arg.startsWith("--json="));
}
