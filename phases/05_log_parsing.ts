/**
 * Phase 5, log parsing: many formats into one schema, nothing dropped, metrics on the way; and the same for your own logs.
 *
 * @module
 */
import { LOGS_STORY, LOGS_TOOLS, type Phase, runPhase, STORIES } from "../lib/lesson/mod.ts";

const PHASE: Phase = {
  story: LOGS_STORY,
  tools: LOGS_TOOLS,
  defaultTool: "parse",
  permissions:
    "It may read and write everywhere, since it works on the paths that you type; it may call only 127.0.0.1 and start only deno.",
};

if (import.meta.main) {
  Deno.exit(await runPhase(Deno.args, PHASE, { before: STORIES.slice(0, 5) }));
}
