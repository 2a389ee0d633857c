/**
 * Phase 3, databases: the audit database, transactions, batches, chunked reads and idempotency by state.
 *
 * @module
 */
import { DATABASES_STORY, type Phase, runPhase, STORIES } from "../lib/lesson/mod.ts";

const PHASE: Phase = {
  story: DATABASES_STORY,
  permissions: "It may read this project, write data/work, call on 127.0.0.1, and start deno.",
  moved: {
    runs: "audit runs",
    streams: "audit streams",
    files: "audit files",
    rejects: "audit rejects",
  },
};

if (import.meta.main) {
  Deno.exit(await runPhase(Deno.args, PHASE, { before: STORIES.slice(0, 3) }));
}
