import { UsageError } from "../errors/mod.ts";
import { isMoment, parseDuration, type TimeForm } from "../grammar/mod.ts";
import { findStream } from "./accept.ts";
import { parseBackfill } from "./parse_backfill.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import { streamId } from "./source_type.ts";

/** More steps are a slip of the pen. */
const MOST_STEPS = 10_000;

/** A range of one stream as a command names it. */
export interface BackfillRange {
  /** First value that belongs to it. @default open */
  readonly from?: string | undefined;
  /** First value that does not. @default open */
  readonly to?: string | undefined;
  /** Length of one run: a duration, or a number of a stream that goes by numbers. @default {all of it is one} */
  readonly step?: string | undefined;
  /** Whether the result is one JSON document: that of one run. @default false */
  readonly json?: boolean;
}

/**
 * Divides a half-open range into the ranges of one run each, in their order; together they are the range.
 *
 * @param words The command's words; one, the stream's name.
 * @returns Each as {@linkcode parseBackfill} reads it.
 * @throws {UsageError} If the stream or the range is none, or it cannot be read so.
 */
export function backfillSteps(
  config: PipelineConfig,
  words: readonly string[],
  { from = "", to = "", step, json = false }: BackfillRange,
): string[] {
  const plan = findStream(config, words, "backfill");
  const name = streamId(plan);
  const whole = parseBackfill(`${name}=${from}..${to}`, config);
  if (step === undefined) return [whole.text];
  const { cursor = "string" } = plan;
  const { from: begin, until: end } = whole;
  const length = lengthOf(step, cursor);
  if (typeof begin !== "number" || typeof end !== "number" || length === undefined) {
    throw wrong(
      `found "${step}", expected ${
        typeof begin === "number" && typeof end === "number"
          ? cursor === "number" ? "a number above zero" : 'a duration such as "1d"'
          : "--from and --to next to it, of a stream that goes by times or numbers"
      }`,
    );
  }
  const count = Math.ceil((end - begin) / length);
  if (count > MOST_STEPS) {
    throw wrong(`"${step}" makes ${count} runs, expected ${MOST_STEPS} at most`);
  }
  if (json && count > 1) {
    throw new UsageError(
      "usage",
      'Cannot use flag "--json": each step is a run with a document of its own; expected no --step next to it',
      { context: { flag: "--json" } },
    );
  }
  const spell = (value: number) => isMoment(cursor) ? new Date(value).toISOString() : String(value);
  return Array.from({ length: count }, (_, at) => {
    const [start, next] = [begin + at * length, Math.min(begin + (at + 1) * length, end)];
    return parseBackfill(`${name}=${spell(start)}..${spell(next)}`, config).text;
  });
}

/** Returns the length of a step, in ms or as a number; `undefined` if it has none. */
function lengthOf(step: string, cursor: TimeForm): number | undefined {
  try {
    const length = isMoment(cursor) ? parseDuration(step) : Number(step);
    return length > 0 && Number.isFinite(length) ? length : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined; // no duration
    throw error;
  }
}

function wrong(state: string): UsageError {
  return new UsageError("usage", `Cannot use flag "--step": ${state}`, {
    context: { flag: "--step" },
  });
}
