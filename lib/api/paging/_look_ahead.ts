import type { Outcome } from "../transport/outcome.ts";
import type { ReadPage } from "./read_page.ts";
import { release } from "../body/spooled_records.ts";
import type { JsonValue, PaginationState } from "./pagination_state.ts";
import type { PageAddress, Paginator } from "./paginator.ts";

/** What a look-ahead needs. */
export interface LookAheadOptions {
  readonly paginator: Paginator;
  /** Pages asked for at the same time. */
  readonly parallel: number;
  readonly maxPages: number;
  readonly fetchPage: (address: PageAddress, signal: AbortSignal) => Promise<Outcome<ReadPage>>;
  readonly signal: AbortSignal;
}

/**
 * Asks for pages before it is their turn.
 *
 * Where the total is known and the server keeps to the page size, the next positions can be told. They are only guesses:
 * a page counts when the one before it has led to its position; what was guessed wrong is thrown away. So order, guards
 * and completeness are the same as without, and never more than `parallel` pages wait in memory.
 */
export class LookAhead {
  readonly #options: LookAheadOptions;
  readonly #dropped = new Set<Promise<unknown>>();
  #asked = new Map<string, Promise<Outcome<ReadPage>>>();

  constructor(options: LookAheadOptions) {
    this.#options = options;
  }

  /** Returns the page at a position: the one already asked for, once, or a new answer. */
  take(position: JsonValue): Promise<Outcome<ReadPage>> {
    if (this.#asked.size === 0) return this.#fetch(position);
    const token = this.#options.paginator.token(position);
    const asked = this.#asked.get(token);
    this.#asked.delete(token);
    return asked ?? this.#fetch(position);
  }

  /** Asks for the pages from a state on, as far as they can be told. */
  plan(state: PaginationState): void {
    const { paginator } = this.#options;
    const foreseeable = this.#foreseeable(state);
    if (foreseeable === 0 && this.#asked.size === 0) return;
    const planned = new Map<string, Promise<Outcome<ReadPage>>>();
    let position: JsonValue | undefined = state.position;
    for (let count = foreseeable; count > 0 && position !== undefined; count--) {
      const token = paginator.token(position);
      const page = this.#asked.get(token) ?? this.#fetch(position);
      page.catch(() => {}); // it is thrown when it is that page's turn
      planned.set(token, page);
      this.#asked.delete(token);
      position = paginator.skip?.(position);
    }
    this.#drop();
    this.#asked = planned;
  }

  /** Waits for what is under way, dropped guesses included, and throws it away; the signal must have been aborted. */
  async end(): Promise<void> {
    this.#drop();
    await Promise.all(this.#dropped);
  }

  #foreseeable(state: PaginationState): number {
    const { paginator, parallel, maxPages } = this.#options;
    const { pageSize: size, kind } = paginator;
    if (kind !== "count" || size === undefined || state.pageSize !== "honoured") return 0;
    const pages = Math.ceil(((state.total ?? 0) - state.records) / size);
    return parallel < 2 ? 0 : Math.min(parallel, pages, maxPages - state.pages);
  }

  #fetch(position: JsonValue): Promise<Outcome<ReadPage>> {
    const { paginator, fetchPage, signal } = this.#options;
    return fetchPage(paginator.address(position), signal);
  }

  #drop(): void {
    for (const page of this.#asked.values()) {
      const dropped = page
        // An error is of no interest: nobody asks for that page any more.
        .then((outcome) => outcome.ok && release(outcome.value.records), () => {})
        .finally(() => this.#dropped.delete(dropped));
      this.#dropped.add(dropped);
    }
    this.#asked.clear();
  }
}
