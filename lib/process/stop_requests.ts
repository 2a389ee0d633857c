import { EXIT_CODES, SuspendedError } from "../errors/mod.ts";

/** Under `deno task` one Ctrl-C arrives twice within the same millisecond; a person needs longer for a second one. */
const SECOND_WISH_MS = 500;

/** What asks a run to stop. */
export interface StopRequests extends Disposable {
  /** Aborted, with a `SuspendedError`, at the first request. */
  readonly signal: AbortSignal;
}

/** Options of {@linkcode listenForStop}. */
export interface ListenForStopOptions {
  /** Whether a launcher holds standard input: its end is a request, too. */
  readonly untilEof: boolean;
  /** Whether the end of the launcher is a request although standard input is the user's. @default false */
  readonly untilParent?: boolean;
  /** What to do next, for the message. @default "start it again to resume" */
  readonly next?: string;
  /**
   * Whether a terminal belongs to the process, whose end is a request as well. Under `nohup` it has none, and goes on.
   *
   * @default whether a standard stream is one
   */
  readonly terminal?: boolean;
}

/**
 * Listens for the requests to stop: SIGINT, SIGTERM, a terminal that goes away (SIGHUP) and, where a launcher holds the
 * other end, the end of standard input. The first lets the run save its place; a second SIGINT ends the process at once, which loses nothing
 * that was checkpointed.
 */
export function listenForStop(options: ListenForStopOptions): StopRequests {
  const { next = "start it again to resume", terminal = hasTerminal() } = options;
  const controller = new AbortController();
  let first = -Infinity;
  const stop = (what: string) => {
    if (controller.signal.aborted) {
      if (performance.now() - first <= SECOND_WISH_MS) return;
      // Of a launcher and its child one says so.
      const text = `Stopped at once: ${what} came again; ${next}\n`;
      if (!options.untilEof) Deno.stderr.writeSync(new TextEncoder().encode(text));
      Deno.exit(EXIT_CODES.suspended);
    }
    first = performance.now();
    controller.abort(
      new SuspendedError(
        "suspended-signal",
        `Cannot finish: ${what} asked it to stop; ${next}`,
      ),
    );
  };
  const handlers: { readonly name: Deno.Signal; readonly handler: () => void }[] = stopSignals({
    terminal,
  }).map((name) => ({ name, handler: () => stop(name) }));
  if (!terminal && Deno.build.os !== "windows") {
    // The runtime takes back what nohup has set, and its default would end the process in the middle of a file.
    handlers.push({ name: "SIGHUP", handler: () => {} });
  }
  for (const { name, handler } of handlers) Deno.addSignalListener(name, handler);
  const onEnd = () => stop("the end of its launcher");
  if (options.untilEof) watchInput(onEnd);
  const timer = options.untilParent ? watchParent(onEnd) : undefined;
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      clearInterval(timer);
      for (const { name, handler } of handlers) Deno.removeSignalListener(name, handler);
    },
  };
}

/** Signals that ask a process to stop. */
export function stopSignals({ terminal }: { readonly terminal: boolean }): Deno.Signal[] {
  if (Deno.build.os === "windows") return ["SIGINT"];
  return ["SIGINT", "SIGTERM", ...(terminal ? ["SIGHUP"] as const : [])];
}

/** Says whether a standard stream of this process is a terminal. */
export function hasTerminal(): boolean {
  return [Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal());
}

/** A process whose parent ends gets another one. */
function watchParent(onEnd: () => void): ReturnType<typeof setInterval> {
  const parent = Deno.ppid;
  const timer = setInterval(() => {
    if (Deno.ppid === parent) return;
    clearInterval(timer);
    onEnd();
  }, 1_000);
  Deno.unrefTimer(timer);
  return timer;
}

async function watchInput(onEnd: () => void): Promise<void> {
  const buffer = new Uint8Array(64);
  while (await Deno.stdin.read(buffer) !== null);
  onEnd();
}
