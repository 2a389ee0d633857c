import { HttpError } from "../../errors/mod.ts";
import type { Page } from "../paging/page.ts";
import { isGone } from "../paging/page_facts.ts";
import type { StreamEnd } from "../paging/stream_end.ts";

/** Statuses by which an API may refuse a query with too many results. */
const TOO_MANY = new Set<number | undefined>([400, 413, 422]);

/** What a check needs to know. */
export interface CapCheckOptions {
  /** The declared cap. */
  readonly cap: number;
  /** Says whether so many records may be all that the API gives, whatever there is. */
  readonly mayBeCut: (records: number) => boolean;
  /** Whether the span was found to be under the cap before. */
  readonly sure: boolean;
}

/** Finds out whether the answer for a span may have been cut off. */
export class CapCheck {
  readonly #options: CapCheckOptions;
  #records = 0;
  #isCut = false;
  /** Whether the pages of the span may be handed over. */
  sure: boolean;
  /** Whether the cap was reached and nothing could be done. */
  capped = false;

  constructor(options: CapCheckOptions) {
    this.#options = options;
    this.sure = options.sure;
  }

  /**
   * Asks for the next page; `undefined` where the server refused it, perhaps for too many results, and the error where
   * it refuses this span and has answered others.
   */
  async next(
    pages: AsyncGenerator<Page, StreamEnd>,
    divisible: boolean,
    isFirst: boolean,
  ): Promise<IteratorResult<Page, StreamEnd> | HttpError | undefined> {
    try {
      return await pages.next();
    } catch (error) {
      const isWhole = !this.sure && this.#records === 0;
      if (isWhole && divisible && isTooMany(error)) return undefined;
      if (isWhole && !isFirst && isRefusedSpan(error)) return error;
      throw error;
    }
  }

  exceeds(step: IteratorResult<Page, StreamEnd>): boolean {
    if (this.sure) return false;
    if (!step.done) this.#records += step.value.records.length;
    if (!step.done && isTooMany(step.value.skipped?.error)) return this.#isCut = true;
    const { total } = step.value;
    const { cap, mayBeCut } = this.#options;
    this.#isCut = (total ?? this.#records) >= cap;
    if (this.#isCut) return true;
    this.sure = total !== undefined || step.done === true || step.value.end !== undefined;
    return this.sure && total === undefined && mayBeCut(this.#records);
  }

  /** Whether only the number of records speaks for a cut. */
  get isSuspicion(): boolean {
    return !this.#isCut;
  }

  /** Takes the span as it is: it cannot be divided any more, or was divided often enough. */
  giveIn(): void {
    this.sure = true;
    this.capped = true;
  }

  /** Takes the span as it is: that it cannot be divided is no sign of a cut. */
  trust(): void {
    this.sure = true;
  }
}

/** Whether an API refuses a span as such: for what it asks, or because nobody may see it. */
function isRefusedSpan(error: unknown): error is HttpError {
  return error instanceof HttpError && (isGone(error) || error.status === 403);
}

function isTooMany(error: unknown): boolean {
  return error instanceof HttpError && TOO_MANY.has(error.status);
}
