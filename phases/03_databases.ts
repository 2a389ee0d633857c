/**
 * Phase 3, databases: the ledger, transactions, batches, chunked reads and idempotency by state.
 *
 * @module
 */
import {
  APIS_STORY,
  DATABASES_STORY,
  DATABASES_TOOLS,
  FILES_STORY,
  foundationsStory,
  type Phase,
  runPhase,
} from "../lib/lesson/mod.ts";

const PHASE: Phase = {
  story: DATABASES_STORY,
  tools: DATABASES_TOOLS,
  permissions:
    "It may read everywhere, since you may name any ledger, but write only data/work; it may call only 127.0.0.1 and start only deno.",
};

if (import.meta.main) {
  const before = [foundationsStory(), APIS_STORY, FILES_STORY];
  Deno.exit(await runPhase(Deno.args, PHASE, { before }));
}
