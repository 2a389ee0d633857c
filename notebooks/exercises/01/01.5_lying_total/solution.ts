/**
 * What the server says of the next page outweighs its total. A total may be a cap, an estimate or a cache; a page that names
 * another one can be asked. The only way to be wrong by asking is one request too many.
 *
 * A missing total proves nothing and contradicts nothing. Many APIs have none, and their end is the last page's word alone.
 *
 * Records are counted by what tells them apart. Counted as rows, one that came twice stands for one that never came, and the
 * sum is right. That is why the pipeline wants a primary key before it trusts a total.
 *
 * Two totals contradict each other. Something was added or removed while the listing was read, and nobody can say where: it
 * is read again, or it is partial. Neither is "probably complete".
 *
 * @module
 */
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
  const totals = new Set(pages.map(({ total }) => total).filter((total) => total !== undefined));
  if (totals.size === 0) return "complete";
  const ids = new Set(pages.flatMap(({ items }) => items.map(({ id }) => id)));
  return totals.size === 1 && totals.has(ids.size) ? "complete" : "partial";
}
