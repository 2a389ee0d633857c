/**
 * Phase 1, APIs: pull pages through faults, limits and partial failure, and prove that nothing is missing.
 *
 * @module
 */
import { APIS_STORY, type Phase, runPhase, STORIES } from "../lib/lesson/mod.ts";

const PHASE: Phase = {
  story: APIS_STORY,
  permissions: "It may read this project, write data/work, call on 127.0.0.1, and start deno.",
  moved: { fetch: "api fetch" },
};

if (import.meta.main) {
  Deno.exit(await runPhase(Deno.args, PHASE, { before: STORIES.slice(0, 1) }));
}
