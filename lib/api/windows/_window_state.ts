import { type IngestError, PaginationError } from "../../errors/mod.ts";
import { firstState } from "../paging/stream_state.ts";
import type { BorderState } from "./_shared_border.ts";
import type { JsonValue, PaginationState } from "../paging/pagination_state.ts";
import type { Against, Sign } from "../paging/evidence.ts";
import type { StreamEnd } from "../paging/stream_end.ts";

/** Where a windowed stream stands. */
export interface WindowPlace {
  /** Start of the span. */
  readonly from: number;
  /** Its length; the last one is cut at `to`. */
  readonly size: number;
  /** End of the stream. */
  readonly to: number;
  /** Place within the span, once it is known to be under the cap. */
  readonly inner: PaginationState | null;
  /** What the spans before this one came to. */
  readonly done: WindowSums;
  /** The border at `from`, where the span before contains it too. */
  readonly border?: BorderState | undefined;
  /** What is added to the end of a span instead of `high`, once it is known how far spans must overlap. */
  readonly overlap?: number | undefined;
}

/** Sums over spans that were read. */
export interface WindowSums {
  readonly pages: number;
  readonly records: number;
  readonly skipped: number;
  /** The declared totals; `null` once a span declared none. */
  readonly total: number | null;
  /** Whether nothing is missing in any of them. */
  readonly proven: boolean;
  /** What speaks against them, the first few of each kind. */
  readonly against?: readonly Against[];
  /** Signs of the end of the last of them. */
  readonly evidence?: readonly Sign[];
  /** Start of the first span that could not be divided any more and still reached the cap. */
  readonly capped: number | null;
}

/** The API leaves open what is on a boundary. */
export const BOUNDARY_UNCLEAR = {
  code: "boundary-unclear",
  message: "the API does not say what is on a boundary of windows, so that it may be missing or " +
    "there twice; declare window.bounds",
} as const satisfies Against;

/** The sums of no span. */
export const NO_SPANS: WindowSums = {
  pages: 0,
  records: 0,
  skipped: 0,
  total: 0,
  proven: true,
  capped: null,
};

/** Adds a span that was read to its end. */
export function addSpan(sums: WindowSums, end: StreamEnd, span: SpanFacts): WindowSums {
  const total = sums.total === null || end.total === undefined
    ? null
    : sums.total + end.total - span.dropped;
  return {
    pages: sums.pages + span.pages,
    records: sums.records + end.read - span.dropped,
    skipped: sums.skipped + end.skippedPages,
    total,
    proven: sums.proven && isWhole(end) && !span.capped,
    against: addAgainst(sums.against ?? [], end.contradictions),
    evidence: end.evidence,
    capped: sums.capped ?? (span.capped ? span.from : null),
  };
}

/** Whether nothing is missing; what is there twice may have a key that tells. */
function isWhole({ evidence, contradictions }: StreamEnd): boolean {
  return evidence.length > 0 && contradictions.every(({ code }) => code === "pages-overlap");
}

/** A night of windows may repeat one trouble a thousand times: the first of each kind says it. */
function addAgainst(known: readonly Against[], more: readonly Against[]): readonly Against[] {
  const fresh = more.filter(({ code }) => !known.some((other) => other.code === code));
  return [...known, ...fresh];
}

/** Notes that records on boundaries may be missing. */
export function unclear(sums: WindowSums): WindowSums {
  return { ...sums, proven: false, against: addAgainst(sums.against ?? [], [BOUNDARY_UNCLEAR]) };
}

/** What the end of a span's stream does not say. */
export interface SpanFacts {
  readonly from: number;
  readonly pages: number;
  readonly capped: boolean;
  /** Records left out, because the span before had brought them. */
  readonly dropped: number;
}

/** Packs a place into the form in which every stream's state is kept. */
export function packPlace(place: WindowPlace): PaginationState {
  const inner = place.inner ?? firstState(null);
  return {
    ...firstState(place as unknown as JsonValue),
    pages: place.done.pages + inner.pages,
    records: place.done.records + inner.records - (place.border?.dropped ?? 0),
    skipped: place.done.skipped + inner.skipped,
  };
}

/** Unpacks what {@linkcode packPlace} packed. */
export function unpackPlace(state: PaginationState): WindowPlace {
  return state.position as unknown as WindowPlace;
}

/** Builds the end of the whole stream out of the sums and the end of the last span. */
export function windowEnd(sums: WindowSums, last: StreamEnd): StreamEnd {
  const { guard: stopped, ...basics } = last;
  const guard = stopped ?? (sums.capped === null ? undefined : cappedSpan(sums.capped));
  const { total: _, ...rest } = basics;
  const contradictions = addAgainst(sums.against ?? [], [
    ...last.contradictions,
    ...(guard === undefined ? [] : [{ code: guard.code, message: guard.message }]),
  ]);
  const isEnd = sums.proven && guard === undefined && contradictions.length === 0;
  return {
    ...rest,
    stopReason: guard === undefined ? last.stopReason : "guard",
    read: sums.records,
    skippedPages: sums.skipped,
    evidence: isEnd || guard === undefined && sums.proven ? last.evidence : [],
    contradictions,
    proven: isEnd,
    ...(sums.total === null ? {} : { total: sums.total }),
    ...(guard === undefined ? {} : { guard }),
  };
}

function cappedSpan(from: number): PaginationError {
  return new PaginationError(
    "window-capped",
    `Cannot prove that everything came: the shortest window, from ${from}, still reaches the cap of results`,
    { context: { from } },
  );
}

/** Builds the end of a stream that ends with the span before. */
export function emptyEnd(done: WindowSums): StreamEnd {
  return windowEnd(done, {
    stopReason: "no-next",
    read: 0,
    evidence: done.evidence ?? ["no-next"],
    contradictions: [],
    proven: true,
    skippedPages: 0,
  });
}

/** The end of a span that cannot be read on: its next page came before, or the API refuses the span. */
export function stopped(
  { pages, records: read, skipped: skippedPages }: PaginationState,
  guard: IngestError,
  border: { readonly state: BorderState } | undefined,
): { readonly end: StreamEnd; readonly pages: number; readonly capped: false; dropped: number } {
  const end = {
    stopReason: "guard" as const,
    read,
    evidence: [],
    contradictions: [{ code: guard.code, message: guard.message }],
    proven: false,
    skippedPages,
    guard,
  };
  return { end, pages, capped: false, dropped: border?.state.dropped ?? 0 };
}

/** Returns where the span of a place ends. */
export function spanEnd({ from, size, to }: WindowPlace): number {
  return Math.min(from + size, to);
}
