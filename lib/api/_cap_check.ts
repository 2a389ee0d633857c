import { HttpError } from "../errors/mod.ts";
import type { Page } from "./page.ts";
import type { StreamEnd } from "./stream_end.ts";

/** Statuses by which an API may refuse a query with too many results. */
const TOO_MANY = new Set<number | undefined>([400, 413, 422]);

/** Finds out whether the answer for a span may have been cut off. */
export class CapCheck {
  readonly #cap: number;
  #records = 0;
  /** Whether the pages of the span may be handed over. */
  sure: boolean;
  /** Whether the cap was reached and nothing could be done. */
  capped = false;

  constructor(cap: number, sure: boolean) {
    this.#cap = cap;
    this.sure = sure;
  }

  /** Asks for the next page; `undefined` where the server refused it, perhaps for too many results. */
  async next(
    pages: AsyncGenerator<Page, StreamEnd>,
    divisible: boolean,
  ): Promise<IteratorResult<Page, StreamEnd> | undefined> {
    try {
      return await pages.next();
    } catch (error) {
      if (this.sure || !divisible || this.#records > 0 || !isTooMany(error)) throw error;
      return undefined;
    }
  }

  exceeds(step: IteratorResult<Page, StreamEnd>): boolean {
    if (this.sure) return false;
    if (!step.done) this.#records += step.value.records.length;
    if (!step.done && isTooMany(step.value.skipped?.error)) return true;
    const { total } = step.value;
    if (total === undefined ? this.#records >= this.#cap : total > this.#cap) return true;
    this.sure = total !== undefined || step.done === true || step.value.end !== undefined;
    return false;
  }

  /** Takes the span as it is: it cannot be divided any more. */
  giveIn(): void {
    this.sure = true;
    this.capped = true;
  }
}

function isTooMany(error: unknown): boolean {
  return error instanceof HttpError && TOO_MANY.has(error.status);
}
