import { EXIT_CODES, IngestError, outcomeOf } from "../errors/mod.ts";
import type { LearnOutput } from "./_learn_context.ts";

/** Says why a command stopped and returns its exit code. */
export function tellFailure(error: unknown, { complain }: LearnOutput): number {
  if (error instanceof Deno.errors.NotCapable) {
    complain(`Cannot go on: the task may not do this (${error.message})\n`);
    return EXIT_CODES.failed;
  }
  if (!(error instanceof IngestError)) throw error;
  complain(`${error.message}\n`);
  return EXIT_CODES[outcomeOf(error)];
}
