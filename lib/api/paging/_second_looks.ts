import type { IngestError } from "../../errors/mod.ts";
import type { LookAhead } from "./_look_ahead.ts";
import { isPastTheEnd } from "./page_facts.ts";
import { release } from "../body/spooled_records.ts";
import type { Outcome } from "../transport/outcome.ts";
import type { Pagination } from "./pagination.ts";
import type { JsonValue, PaginationState } from "./pagination_state.ts";
import type { Paginator } from "./paginator.ts";
import type { ReadPage } from "./read_page.ts";

/** The page handed over last. */
export interface LastPage {
  readonly position: JsonValue;
  readonly sha256: string;
}

/** Asks again for pages that were read, or around them, to see what a page means that brings nothing. */
export class SecondLooks {
  readonly #paginator: Paginator;
  readonly #pagination: Pagination;
  readonly #take: (position: JsonValue) => Promise<Outcome<ReadPage>>;

  constructor(
    { paginator, pagination }: { readonly paginator: Paginator; readonly pagination: Pagination },
    pages: LookAhead,
  ) {
    this.#paginator = paginator;
    this.#pagination = pagination;
    this.#take = (position) => pages.take(position);
  }

  /** Whether the page before, which was empty, was so only for a moment. */
  async isFilled(state: PaginationState, last: LastPage | undefined): Promise<boolean> {
    if (this.#paginator.kind !== "count" || state.emptyInRow === 0 || last === undefined) {
      return false;
    }
    return ((await this.#look(last.position))?.records ?? 0) > 0;
  }

  /** Whether an empty page does not follow the last record: a server may take an offset for the number of a page. */
  async isMiscounted({ position }: PaginationState): Promise<boolean> {
    if (this.#pagination.type !== "offset") return false;
    const found = await this.#look(Number(position) - 1);
    return found !== undefined && found.records !== 1;
  }

  /** Whether a page that the server does not know is the first one beyond the end: it and the next stay unknown, and the one before is as it was. */
  async isBeyondTheEnd(
    state: PaginationState,
    error: IngestError,
    last: LastPage | undefined,
  ): Promise<boolean> {
    const { kind, skip } = this.#paginator;
    if (kind !== "count" || !isPastTheEnd(error) || state.promised === true) return false;
    if (state.pages === state.skipped || state.records < (state.total ?? 0)) return false;
    const beyond = skip?.(state.position);
    if (last === undefined || beyond === undefined) return false;
    for (const position of [state.position, beyond]) {
      const again = await this.#take(position);
      if (again.ok) release(again.value.records);
      if (again.ok || !isPastTheEnd(again.error)) return false;
    }
    return (await this.#look(last.position))?.sha256 === last.sha256;
  }

  /** Returns what a page is now; `undefined` where it is not answered. */
  async #look(
    position: JsonValue,
  ): Promise<{ readonly records: number; readonly sha256: string } | undefined> {
    const page = await this.#take(position);
    if (!page.ok) return undefined;
    const { records, sha256 } = page.value;
    const number = records.length;
    release(records);
    return { records: number, sha256 };
  }
}
