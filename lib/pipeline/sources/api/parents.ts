import { getStream, getStreamState } from "../../../audit/mod.ts";
import { parseDotPath } from "../../../grammar/mod.ts";
import { liveStreams, liveValues } from "../../../lake/mod.ts";
import { countOf } from "../../../terminal/mod.ts";
import type { RunContext } from "../../run_context.ts";
import type { ListingValue } from "./_for_each_schema.ts";
import type { ApiSource, ApiStream } from "./schema.ts";

/** The values of one listing, by their names. */
export type ListingValues = Readonly<Record<string, ListingValue>>;

/** What a stream has a listing for each of. */
export interface Parents {
  /** Of each once, in the order of their publication. */
  readonly values: readonly ListingValues[];
  /** Why they may not be all. */
  readonly missing: readonly string[];
}

/**
 * Finds what there is a listing for each of: what readers see of the parent stream once this run has published it, or
 * every combination of the configured values.
 */
export async function parentsOf(
  ctx: RunContext,
  source: ApiSource,
  { stream, bind = {}, values = {} }: NonNullable<ApiStream["for_each"]>,
): Promise<Parents> {
  if (stream === undefined) return { values: combinations(values), missing: [] };
  const name = { source: source.name, stream };
  const live = liveStreams(ctx.db).find((one) =>
    one.source === name.source && one.stream === stream
  );
  const found = live === undefined ? [] : await liveValues(
    live,
    Object.values(bind).map(parseDotPath),
    { lake: ctx.disk.root, signal: ctx.signal },
  );
  const usable = found.filter((one) => one.every(isUsable)) as ListingValue[][];
  const names = Object.keys(bind);
  const unusable = found.length - usable.length;
  return {
    values: usable.map((one) => Object.fromEntries(one.map((value, at) => [names[at], value]))),
    missing: [
      ...doubtsOf(ctx, name),
      ...unusable === 0 ? [] : [
        `${unusable} of ${countOf(found.length, "record")} of "${stream}" have no text or whole ` +
        `number in ${Object.values(bind).map((path) => `"${path}"`).join(" and ")}`,
      ],
    ],
  };
}

/** Returns why readers may not see every record of a stream. */
function doubtsOf(ctx: RunContext, name: { readonly source: string; readonly stream: string }) {
  const state = getStreamState(ctx.db, name);
  const own = getStream(ctx.db, { ...name, run_id: ctx.run.run_id });
  const { current_run_id: current } = state;
  const row = own ??
    (current === null ? undefined : getStream(ctx.db, { ...name, run_id: current }));
  if (row === undefined) return [`"${name.stream}" was never read; run it as well`];
  const doubts: string[] = [];
  const isComplete = own === undefined ? state.current_complete === 1 : own.verdict?.complete;
  if (!isComplete) doubts.push(`"${name.stream}" is not complete`);
  if (row.rejected > 0) {
    doubts.push(`${countOf(row.rejected, "record")} of "${name.stream}" rejected`);
  }
  return doubts;
}

function isUsable(value: unknown): boolean {
  if (typeof value === "string") return value !== "" && value.isWellFormed();
  return typeof value === "boolean" || typeof value === "bigint" || Number.isSafeInteger(value);
}

function combinations(values: Readonly<Record<string, readonly ListingValue[]>>): ListingValues[] {
  return Object.entries(values).reduce<ListingValues[]>(
    (all, [name, list]) =>
      all.flatMap((one) => [...new Set(list)].map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}
