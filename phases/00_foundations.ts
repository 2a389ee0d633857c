/**
 * Phase 0, foundations: structure, environment, configuration, boundaries, and memory vs CPU.
 *
 * @module
 */
import { foundationsStory, runPhase } from "../lib/lesson/mod.ts";

if (import.meta.main) {
  Deno.exit(
    await runPhase(Deno.args, {
      story: foundationsStory(),

      permissions:
        "It may read this project, write data/work, listen and call on 127.0.0.1, and start deno.",
    }),
  );
}
