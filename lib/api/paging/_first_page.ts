import { HttpError } from "../../errors/mod.ts";
import { release } from "../body/spooled_records.ts";
import type { PageRecords } from "../body/page_records.ts";
import type { Outcome } from "../transport/outcome.ts";
import type { Pagination } from "./pagination.ts";
import type { PaginationState } from "./pagination_state.ts";
import type { ReadPage } from "./read_page.ts";
import type { SeenPages } from "./seen_pages.ts";
import type { StreamEnd } from "./stream_end.ts";

/** Records of a page that are compared with those of another one. */
const COMPARED = 1000;
/** Listings of which one was looked at: all of a `for_each` count in one way. */
const LOOKED_AT = new WeakSet<Pagination>();

/** What a look at the first page needs. */
export interface FirstPageOptions {
  readonly pagination: Pagination;
  readonly seen: SeenPages;
  /** Asks for the page of a number, once. */
  readonly ask: (number: number) => Promise<Outcome<ReadPage>>;
}

/**
 * Whether numbered pages that were read from 1 begin at 0, with records that no page has brought.
 *
 * Servers that begin at 1 refuse page 0, answer it empty, or with the first page or another one that was read. A server
 * whose records never look the same twice does not say.
 *
 * @param end The end as it would be without that. @param lastHash Of the last page, which `seen` may not have.
 */
export async function isFirstLeftOut(
  state: PaginationState,
  { evidence, contradictions }: StreamEnd,
  { pagination, seen, ask }: FirstPageOptions,
  lastHash: string | undefined,
): Promise<boolean> {
  if (pagination.type !== "page" || (pagination.start ?? 1) !== 1) return false;
  // If the first page were missing, the number of records would not be right.
  if (contradictions.length > 0 || evidence.includes("total-reached")) return false;
  if (evidence.includes("not-modified") || LOOKED_AT.has(pagination)) return false;
  const zero = await look(ask, 0);
  if (zero === undefined || state.records > 0) LOOKED_AT.add(pagination);
  if (zero === undefined || zero.records.size === 0) return false;
  if (zero.hash === lastHash || seen.hasPage(zero.hash)) return false;
  const one = await look(ask, 1);
  if (one !== undefined && !one.records.isDisjointFrom(zero.records)) return false;
  const again = await look(ask, 1);
  return one?.hash === again?.hash;
}

interface Looked {
  readonly hash: string;
  readonly records: ReadonlySet<string>;
}

/** Returns what a page is now; `undefined` if the server has none of the number. */
async function look(ask: FirstPageOptions["ask"], number: number): Promise<Looked | undefined> {
  const first = await ask(number);
  const page = !first.ok && first.status === 500 ? await ask(number) : first;
  if (!page.ok) {
    if (page.error instanceof HttpError && page.status > 0) return undefined;
    throw page.error;
  }
  const { records, sha256 } = page.value;
  const texts = new Set(textsOf(records));
  release(records);
  return { hash: sha256, records: texts };
}

function* textsOf(records: PageRecords): Generator<string> {
  const decoder = new TextDecoder();
  let count = 0;
  for (const { bytes } of records) {
    yield decoder.decode(bytes);
    if (++count === COMPARED) return;
  }
}
