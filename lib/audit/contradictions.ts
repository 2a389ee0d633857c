import type { ErrorCode } from "../errors/mod.ts";

/**
 * Signs that something is missing, apart from the codes of errors that end or stop a stream; REFERENCE.md prints this table.
 */
export const CONTRADICTIONS = {
  "boundary-unclear":
    "The API does not say what is on the boundary of two windows, so that records may be missing or there twice.",
  "empty-without-end": "Empty pages followed one another, and each named or promised more.",
  "end-not-said": "A source of your own ended, and no batch of it said that it was the last.",
  "first-page-left-out":
    "Pages were read from number 1, and the API has a page 0 with records that no page brought.",
  "has-more": "The last page that could be read says that there are more.",
  "listing-moved":
    "Pages or offsets of a listing that changed while it was read, or across a stop, never read the same twice.",
  "listings-gone":
    "Every listing of `for_each` was answered by 404 or 410, as with a mistyped path; some of them may be.",
  "max-pages": "Reading stopped at `max_pages`, as configured.",
  "more-unread":
    "The answer names a next page, or more records or pages, in a place that the configuration does not read.",
  "next-lost":
    "The last page is full and lacks the Link header, although the pages before it had one that named others too.",
  "next-path-never-seen":
    "No page had the field or header that should name the next page, as with a mistyped path.",
  "offset-miscounted":
    "The page that begins one record before an empty one does not have just that record, as with a server that takes the offset for the number of a page.",
  "order-unstable":
    "A record of one key is on two numbered pages, however often they are read, or a page of another kind begins with a record from the middle of the one before: where records tie in the order, another may be on none.",
  "page-filled": "A page was empty, and had records when it was asked for again after a later one.",
  "page-full": "A stream of one page has as many records as the limit that it asks for.",
  "page-odd":
    "An empty page came from another path by a redirect, or came before pages with records, and had no body or something to say that these do not say.",
  "pages-not-read": "The API declared more pages than were read.",
  "pages-overlap":
    "Pages begin with what the one before ended with, which is there twice without a `primary_key`: a cursor includes its record, an offset begins one too low or counts records that the API does not show, or a window has other bounds than declared.",
  "pages-skipped": "Pages could not be read and were skipped by `on_page_error`.",
  "parents-missing":
    "Not every parent of a `for_each` was asked for: its stream was not read whole, some of its records were rejected, or a value cannot be part of an address.",
  "rows-not-counted":
    "Tables inherit from the table, so that rows may share a key, and it was not read and counted in one snapshot.",
  "run-given-up": "The run was given up before it had read and published everything.",
  "snapshot-shrank":
    "A snapshot of 100 rows or more has lost more of them than `max_shrink` allows, or any snapshot all of its rows; " +
    "`pipeline accept` takes it once.",
  "start-unclear":
    "No record came that is as old as the watermark, and the API refuses to begin earlier: it may begin later than it is asked to.",
  "total-changed":
    "The API changed the number of records that it declares while they were read; some may have been missed.",
  "total-missing": "The configuration names a total, and no page had it.",
  "total-not-read": "The API declared another number of records than were read.",
} as const satisfies Record<string, string>;

/**
 * How streams end, or what is evidence of their end, apart from the signs of an API's pages; REFERENCE.md prints this
 * table. A source of your own has words of its own.
 */
export const ENDS = {
  "end-of-folder": { says: "end", meaning: "Every file that was listed has been looked at." },
  "last-key": {
    says: "end",
    meaning: "A table was read up to the last key that it had at the start.",
  },
  "one-snapshot": { says: "end", meaning: "All rows of a table are of one moment." },
  "snapshot-counted": {
    says: "end",
    meaning: "All rows of a table are of one moment, and as many as the database counts then.",
  },
  "readings-agree": {
    says: "end",
    meaning: "A listing that moved was read again until two readings were the same.",
  },
  "replayed": { says: "end", meaning: "Every reject that was to be replayed has been." },
  "retracted": { says: "end", meaning: "A run was taken back by `pipeline retract`." },
  "no-more-batches": {
    says: "gap",
    meaning: "A source of your own ended, and no batch of it said that it was the last.",
  },
  "guard": {
    says: "gap",
    meaning: "Reading was stopped because it could not go on safely; the contradictions say why.",
  },
} as const satisfies Record<string, { says: "end" | "gap"; meaning: string }>;

/** One of {@linkcode CONTRADICTIONS}, or the code of an error. */
export type ContradictionCode = keyof typeof CONTRADICTIONS | ErrorCode;

/** A sign that something is missing. */
export interface Contradiction {
  /** What the sign is called. */
  readonly code: ContradictionCode;
  /** For people. */
  readonly message: string;
}
