import { join } from "node:path";
import { type ErrorCode, IngestError, InternalError } from "../errors/mod.ts";
import { PROJECT_ROOT, writeTextSync } from "../io/mod.ts";
import { childEnvironment, DENO_RUN } from "../process/mod.ts";
import type { PipelineCaller } from "./pipeline_caller.ts";

/** A process that is asked one thing. */
export interface Question {
  /** Its file in this folder. */
  readonly file: string;
  /** Its permissions, as flags. */
  readonly allow: readonly string[];
  /** What it is asked, which it gets on standard input. */
  readonly request: unknown;
}

/** What such a process prints. */
type Told<Answer> = { readonly answer: Answer } | { readonly error: ToldFault };

interface ToldFault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly context: IngestError["context"];
  readonly cause: string;
}

/** An error that another process met. */
class ToldError extends IngestError {}

/**
 * Has a child process with a few permissions look at what the launcher itself does not open, and returns its answer.
 *
 * @throws {IngestError} What {@linkcode answerWith} of that process threw.
 */
export async function askProcess<Answer>(
  { file, allow, request }: Question,
  { env, cwd, signal }: PipelineCaller,
): Promise<Answer> {
  signal.throwIfAborted();
  const child = new Deno.Command("deno", {
    args: [...DENO_RUN, ...allow, join(PROJECT_ROOT, "lib/pipeline", file)],
    // Its last words go into our sentence.
    env: { ...childEnvironment({ env, names: [], cwd }), NO_COLOR: "1" },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal,
  }).spawn();
  const output = child.output();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(request)))
    .then(() => writer.close())
    .catch(() => {}); // It has ended; its last words say why.
  const { success, stdout, stderr } = await output;
  signal.throwIfAborted();
  if (!success) {
    const reason = new TextDecoder().decode(stderr).trim();
    throw new InternalError("internal-fault", `Cannot ask ${file}: ${reason}`);
  }
  const told: Told<Answer> = JSON.parse(new TextDecoder().decode(stdout));
  if ("answer" in told) return told.answer;
  const { code, message, context, cause } = told.error;
  throw new ToldError(code, message, { context, ...(cause === "" ? {} : { cause }) });
}

/** Does the work of such a process: reads the request, prints the answer or the error. */
export async function answerWith<Request, Answer>(
  look: (request: Request) => Answer | Promise<Answer>,
): Promise<void> {
  let told: Told<Answer>;
  try {
    told = { answer: await look(await new Response(Deno.stdin.readable).json()) };
  } catch (error) {
    if (!(error instanceof IngestError)) throw error;
    const { code, message, context, cause = "" } = error;
    told = { error: { code, message, context, cause: String(cause) } };
  }
  writeTextSync(Deno.stdout, JSON.stringify(told));
}
