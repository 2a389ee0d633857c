import { nearest, UsageError } from "../errors/mod.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import { streamId } from "./source_type.ts";
import { streamsOf } from "./sources/mod.ts";

/** Which part of a pipeline a run reads; each name is `SOURCE` or `SOURCE.STREAM`. */
export interface Selection {
  /** What is read. @default {all of it} */
  readonly select?: readonly string[] | undefined;
  /** What of that is left out. @default {nothing} */
  readonly exclude?: readonly string[] | undefined;
}

/**
 * Returns the names of the streams that a run of a part reads, in the order of the configuration.
 *
 * @returns `undefined` for all of them.
 * @throws {UsageError} If the pipeline has nothing of a name, or nothing is left to be read.
 */
export function selectStreams(
  config: PipelineConfig,
  { select = [], exclude = [] }: Selection,
): string[] | undefined {
  const plans = config.sources.flatMap(streamsOf);
  const known = [...new Set(plans.flatMap((plan) => [plan.source, streamId(plan)]))];
  const names = { select, exclude };
  for (const flag of ["select", "exclude"] as const) {
    const unknown = names[flag].find((name) => !known.includes(name));
    if (unknown === undefined) continue;
    const near = nearest(unknown, known);
    throw wrong(
      flag,
      `pipeline "${config.name}" has no "${unknown}", expected one of ${known.join(", ")}${
        near === undefined ? "" : `; did you mean "${near}"?`
      }`,
    );
  }
  const ids = plans.filter((plan) => {
    const isIn = (words: readonly string[]) =>
      words.includes(plan.source) || words.includes(streamId(plan));
    return (select.length === 0 || isIn(select)) && !isIn(exclude);
  }).map(streamId);
  if (ids.length === 0) throw wrong("exclude", "it leaves no stream to be read");
  return ids.length === plans.length ? undefined : ids;
}

function wrong(name: keyof Selection, state: string): UsageError {
  const flag = `--${name}`;
  return new UsageError("usage", `Cannot use flag "${flag}": ${state}`, { context: { flag } });
}
