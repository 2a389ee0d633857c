import type { SeenPages } from "./seen_pages.ts";

interface SeenPage {
  readonly number: number;
  readonly token: string;
  readonly sha256: string;
}

/** The pages of one span, which may yet be given up: the stream hears of each only when it is handed over. */
export class HeldPages implements SeenPages {
  readonly #seen: SeenPages;
  readonly #span: string;
  readonly #tokens = new Set<string>();
  readonly #hashes = new Set<string>();
  readonly #overlaps: boolean;

  /** @param seen The stream's own memory. @param span What sets this span's positions apart from all others. @param overlaps Whether its pages may rightly be those of another. */
  constructor(seen: SeenPages, span: string, overlaps: boolean) {
    this.#overlaps = overlaps;
    this.#seen = seen;
    this.#span = span;
  }

  /** Returns a position as the stream knows it. */
  token(token: string): string {
    return `${this.#span} ${token}`;
  }

  hasToken(token: string): boolean {
    return this.#tokens.has(token) || this.#seen.hasToken(this.token(token));
  }

  hasPage(sha256: string): boolean {
    const within = this.#overlaps ? this.token("") : undefined;
    return this.#hashes.has(sha256) || this.#seen.hasPage(sha256, within);
  }

  add({ token, sha256 }: SeenPage): void {
    this.#tokens.add(token);
    this.#hashes.add(sha256);
  }

  /** Tells the stream of a page that is handed over, with its position and number in the stream. */
  handOver(page: SeenPage): void {
    this.#seen.add(page);
  }
}
