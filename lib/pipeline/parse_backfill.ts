import { nearest, UsageError } from "../errors/mod.ts";
import type { TimeForm } from "../grammar/mod.ts";
import type { ManifestRange } from "../lake/mod.ts";
import { watermarkText } from "./cursor.ts";
import { parseCursor } from "./_parse_cursor.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import { streamId, type StreamPlan } from "./source_type.ts";
import { streamsOf } from "./sources/mod.ts";

const FORM = "SOURCE.STREAM=FROM..UNTIL, such as usgs.events=2018-02-01..2018-02-03";

/** One stream, to be read again for a half-open range of cursor values: `from` belongs to it, `until` does not. */
export interface Backfill {
  /** Name of the source. */
  readonly source: string;
  /** Name of the stream. */
  readonly stream: string;
  /** Ms since the epoch, a number or a text, by the stream's format; `undefined` where this side is open. */
  readonly from: number | string | undefined;
  /** The same for the end. */
  readonly until: number | string | undefined;
  /** Both as the audit database writes cursor values. */
  readonly range: ManifestRange;
  /** All of it in one spelling, by which the run is known. */
  readonly text: string;
}

/**
 * Reads `SOURCE.STREAM=FROM..UNTIL`, one side of which may be left out.
 *
 * Times are ISO 8601, in UTC where they name no zone.
 *
 * @param text As written on the command line.
 * @param config The pipeline that has the stream.
 * @throws {UsageError} If the text has another form, names no stream of the pipeline, one that is not read from an API by a
 * cursor, or a range with nothing in it.
 */
export function parseBackfill(text: string, config: PipelineConfig): Backfill {
  const [, name = "", range = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const sides = range.split("..");
  if (sides.length !== 2 || range.includes("...")) throw wrong(`found "${text}", expected ${FORM}`);
  const { source, stream, cursor } = findStream(name, config);
  const [from, until] = sides.map((side, at) =>
    borderOf(side, cursor, at === 0 ? "--from" : "--to")
  );
  if (from === undefined && until === undefined) {
    throw wrong(`found no range of "${name}", expected --from, --to or both`, {
      flag: "--from",
    });
  }
  if (from !== undefined && until !== undefined && from >= until) {
    throw wrong(`"${range}" holds nothing: its end is not after its start`, {
      flag: "--to",
    });
  }
  const spell = (border: number | string | undefined) =>
    border === undefined ? null : watermarkText(border, cursor);
  const spelled = { from: spell(from), until: spell(until) };
  return {
    source,
    stream,
    from,
    until,
    range: spelled,
    text: `${name}=${short(spelled.from, cursor)}..${short(spelled.until, cursor)}`,
  };
}

function findStream(
  name: string,
  config: PipelineConfig,
): StreamPlan & { readonly cursor: TimeForm } {
  const plans = config.sources.flatMap(streamsOf);
  const plan = plans.find((plan) => streamId(plan) === name);
  if (plan === undefined) throw unknownStream(name, plans.map(streamId));
  const { cursor } = plan;
  if (cursor !== undefined) return { ...plan, cursor };
  const goesOn = plan.mode === "incremental";
  throw wrong(
    `only streams of an API with the key incremental can be, and "${name}" is ${
      plan.unit === "files" ? "read from files" : goesOn ? "none" : `read as ${plan.mode}`
    }${goesOn ? `; "pipeline reset ${name} --to VALUE" has the next run read it from there` : ""}`,
    { stream: name },
  );
}

function unknownStream(name: string, known: readonly string[]): UsageError {
  const near = nearest(name, known);
  return wrong(
    near === undefined
      ? `the pipeline has no stream "${name}", expected one of ${known.join(", ")}`
      : `the pipeline has no stream "${name}"; did you mean "${near}"?`,
    { stream: name },
  );
}

function borderOf(side: string, format: TimeForm, flag: string): number | string | undefined {
  if (side === "") return undefined;
  const border = parseCursor(side, format);
  if (border !== undefined) return border;
  const expected = format === "number"
    ? "a number up to 2^53"
    : "a date or time such as 2018-02-01T06:00Z";
  throw wrong(`found "${side}", expected ${expected}`, { flag });
}

/** Midnight needs no time of day. */
function short(border: string | null, format: TimeForm): string {
  if (border === null) return "";
  return format === "string"
    ? border
    : border.replace(/(?:T00:00:00)?\.000Z$/, (tail) => tail.startsWith("T") ? "" : "Z");
}

function wrong(state: string, context: Readonly<Record<string, string>> = {}): UsageError {
  return new UsageError("usage", `Cannot backfill: ${state}`, { context });
}
