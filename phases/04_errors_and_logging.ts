/**
 * Phase 4, errors and logging: a taxonomy, failure drills, correlated lines and metrics from the log.
 *
 * @module
 */
import {
  APIS_STORY,
  DATABASES_STORY,
  FAILURES_STORY,
  FILES_STORY,
  foundationsStory,
  type Phase,
  runPhase,
} from "../lib/lesson/mod.ts";

const PHASE: Phase = {
  story: FAILURES_STORY,
  tools: {},
  permissions:
    "It may read this project, write data/work, call on 127.0.0.1, and start deno (for phase 0).",
};

if (import.meta.main) {
  const before = [foundationsStory(), APIS_STORY, FILES_STORY, DATABASES_STORY];
  Deno.exit(await runPhase(Deno.args, PHASE, { before }));
}
