import type { Answer } from "./_answer.ts";
import { type FaultBook, type FaultPlan, NO_FAULTS, type PageFaults } from "./_fault_book.ts";
import { faultAnswer, tooManyRequests } from "./_fault_answer.ts";
import type { Samples } from "./_samples.ts";
import type { Tokens } from "./_tokens.ts";
import type { SandboxRoute } from "./sandbox_routes.ts";

/** What every listing works with. */
export interface Shared {
  readonly samples: Samples;
  readonly book: FaultBook;
  readonly tokens: Tokens;
}

/** One request on its way through a listing. */
export class Call {
  readonly request: Request;
  readonly url: URL;
  readonly route: SandboxRoute;
  readonly now: number;
  readonly shared: Shared;
  /** Name that the caller gave itself, for the access log. */
  user: string | undefined;
  #plan: FaultPlan = NO_FAULTS;

  constructor(request: Request, url: URL, details: {
    route: SandboxRoute;
    now: number;
    shared: Shared;
  }) {
    this.request = request;
    this.url = url;
    this.route = details.route;
    this.now = details.now;
    this.shared = details.shared;
  }

  /** What is to go wrong with this request; nothing before {@linkcode admit} was called. */
  get plan(): FaultPlan {
    return this.#plan;
  }

  /** What is to go wrong with the page. */
  get page(): PageFaults {
    return this.#plan.page;
  }

  /**
   * Counts the request and asks what is to go wrong with it.
   *
   * @param page Number of the page that it asks for; absent where it asks for none.
   * @returns The answer to give instead of the true one, if there is one.
   */
  admit(page?: number): Answer | undefined {
    const wait = this.shared.book.overLimit(this.route, this.now);
    if (wait !== undefined) {
      return tooManyRequests(this, { form: "retry-after", seconds: wait });
    }
    this.#plan = this.shared.book.plan(this.route, page);
    return this.#plan.answer === undefined ? undefined : faultAnswer(this, this.#plan.answer);
  }

  pageSize(asked: number): number {
    return Math.min(asked, this.shared.book.rule(this.route, "cap") ?? Infinity);
  }
}
