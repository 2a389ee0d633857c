/**
 * Phase 2, files: inventory, validation, one form, splitting for Spark, layout; and the same for your own files.
 *
 * @module
 */
import { FILES_STORY, FILES_TOOLS, type Phase, runPhase, STORIES } from "../lib/lesson/mod.ts";

const PHASE: Phase = {
  story: FILES_STORY,
  tools: FILES_TOOLS,
  permissions:
    "It may read and write everywhere, since it works on the paths that you type; it may call only 127.0.0.1 and start only deno.",
};

if (import.meta.main) {
  Deno.exit(await runPhase(Deno.args, PHASE, { before: STORIES.slice(0, 2) }));
}
