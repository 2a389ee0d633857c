/** Remembers the pages of one stream, so that a loop is noticed at any distance. */
export interface SeenPages {
  /** Says whether a page at this position was read. */
  hasToken(token: string): boolean;
  /** Says whether a page with these records was read. */
  hasPage(sha256: string): boolean;
  /** Notes a page; called once for each, before it is handed over. */
  add(page: { readonly number: number; readonly token: string; readonly sha256: string }): void;
}

/** Remembers them in memory: 100 bytes a page or so. */
export class MemorySeenPages implements SeenPages {
  readonly #tokens = new Set<string>();
  readonly #pages = new Set<string>();

  /** Says whether a page at this position was read. */
  hasToken(token: string): boolean {
    return this.#tokens.has(token);
  }

  /** Says whether a page with these records was read. */
  hasPage(sha256: string): boolean {
    return this.#pages.has(sha256);
  }

  /** Notes a page. */
  add(page: { readonly number: number; readonly token: string; readonly sha256: string }): void {
    this.#tokens.add(page.token);
    this.#pages.add(page.sha256);
  }
}
