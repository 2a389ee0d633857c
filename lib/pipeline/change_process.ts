/**
 * A change of what is known or seen, or a look at it, as a process: what the launcher starts for `accept`, `reset`,
 * `retract` and `status`, with the permissions that it needs.
 *
 * @module
 */
import { runGuarded } from "../process/mod.ts";

if (import.meta.main) {
  await runGuarded(async () => (await import("./_change_process.ts")).changeProcess);
}
