/**
 * Phase 6, the pipeline: everything before it, composed. `deno task pipeline --help` says what it can do.
 *
 * @module
 */
import { pipelineCommand } from "../lib/pipeline/mod.ts";

if (import.meta.main) Deno.exit(await pipelineCommand(Deno.args));
