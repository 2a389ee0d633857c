import { listenForStop, withoutStorage } from "../process/mod.ts";
import type { CommandGroup } from "./command.ts";

/**
 * Runs one command as what the launcher started, with exactly the permissions that its words and flags need; ends the
 * process.
 *
 * @param load Loads the group, and what its commands load.
 */
export async function runChild(
  load: () => Promise<Readonly<Record<string, CommandGroup>>>,
): Promise<void> {
  // Before anything is loaded: a signal that comes early is answered like any other.
  const untilEof = Deno.args[0] === "--until-eof";
  using stop = listenForStop({ untilEof, untilParent: !untilEof, next: "run it again" });
  withoutStorage();
  const [{ runCommand }, groups] = await Promise.all([import("./run_command.ts"), load()]);
  Deno.exit(await runCommand(Deno.args.slice(1), groups, stop.signal));
}
