import { isNumbered, type StreamEnd } from "../../../api/mod.ts";
import type { ReadEnd } from "../../verdict.ts";
import { adviceAgainst } from "./advice.ts";
import type { ApiStream } from "./schema.ts";

/** How the reading of an API ended. */
export type ApiEnd = ReadEnd & Pick<StreamEnd, "numbered"> & {
  readonly total?: number | undefined;
};

/** What the client found out of the end; what speaks against it says what to do. */
export function readEnd(end: StreamEnd, api: Parameters<typeof adviceAgainst>[1]): ApiEnd {
  const { stopReason, evidence, total, numbered } = end;
  const contradictions = adviceAgainst(end, api);
  return { stopReason, evidence, contradictions, total, ...(numbered && { numbered }) };
}

/** Takes out that pages overlap if what came twice was left out: by its key, or as of an earlier run. */
export function withoutOverlap(end: StreamEnd, stream: ApiStream): StreamEnd {
  const { primary_key: key, incremental, pagination, repeats } = stream;
  const isOfEarlier = incremental !== undefined && !isNumbered(pagination);
  if (key.length === 0 && !isOfEarlier && !repeats) return end;
  const contradictions = end.contradictions.filter(({ code }) => code !== "pages-overlap");
  return { ...end, contradictions };
}

/**
 * Compares a declared total with the records that have come, each of them counted once: one that came twice must not
 * stand for one that never came.
 */
export function countedOnce(
  end: StreamEnd,
  { repeated, stream }: { readonly repeated: number; readonly stream: ApiStream },
): StreamEnd {
  const { total, read } = end;
  const { total: place } = stream.pagination;
  const kind = typeof place === "object" ? place.kind : "exact";
  // Without a key, equal records may be several.
  const isCounted = stream.primary_key.length > 0 && stream.window === undefined;
  if (repeated === 0 || !isCounted || total === undefined || kind === "estimate") return end;
  const records = read - repeated;
  const isReached = kind === "exact" ? records === total : records >= total;
  const message = `${records} different records read, the API declared ${total}`;
  return {
    ...end,
    evidence: end.evidence.filter((sign) => sign !== "total-reached"),
    contradictions: [
      ...end.contradictions.filter(({ code }) => code !== "total-not-read"),
      ...(isReached ? [] : [{ code: "total-not-read", message } as const]),
    ],
  };
}
