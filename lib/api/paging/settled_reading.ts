import { HttpError } from "../../errors/mod.ts";
import { logEvent } from "../../logging/mod.ts";
import type { Pagination } from "./pagination.ts";

/** Readings of a listing that moves, before it is given up for now. */
const MAX_READINGS = 3;

const SHIFTED = "a page, or its end, came twice";

/** The readings so far. */
interface Readings {
  readonly reading: number;
  /** Why the first of them is not trusted. */
  readonly doubt: string | undefined;
}

/** What speaks for and against the end of a reading. */
export interface ReadingEnd {
  /** Signs that nothing is missing. */
  readonly evidence: readonly string[];
  /** Signs that something is. */
  readonly contradictions: readonly { readonly code: string; readonly message: string }[];
  /** Whether its links count pages or records. */
  readonly numbered?: boolean | undefined;
}

/** A listing that can be read more than once. */
export interface Listing<Page, End extends ReadingEnd, StartOver> {
  /** How its pages follow one another. */
  readonly pagination: Pick<Pagination, "type">;
  /** Whether the first reading goes on from a saved position. */
  readonly resumed: boolean;
  /** Reads it to its end; again is from its beginning. */
  readonly read: (isAgain: boolean) => AsyncGenerator<Page, End>;
  /** Whether this reading brought a record twice. */
  readonly repeated: () => boolean;
  /** Whether this reading brought a record of a key on two pages. @default {no} */
  readonly doubled?: () => boolean;
  /** Reads all pages once more, and says whether they are, to the byte, those of this reading. */
  readonly agrees: () => Promise<boolean>;
  /** What is yielded to have all that was yielded before forgotten. */
  readonly startOver: StartOver;
}

/**
 * Reads a listing; one by pages or offsets that moved, or was read across a stop, is read again until two readings agree.
 * Where the server refuses the place of a stop, it is read from its beginning.
 *
 * What a number means depends on the records before it: if one comes or goes meanwhile, others are missing or there twice.
 *
 * @returns The end of the last reading, with `readings-agree` as evidence or `listing-moved` as contradiction if it moved.
 */
export async function* readUntilSettled<Page, End extends ReadingEnd, StartOver>(
  listing: Listing<Page, End, StartOver>,
): AsyncGenerator<Page | StartOver, End> {
  let doubt = listing.resumed ? "it was read across a stop" : undefined;
  for (let reading = 1, isAgain = false;; reading++, isAgain = true) {
    const found = { pages: 0 };
    let end: End;
    try {
      end = yield* counted(listing.read(isAgain), found);
    } catch (error) {
      if (!listing.resumed || isAgain || found.pages > 0 || !isRefusedPlace(error)) throw error;
      logEvent("position-refused", { reason: error.message });
      doubt = undefined;
      yield listing.startOver;
      continue;
    }
    const isShifted = isShift(end, { reading, doubt });
    const isCounted = isNumbered(listing.pagination) || end.numbered === true;
    if (!isCounted || (hasStopped(end) && !isShifted)) return end;
    doubt ??= isShifted ? SHIFTED : doubtOf(listing, end);
    if (doubt === undefined) return end;
    logEvent("listing-moved", { reading, reason: doubt });
    if (isSettled(end) && await listing.agrees()) return settled(end, listing.doubled?.() === true);
    if (reading === MAX_READINGS) return unsettled(end, doubt);
    yield listing.startOver;
  }
}

/** Counts the pages of a reading. */
async function* counted<Page, End>(
  pages: AsyncGenerator<Page, End>,
  found: { pages: number },
): AsyncGenerator<Page, End> {
  try {
    for (;;) {
      const step = await pages.next();
      if (step.done) return step.value;
      found.pages++;
      yield step.value;
    }
  } finally {
    await pages.return(undefined as never).catch(() => {});
  }
}

/** Statuses by which a server refuses a token or page that it gave, or took, before. */
const REFUSED: ReadonlySet<number> = new Set([400, 404, 409, 410, 416, 422]);

/** Whether a server no longer knows where a read was, as when a token has expired. */
function isRefusedPlace(error: unknown): error is HttpError {
  return error instanceof HttpError && REFUSED.has(error.status ?? 0);
}

/** Whether a page, or the end of one, had come before: that is what records put on top of a listing look like. */
function isShift({ contradictions }: ReadingEnd, { reading, doubt }: Readings): boolean {
  const has = (wanted: string) => contradictions.some(({ code }) => code === wanted);
  if (reading === 1) return has("page-repeated") || has("pages-overlap");
  // What overlaps each time does so by its configuration, unless the listing is known to move.
  return has("pages-overlap") && doubt !== SHIFTED;
}

/** Whether what a position means depends on the records before it. */
export function isNumbered({ type }: Pick<Pagination, "type">): boolean {
  return type === "page" || type === "offset";
}

/** Whether it does, or may: links often count pages. */
export function mayBeNumbered({ type }: Pick<Pagination, "type">): boolean {
  return isNumbered({ type }) || type === "link" || type === "next_url";
}

function doubtOf<Page, End extends ReadingEnd, StartOver>(
  { repeated }: Listing<Page, End, StartOver>,
  { contradictions }: ReadingEnd,
): string | undefined {
  if (repeated()) return "a record came twice";
  return contradictions.find(isChange)?.message;
}

/** Whether a contradiction says that the listing changed, and no more. */
function isChange({ code }: { readonly code: string }): boolean {
  return code === "total-changed" || code === "page-filled";
}

/** Whether a reading ended for a reason that reading again would not remove. */
function hasStopped({ contradictions }: ReadingEnd): boolean {
  const passing = ["total-not-read", "offset-miscounted"];
  return contradictions.some((one) => !isChange(one) && !passing.includes(one.code));
}

/** Whether nothing but movement speaks against an end. */
function isSettled({ evidence, contradictions }: ReadingEnd): boolean {
  return evidence.length > 0 && contradictions.every(isChange);
}

/** Two readings agree: the change was seen by both; what is on two pages in both is of no movement. */
function settled<End extends ReadingEnd>(end: End, isDoubled: boolean): End {
  const contradictions = end.contradictions.filter((one) => !isChange(one));
  if (isDoubled) {
    const message =
      "a record is on two pages each time, so that another may be on none; sort by a " +
      "field that no two records share, or set repeats: true if the API sends records twice";
    contradictions.push({ code: "order-unstable", message });
  }
  return { ...end, evidence: [...end.evidence, "readings-agree"], contradictions };
}

/** No two readings agree. */
function unsettled<End extends ReadingEnd>(end: End, doubt: string): End {
  const message = `${doubt}, and ${MAX_READINGS} readings of all pages never agreed; ` +
    "read it when it is quiet, or by a cursor";
  const others = end.contradictions.filter(({ code }) => code !== "pages-overlap");
  return { ...end, contradictions: [...others, { code: "listing-moved", message }] };
}
