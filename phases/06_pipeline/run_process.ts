/**
 * One run as a process: what the launcher starts with exactly the permissions that the configuration needs.
 *
 * @module
 */
import { runGuarded } from "../../lib/process/mod.ts";

if (import.meta.main) {
  await runGuarded(async () => (await import("../06_pipeline.ts")).main);
}
