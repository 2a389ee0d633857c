/**
 * One run as a process: what the launcher starts with exactly the permissions that the configuration needs.
 *
 * @module
 */
import { runProcess } from "./_run_process.ts";

if (import.meta.main) Deno.exit(await runProcess(Deno.args));
