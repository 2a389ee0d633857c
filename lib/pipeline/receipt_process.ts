/**
 * Writes the receipt of a run: reads on standard input what the launcher says and the runtime reports, until both have
 * closed it, which the kernel does for one that is killed.
 *
 * @module
 */
import { join } from "node:path";
import { StorageError } from "../errors/mod.ts";
import { storageError, writeError } from "../io/mod.ts";
import { maskSecrets } from "../logging/mod.ts";
import { Secret } from "../secrets/mod.ts";
import { AccessCounts, type Planned, type Receipt } from "./receipt.ts";
import { asTyped, escapeControls, jsonDocument, pathWord } from "../terminal/mod.ts";

/** First line, by the launcher; it goes through the pipe, as arguments and variables can be seen by others. */
export interface ReceiptBegin {
  readonly planned: Planned;
  readonly log_dir: string;
  /** The audit database, and the folder where the user is: for the command that shows the receipt. */
  readonly audit: string;
  readonly cwd: string;
  /** Values that the receipt must not show, with their names. */
  readonly secrets: readonly (readonly [string, string])[];
}

/** Last line, by the launcher. */
export interface ReceiptEnd {
  readonly exit_code: number | null;
}

/** What a pipe of Linux holds. */
const PIPE_BYTES = 64 * 1024;
/** How long lines gather, in ms. */
const GATHER_MS = 12;

/** Exit code if the run has reported nothing at all, which even one does not that fails at once. */
export const SILENT = 3;

if (import.meta.main) {
  // A Ctrl-C is for the run; this process ends after it.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => {});
  }
  try {
    if (!collect()) Deno.exit(SILENT);
  } catch (error) {
    // The run is not concerned: what it said of itself is the outcome.
    writeError(`${escapeControls((error as Error).message)}\n`);
    Deno.exit(1);
  }
  Deno.exit(0);
}

/** Returns whether anything was reported. */
function collect(): boolean {
  let hasReported = false;
  let begin: ReceiptBegin | undefined;
  let counts: AccessCounts | undefined;
  let exitCode: number | null = null;
  for (const line of linesOf(Deno.stdin)) {
    if (counts === undefined) {
      begin = JSON.parse(line) as ReceiptBegin;
      for (const [value, name] of begin.secrets) new Secret(value, name);
      counts = new AccessCounts(begin.planned, { logFolder: begin.log_dir, mask: maskSecrets });
    } else if (line.startsWith('{"exit_code":')) {
      exitCode = (JSON.parse(line) as ReceiptEnd).exit_code;
    } else {
      hasReported = true;
      counts.addLine(line);
    }
  }
  // A run that never began has no log either.
  if (begin === undefined || counts?.runId === undefined) return hasReported;
  const path = join(begin.log_dir, `${counts.runId}.receipt.json`);
  const receipt = counts.receipt(counts.runId, {
    at: new Date().toISOString(),
    exitCode,
    before: readReceipt(path),
  });
  writeReceipt(path, jsonDocument(receipt));
  const { refusedInWords: refused, runId } = counts;
  if (refused !== undefined) {
    const { audit, log_dir, cwd } = begin;
    const words = `audit show ${runId} -a ${pathWord(audit)} --logs ${pathWord(log_dir)}`;
    const shown = asTyped(`headwaters ${words}`, cwd);
    // Neither is wrapped: a command that is cut cannot be pasted.
    writeError(
      `${escapeControls(`Refused to the run: ${refused}; what it asked for is not in its plan`)}\n`,
    );
    writeError(`${escapeControls(`All of it: ${shown}`)}\n`);
  }
  return true;
}

/**
 * Writes a receipt.
 *
 * @throws {StorageError} That says what to do: the run itself has ended, and is not to be repeated for its receipt.
 */
export function writeReceipt(path: string, text: string): void {
  try {
    Deno.writeTextFileSync(`${path}.tmp`, text);
    Deno.renameSync(`${path}.tmp`, path);
  } catch (cause) {
    const { code, message, context } = storageError("write the receipt of the run", path, cause);
    const next = "; free some, so that the next run has one; the run itself is as it says";
    throw new StorageError(
      code as "storage-full",
      message.replace(/; free some and run it again$/, next),
      {
        cause,
        context,
      },
    );
  }
}

/** What an earlier attempt has left; a damaged one counts for nothing. */
function readReceipt(path: string): Receipt | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(path));
  } catch {
    return undefined;
  }
}

/**
 * Yields the lines of a pipe. The runtime writes each by itself, and to be woken for each would cost this process, and the
 * one that wakes it, more than the line: so they gather a while, which the pipe has room for.
 */
function* linesOf(pipe: typeof Deno.stdin): Generator<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(PIPE_BYTES);
  const pause = new Int32Array(new SharedArrayBuffer(4));
  let rest = "";
  for (let read = pipe.readSync(buffer); read !== null; read = pipe.readSync(buffer)) {
    const text = decoder.decode(buffer.subarray(0, read), { stream: true });
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") yield line;
    // One that fills the pipe is not to wait.
    if (read < PIPE_BYTES / 4) Atomics.wait(pause, 0, 0, GATHER_MS);
  }
}
