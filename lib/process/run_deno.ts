import { EXIT_CODES } from "../errors/mod.ts";
import { hasTerminal, stopSignals } from "./stop_requests.ts";

/** Options of {@linkcode runDeno}. */
export interface RunDenoOptions {
  /** All variables of the child. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder that the child starts in. @default {that of this process} */
  readonly cwd?: string;
  /** Whether the child gets this process's standard input; else a pipe that ends with this process. @default false */
  readonly stdin?: boolean;
  /** Aborted if a signal came before this function listened, and the child is stopped; later ones it hands on itself. @default none */
  readonly signal?: AbortSignal;
  /** Called with the name of a signal that nobody here sent, if it ended the child, which had no time to say so. @default none */
  readonly onKilled?: (signal: string) => void;
  /** Gets what the child writes to standard output, which without it is this process's own. @default none */
  readonly onOutput?: (bytes: Uint8Array) => void;
  /** As `onOutput`, of standard error. @default none */
  readonly onError?: (bytes: Uint8Array) => void;
  /** Whether it runs code of the user's own, for who decides where its output goes. @default false */
  readonly ownCode?: boolean;
}

/**
 * Flags of every child: it asks nothing, and loads code from the cache or not at all. The launcher has filled it: with
 * the first package that it loads the runtime fetches every one that deno.json names.
 */
export const DENO_RUN = [
  "run",
  "--no-prompt",
  "--quiet",
  "--cached-only",
  "--deny-import",
] as const;

/**
 * Runs `deno` as a child process, hands signals on to it and waits for its end.
 *
 * @param args Arguments for `deno`.
 * @returns Its exit code; 75 if a signal ended it before it could listen to one, 137 if it was killed.
 * @throws The reason of `options.signal` if it was aborted before the child could listen to a signal.
 */
export async function runDeno(args: readonly string[], options: RunDenoOptions): Promise<number> {
  options.signal?.throwIfAborted();
  const child = spawn(args, options);
  let told = false;
  const forward = (signal: Deno.Signal) => () => {
    told = true;
    try {
      child.kill(signal);
    } catch {
      // It has ended already, which is what the signal asked for.
    }
  };
  const handlers = stopSignals({ terminal: hasTerminal() })
    // The child may listen to no SIGHUP, having no terminal of its own.
    .map((signal) => ({ signal, handler: forward(signal === "SIGHUP" ? "SIGTERM" : signal) }));
  for (const { signal, handler } of handlers) Deno.addSignalListener(signal, handler);
  // One that came while the child was being made reached no listener of ours; one that comes now, ours too, but last.
  const onAbort = () => setTimeout(() => told || forward("SIGTERM")());
  options.signal?.addEventListener("abort", onAbort, { once: true });
  // A second Ctrl-C ends this process at once. The child gets it, too, and time to tidy up; one that is in the middle
  // of a long statement would hear nothing, and go on alone.
  const onExit = () => {
    forward("SIGTERM")();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LAST_MS);
    forward("SIGKILL")();
  };
  globalThis.addEventListener("unload", onExit);
  try {
    await handOver(child, options);
    const { code, signal } = await child.status;
    // One that was asked to stop and did not has ended itself, see `watchMain`.
    const isStopped = signal === "SIGKILL" ? told : /^SIG(INT|TERM|HUP)$/.test(signal ?? "");
    if (isStopped) options.signal?.throwIfAborted();
    if (signal !== null) options.onKilled?.(signal);
    return isStopped ? EXIT_CODES.suspended : code;
  } finally {
    for (const { signal, handler } of handlers) Deno.removeSignalListener(signal, handler);
    options.signal?.removeEventListener("abort", onAbort);
    globalThis.removeEventListener("unload", onExit);
    if (!options.stdin) await child.stdin.close().catch(() => {});
  }
}

function spawn(
  args: readonly string[],
  { env, cwd, stdin, onOutput, onError }: RunDenoOptions,
): Deno.ChildProcess {
  // Without a pipe of its own the child would not notice that this process was killed.
  return new Deno.Command("deno", {
    args: [...args],
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...env },
    clearEnv: true,
    stdin: stdin ? "inherit" : "piped",
    stdout: onOutput === undefined ? "inherit" : "piped",
    stderr: onError === undefined ? "inherit" : "piped",
  }).spawn();
}

async function handOver(
  child: Deno.ChildProcess,
  { onOutput, onError }: RunDenoOptions,
): Promise<void> {
  const each = async (stream: AsyncIterable<Uint8Array>, take: (bytes: Uint8Array) => void) => {
    for await (const bytes of stream) take(bytes);
  };
  await Promise.all([
    onOutput && each(child.stdout, onOutput),
    onError && each(child.stderr, onError),
  ]);
}

/** How long a child has to end when its launcher does, in ms. */
const LAST_MS = 300;
