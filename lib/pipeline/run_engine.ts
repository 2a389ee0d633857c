import { DatabaseError } from "../errors/mod.ts";

/** Engines that can read a lake, and what their program is called. */
export const ENGINES: Readonly<Record<Engine, string>> = { duckdb: "duckdb", spark: "python3" };

/** Name of an engine. */
export type Engine = "duckdb" | "spark";

/** What an engine is given. */
export interface EngineInput {
  /** What it reads on standard input, to its end. */
  readonly input: string;
  /** Aborted when it must stop. */
  readonly signal: AbortSignal;
}

/** What came of it. */
export interface EngineAnswer {
  /** The lines of JSON that it printed. */
  readonly lines: readonly Record<string, unknown>[];
  /**
   * Why it ended before the end of its input, if it did: `engine-failed`, with its last words; `database-busy` if another
   * process holds its file.
   */
  readonly error?: DatabaseError;
}

/**
 * Runs an engine in its own process, which is not confined by the permissions of this one.
 *
 * @throws {DatabaseError} See {@linkcode EngineAnswer.error}.
 */
export async function runEngine(
  program: string,
  args: readonly string[],
  about: EngineInput,
): Promise<readonly Record<string, unknown>[]> {
  const { lines, error } = await askEngine(program, args, about);
  if (error !== undefined) throw error;
  return lines;
}

/** The same, for one who needs what it printed before it failed, too. */
export async function askEngine(
  program: string,
  args: readonly string[],
  { input, signal }: EngineInput,
): Promise<EngineAnswer> {
  signal.throwIfAborted();
  const process = new Deno.Command(program, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal,
  }).spawn();
  const output = process.output();
  await write(process.stdin, input);
  const { success, code, stdout, stderr } = await output;
  signal.throwIfAborted();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  // The last line may be cut off where it was killed.
  const lines = text(stdout).split("\n").slice(0, success ? undefined : -1)
    .filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  if (success) return { lines };
  const words = reasonIn(text(stderr)) ?? `it ended with ${code} and said nothing`;
  const isBusy = /could not set lock on file/i.test(words);
  const error = new DatabaseError(
    isBusy ? "database-busy" : "engine-failed",
    `Cannot go on with "${program}": ${words}`,
    { context: { program } },
  );
  return { lines, error };
}

/** It may end before it has read everything, and then says why itself. */
async function write(stdin: WritableStream<Uint8Array>, input: string): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  } catch {
    // Its exit code tells.
  }
}

/** The line with the error: DuckDB begins with its kind, Python ends with it. */
function reasonIn(stderr: string): string | undefined {
  const lines = stderr.trim().split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return lines.find((line) => /^[A-Z][\w ]* Error: /.test(line)) ??
    lines.findLast((line) => /\w(?:Error|Exception): /.test(line)) ?? lines.at(-1);
}
