/**
 * One run as a process: what the launcher starts with exactly the permissions that the configuration needs.
 *
 * @module
 */
import { listenForStop, withoutStorage } from "../process/mod.ts";

/**
 * Sees to it that a source of the user's own does not end the run for all others; the launcher looks whether one has.
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

if (import.meta.main) {
  // Before anything is loaded: a signal that comes early is answered like any other.
  using stop = listenForStop({ untilEof: Deno.args.includes("--until-eof") });
  withoutStorage();
  const { runProcess } = await import("./_run_process.ts");
  const exit = keepRunning();
  exit(await runProcess(Deno.args, stop.signal));
}
