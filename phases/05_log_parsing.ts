/**
 * Phase 5, log parsing: many formats into one schema, nothing dropped, metrics.
 *
 * @module
 */
import { LOGS_STORY, type Phase, runPhase, STORIES } from "../lib/lesson/mod.ts";

const PHASE: Phase = {
  story: LOGS_STORY,
  permissions: "It may read this project, write data/work, call on 127.0.0.1, and start deno.",
  moved: { parse: "logs parse" },
  movedWords: "logs parse",
};

if (import.meta.main) {
  Deno.exit(await runPhase(Deno.args, PHASE, { before: STORIES.slice(0, 5) }));
}
