/**
 * Phase 3, databases: the audit database, transactions, batches, chunked reads and idempotency by state.
 *
 * @module
 */
import {
  DATABASES_STORY,
  DATABASES_TOOLS,
  type Phase,
  runPhase,
  STORIES,
} from "../lib/lesson/mod.ts";

const PHASE: Phase = {
  story: DATABASES_STORY,
  tools: DATABASES_TOOLS,
  permissions:
    "It may read everywhere, since you may name any audit database, but write only data/work; it may call only 127.0.0.1 and start only deno.",
};

if (import.meta.main) {
  Deno.exit(await runPhase(Deno.args, PHASE, { before: STORIES.slice(0, 3) }));
}
