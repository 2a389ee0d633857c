/**
 * One command as a process: what the launcher starts with exactly the permissions that its words and flags need.
 *
 * @module
 */
import { listenForStop } from "../process/mod.ts";

if (import.meta.main) {
  // Before anything is loaded: a signal that comes early is answered like any other.
  using stop = listenForStop({ untilEof: Deno.args[0] === "--until-eof", next: "run it again" });
  const { runCommand } = await import("./run_command.ts");
  Deno.exit(await runCommand(Deno.args.slice(1), stop.signal));
}
