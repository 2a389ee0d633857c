import { listenForStop, withoutStorage } from "../process/mod.ts";
import type { CommandGroup } from "./command.ts";
import type { runCommand } from "./run_command.ts";

/** What a process of a group needs. */
interface ChildModules {
  readonly GROUPS: Readonly<Record<string, CommandGroup>>;
  readonly runCommand: typeof runCommand;
}

/**
 * Runs one command as what the launcher started, with exactly the permissions that its words and flags need; ends the
 * process.
 *
 * @param load Loads the group and what its commands load, by one import: for each the runtime looks at all modules.
 */
export async function runChild(load: () => Promise<ChildModules>): Promise<void> {
  // Before anything is loaded: a signal that comes early is answered like any other.
  const untilEof = Deno.args[0] === "--until-eof";
  using stop = listenForStop({ untilEof, untilParent: !untilEof, next: "run it again" });
  withoutStorage();
  const { GROUPS, runCommand } = await load();
  Deno.exit(await runCommand(Deno.args.slice(1), GROUPS, stop.signal));
}
