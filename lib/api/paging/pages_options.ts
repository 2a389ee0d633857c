import type { PaginationState } from "./pagination_state.ts";
import type { SeenPages } from "./seen_pages.ts";

/** Options of `ApiClient.pages()`. */
export interface PagesOptions {
  /** Where to go on; without it the stream starts at its beginning. */
  readonly state?: PaginationState | undefined;
  /** Remembers the pages read. @default {new MemorySeenPages()} */
  readonly seen?: SeenPages | undefined;
  /** Whether an earlier read has seen where a page names its next one, so that a page without it is the last. @default false */
  readonly nextSeen?: boolean | undefined;
  /** Whether the next page is fetched while the consumer works on the one before. @default true */
  readonly prefetch?: boolean | undefined;
  /** Aborts the stream. */
  readonly signal?: AbortSignal | undefined;
}
