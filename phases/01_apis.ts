/**
 * Phase 1, APIs: pull pages through faults, limits and partial failure, and prove that nothing is missing.
 *
 * @module
 */
import { APIS_STORY, APIS_TOOLS, type Phase, runPhase, STORIES } from "../lib/lesson/mod.ts";

const PHASE: Phase = {
  story: APIS_STORY,
  tools: APIS_TOOLS,
  permissions:
    "It may reach any host, read and write everywhere and read any variable, since `fetch` works on the addresses, files and token names that you type; it may start only deno.",
};

if (import.meta.main) {
  Deno.exit(await runPhase(Deno.args, PHASE, { before: STORIES.slice(0, 1) }));
}
