/** What was counted of a stream; always `read = written + rejected + duplicates + unchanged + out_of_range`, and `late` is a part of `written`. */
export interface StreamCounts {
  /** Pages read. */
  readonly pages: number;
  /** Requests sent, retries included. */
  readonly requests: number;
  /** Of these, attempts beyond the first of each. */
  readonly retries: number;
  /** Time in which they waited, added up, in ms. */
  readonly waited_ms: number;
  /** Bytes received, or of the files taken in. */
  readonly bytes: number;
  /** Records read. */
  readonly read: number;
  /** Records published. */
  readonly written: number;
  /** Records in quarantine. */
  readonly rejected: number;
  /** Records that are there already, byte for byte. */
  readonly duplicates: number;
  /** Records of an answer that is the same as before. */
  readonly unchanged: number;
  /** Records from before what was asked for, and known. */
  readonly out_of_range: number;
  /** Records from before what was asked for, and new. */
  readonly late: number;
  /** Pages that `on_page_error: skip` left out. */
  readonly skipped_pages: number;
  /** Files published. */
  readonly files_published: number;
  /** Files rejected as a whole. */
  readonly files_rejected: number;
  /** Files whose content is published under another name. */
  readonly files_duplicate: number;
  /** Files that are published already. */
  readonly files_unchanged: number;
  /** Files too young to be whole. */
  readonly files_waiting: number;
  /** Files that an earlier run rejected. */
  readonly files_still_rejected: number;
}

/** Nothing counted yet. */
export const NO_COUNTS: StreamCounts = {
  pages: 0,
  requests: 0,
  retries: 0,
  waited_ms: 0,
  bytes: 0,
  read: 0,
  written: 0,
  rejected: 0,
  duplicates: 0,
  unchanged: 0,
  out_of_range: 0,
  late: 0,
  skipped_pages: 0,
  files_published: 0,
  files_rejected: 0,
  files_duplicate: 0,
  files_unchanged: 0,
  files_waiting: 0,
  files_still_rejected: 0,
};
