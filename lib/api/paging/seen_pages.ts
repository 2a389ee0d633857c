/** Remembers the pages of one stream, so that a loop is noticed at any distance. */
export interface SeenPages {
  /** Says whether a page at this position was read. */
  hasToken(token: string): boolean;
  /** Says whether a page with these records was read, at a position that begins so if `within` is given. */
  hasPage(sha256: string, within?: string): boolean;
  /** Notes a page; called once for each, before it is handed over. */
  add(page: { readonly number: number; readonly token: string; readonly sha256: string }): void;
}

/** Remembers them in memory: 100 bytes a page or so. */
export class MemorySeenPages implements SeenPages {
  readonly #tokens = new Set<string>();
  readonly #pages = new Map<string, string[]>();

  /** Says whether a page at this position was read. */
  hasToken(token: string): boolean {
    return this.#tokens.has(token);
  }

  /** Says whether a page with these records was read, at a position that begins so if `within` is given. */
  hasPage(sha256: string, within = ""): boolean {
    return this.#pages.get(sha256)?.some((token) => token.startsWith(within)) === true;
  }

  /** Notes a page. */
  add(page: { readonly number: number; readonly token: string; readonly sha256: string }): void {
    this.#tokens.add(page.token);
    const tokens = this.#pages.get(page.sha256);
    if (tokens === undefined) this.#pages.set(page.sha256, [page.token]);
    else tokens.push(page.token);
  }
}
