import { listenForStop } from "./stop_requests.ts";
import { withoutStorage } from "./without_storage.ts";

/** What a process does: it gets its arguments and what stops it, and returns its exit code. */
export type ProcessMain = (args: readonly string[], signal: AbortSignal) => Promise<number>;

/**
 * Runs the main function of a process that also loads code of others: no such code ends it, or keeps data where no
 * permission is asked for; the launcher looks at how it ended.
 *
 * @param load Loads it. Before anything is loaded, a signal that comes early is answered like any other.
 */
export async function runGuarded(load: () => Promise<ProcessMain>): Promise<never> {
  // A preview keeps no place to go on from.
  const isPreview = Deno.args.some((arg) => arg.startsWith("--preview="));
  const next = isPreview ? { next: "run it again" } : {};
  using stop = listenForStop({ untilEof: Deno.args.includes("--until-eof"), ...next });
  withoutStorage();
  // What is kept is written and read with it.
  Object.freeze(JSON);
  const main = await load();
  const exit = keepRunning();
  return exit(await main(Deno.args, stop.signal));
}

/**
 * Sees to it that a source of the user's own does not end the run for all others.
 *
 * @returns What ends it.
 */
function keepRunning(): typeof Deno.exit {
  const { exit } = Deno;
  const refuse = (name: string) => (code?: unknown): never => {
    throw new Error(`a source called ${name}(${code ?? ""}), which only the run itself may`);
  };
  Deno.exit = refuse("Deno.exit");
  globalThis.close = refuse("close");
  return exit;
}
