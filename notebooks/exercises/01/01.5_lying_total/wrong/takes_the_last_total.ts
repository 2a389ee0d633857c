// Looks at the last total only.
/** One page of a listing. */
export interface Page {
  readonly items: readonly { readonly id: number }[];
  /** Where the next page is; `null` if there is none. */
  readonly next: string | null;
  /** Records in all, each counted once, if the server says so. */
  readonly total?: number;
}

/** What is known of a listing so far. */
export type Verdict = "more" | "complete" | "partial";

/** Says what the pages of a listing that were read so far prove. */
export function judge(pages: readonly Page[]): Verdict {
  const last = pages.at(-1);
  if (last === undefined || last.next !== null) return "more";
  const ids = new Set(pages.flatMap(({ items }) => items.map(({ id }) => id)));
  return last.total === undefined || last.total === ids.size ? "complete" : "partial";
}
