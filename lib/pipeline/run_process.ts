/**
 * One run as a process: what the launcher starts with exactly the permissions that the configuration needs.
 *
 * @module
 */
import { listenForStop } from "../process/mod.ts";

if (import.meta.main) {
  // Before anything is loaded: a signal that comes early is answered like any other.
  using stop = listenForStop({ untilEof: Deno.args.includes("--until-eof") });
  const { runProcess } = await import("./_run_process.ts");
  const { exit } = Deno;
  // A source of the user's own may not end the run for all others.
  Deno.exit = (code) => {
    throw new Error(`a source called Deno.exit(${code ?? ""}), which only the run itself may`);
  };
  exit(await runProcess(Deno.args, stop.signal));
}
