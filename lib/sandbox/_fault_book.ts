import { hashText, seededRandom } from "./_random.ts";
import type { EndlessWay } from "./_fault_argument.ts";
import { FAULT_KINDS, type FaultKind } from "./fault_kinds.ts";
import type { Fault } from "./fault.ts";
import type { SandboxRoute } from "./sandbox_routes.ts";

/** What is to go wrong with one request. */
export interface FaultPlan {
  /** Replaces the answer or damages its body. */
  readonly answer: Fault | undefined;
  /** Time to wait before anything is answered. */
  readonly delay: number;
  readonly page: PageFaults;
}

/** What is to go wrong with one page. */
export interface PageFaults {
  readonly duplicate?: boolean;
  readonly short?: number;
  readonly bad?: number;
  readonly foreignNext?: boolean;
  readonly endless?: { readonly way: EndlessWay; readonly here: boolean };
}

/** The plan of a request with which nothing goes wrong. */
export const NO_FAULTS: FaultPlan = { answer: undefined, delay: 0, page: {} };

interface Entry {
  readonly fault: Fault;
  readonly random: () => number;
  left: number;
}

/** Keeps the faults, counts them down and says which of them are due. */
export class FaultBook {
  readonly #entries: readonly Entry[];
  readonly #requests = new Map<SandboxRoute, number>();
  readonly #times = new Map<SandboxRoute, number[]>();

  constructor(faults: readonly Fault[], seed: number) {
    // Each fault draws from its own sequence, so that another fault or route does not shift it.
    this.#entries = faults.map((fault, index) => ({
      fault,
      random: seededRandom(hashText(`${seed}:${index}:${fault.spec}`)),
      left: fault.times,
    }));
  }

  rule(route: SandboxRoute, kind: FaultKind): number | undefined {
    return this.#entries.find((e) => e.fault.route === route && e.fault.kind === kind)
      ?.fault.argument.count;
  }

  /** Returns the seconds to wait where the route's `limit` is used up; else counts the request. */
  overLimit(route: SandboxRoute, now: number): number | undefined {
    const rule = this.#entries.find((e) => e.fault.route === route && e.fault.kind === "limit");
    const { count, ms } = rule?.fault.argument ?? {};
    if (count === undefined || ms === undefined) return undefined;
    const times = (this.#times.get(route) ?? []).filter((time) => time > now - ms);
    this.#times.set(route, times);
    const oldest = times[times.length - count];
    if (oldest !== undefined) return Math.max(1, Math.ceil((oldest + ms - now) / 1000));
    times.push(now);
    return undefined;
  }

  /** Counts one request of a route and says what is to go wrong with it. */
  plan(route: SandboxRoute, page: number | undefined): FaultPlan {
    const request = (this.#requests.get(route) ?? 0) + 1;
    this.#requests.set(route, request);
    const due = this.#entries.filter((entry) =>
      entry.fault.route === route && isDue(entry, request, page)
    );
    if (due.length === 0) return NO_FAULTS;
    const answer = due.find(({ fault }) => isAnswer(fault));
    if (answer !== undefined) answer.left--;
    let delay = 0;
    const pageFaults: Fault[] = [];
    for (const entry of due) {
      const { effect } = FAULT_KINDS[entry.fault.kind];
      if (effect === "delay") delay += entry.fault.argument.ms ?? 0;
      // A page that is not delivered cannot show its own faults; they wait for the next try.
      else if (effect === "page" && answer === undefined) pageFaults.push(entry.fault);
      else continue;
      entry.left--;
    }
    return { answer: answer?.fault, delay, page: toPageFaults(pageFaults) };
  }
}

function isAnswer({ kind }: Fault): boolean {
  const { effect } = FAULT_KINDS[kind];
  return effect === "answer" || effect === "transfer";
}

function isDue({ fault, random, left }: Entry, request: number, page: number | undefined): boolean {
  const { place } = fault;
  // One draw at each request, whatever else happens, keeps the sequence independent of other faults.
  const drawn = place.type === "chance" ? random() : 1;
  if (left <= 0 || FAULT_KINDS[fault.kind].effect === "rule") return false;
  switch (place.type) {
    case "always":
      return true;
    case "page":
      return page === place.page;
    case "request":
      return request >= place.request;
    case "chance":
      return drawn < place.chance;
  }
}

function toPageFaults(faults: readonly Fault[]): PageFaults {
  let page: PageFaults = {};
  for (const { kind, argument, place } of faults) {
    if (kind === "duplicate") page = { ...page, duplicate: true };
    if (kind === "foreignnext") page = { ...page, foreignNext: true };
    if (kind === "empty") page = { ...page, short: 0 };
    if (kind === "short") page = { ...page, short: argument.count ?? 0 };
    if (kind === "badrecord") page = { ...page, bad: argument.count ?? 0 };
    if (kind === "endless") {
      const way = argument.word as EndlessWay;
      page = { ...page, endless: { way, here: place.type === "page" } };
    }
  }
  return page;
}
