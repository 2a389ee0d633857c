import type { ErrorCode } from "../errors/mod.ts";

/**
 * Signs that something is missing, beside the codes of errors that end or stop a stream; REFERENCE.md prints this table.
 */
export const CONTRADICTIONS = {
  "end-not-said": "A source of your own ended, and no batch of it said that it was the last.",
  "max-pages": "Reading stopped at `max_pages`, as configured.",
  "pages-skipped": "Pages could not be read and were skipped by `on_page_error`.",
  "run-given-up": "The run was given up before it had read and published everything.",
  "snapshot-shrank":
    "A snapshot has fewer rows than `max_shrink` allows; `pipeline accept` takes it once.",
  "total-changed":
    "The API changed the number of records that it declares while they were read; some may have been missed.",
  "total-not-read": "The API declared another number of records than were read.",
} as const satisfies Record<string, string>;

/** One of {@linkcode CONTRADICTIONS}, or the code of an error. */
export type ContradictionCode = keyof typeof CONTRADICTIONS | ErrorCode;

/** A sign that something is missing. */
export interface Contradiction {
  readonly code: ContradictionCode;
  /** For people. */
  readonly message: string;
}
