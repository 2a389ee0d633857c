/**
 * Phase 2, files: inventory, validation, one form, splitting for Spark, layout.
 *
 * @module
 */
import { FILES_STORY, type Phase, runPhase, STORIES } from "../lib/lesson/mod.ts";

const PHASE: Phase = {
  story: FILES_STORY,
  permissions: "It may read this project, write data/work, call on 127.0.0.1, and start deno.",
  moved: {
    inventory: "files inventory",
    hash: "files inventory",
    validate: "files validate",
    prepare: "files standardize",
    split: "files split",
    merge: "files merge",
  },
};

if (import.meta.main) {
  Deno.exit(await runPhase(Deno.args, PHASE, { before: STORIES.slice(0, 2) }));
}
