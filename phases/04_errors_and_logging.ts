/**
 * Phase 4, errors and logging: a taxonomy, failure drills, correlated lines and metrics from the log.
 *
 * @module
 */
import { FAILURES_STORY, type Phase, runPhase, STORIES } from "../lib/lesson/mod.ts";

const PHASE: Phase = {
  story: FAILURES_STORY,

  permissions:
    "It may read this project, write data/work, call on 127.0.0.1, and start deno (for phase 0).",
};

if (import.meta.main) {
  Deno.exit(await runPhase(Deno.args, PHASE, { before: STORIES.slice(0, 4) }));
}
