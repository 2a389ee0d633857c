import type { SandboxRoute } from "./sandbox_routes.ts";

/** One row of the table of faults. */
export interface FaultKindInfo {
  /**
   * What it touches: `answer` replaces the whole answer, `transfer` damages its body, `delay` holds it back,
   * `page` changes what one page holds or says comes next, `rule` changes the listing as long as it is set.
   */
  readonly effect: "answer" | "transfer" | "delay" | "page" | "rule";
  /** What may follow `=`, for people; empty if nothing may. */
  readonly argument: string;
  /** Whether it happens every time its place is reached where no `xN` says otherwise; else once. */
  readonly lasting: boolean;
  /** Where it can be used. */
  readonly routes: readonly SandboxRoute[];
  /** One sentence for REFERENCE.md. */
  readonly meaning: string;
}

const ALL = ["quakes", "flights", "strikes", "token"] as const;
const LISTINGS = ["quakes", "flights", "strikes"] as const;
const HINT = "[retry hint, `:seconds`]";

/**
 * Every fault that the sandbox can make; a fault is written `route:kind[=argument][@place][xN]`.
 *
 * The place is `@pageN` (the Nth page of the listing, when it is asked), `@reqN` (from the Nth request of the
 * route on that passes authentication), `@0.05` (with this probability at each request, from the seed), or
 * absent (every request). `xN` says how often in all; without it a `@page` or `@req` fault that is not
 * lasting happens once, any other without end. Where two faults would replace the same answer the first
 * named one does, and the other waits for the next request.
 */
export const FAULT_KINDS = {
  "429": {
    effect: "answer",
    argument: HINT,
    lasting: false,
    routes: ALL,
    meaning: "Too Many Requests; the hint says how the wait is sent, `retry-after:1` without one.",
  },
  "500": {
    effect: "answer",
    argument: "",
    lasting: false,
    routes: ALL,
    meaning: "Internal Server Error, in the API's own error form.",
  },
  "502": {
    effect: "answer",
    argument: "",
    lasting: false,
    routes: ALL,
    meaning: "Bad Gateway, as a proxy's HTML page.",
  },
  "503": {
    effect: "answer",
    argument: HINT,
    lasting: false,
    routes: ALL,
    meaning: "Service Unavailable; the hint says how the wait is sent, `none` without one.",
  },
  "504": {
    effect: "answer",
    argument: "",
    lasting: false,
    routes: ALL,
    meaning: "Gateway Timeout, as a proxy's HTML page.",
  },
  "expired": {
    effect: "answer",
    argument: "",
    lasting: false,
    routes: ["flights", "strikes"],
    meaning: "401 for an expired token; a token from the token endpoint is really revoked.",
  },
  "error200": {
    effect: "answer",
    argument: "",
    lasting: false,
    routes: ALL,
    meaning: "Status 200 whose JSON body reports an error and holds no records.",
  },
  "html200": {
    effect: "answer",
    argument: "",
    lasting: false,
    routes: ALL,
    meaning: "Status 200 with an HTML page, as a login wall or a proxy answers.",
  },
  "redirect": {
    effect: "answer",
    argument: "[same | foreign]",
    lasting: false,
    routes: ALL,
    meaning: "307 to the same address, or to the same path on another origin.",
  },
  "reset": {
    effect: "transfer",
    argument: "",
    lasting: false,
    routes: ALL,
    meaning: "The connection breaks in the middle of the body.",
  },
  "truncated": {
    effect: "transfer",
    argument: "",
    lasting: false,
    routes: ALL,
    meaning: "Status 200 and a content-length that fits, but the body stops in its middle.",
  },
  "stall": {
    effect: "transfer",
    argument: "duration",
    lasting: false,
    routes: ALL,
    meaning: "The body pauses in its middle for this long, then goes on.",
  },
  "slow": {
    effect: "delay",
    argument: "duration",
    lasting: false,
    routes: ALL,
    meaning: "Nothing is answered for this long, then all of it.",
  },
  "duplicate": {
    effect: "page",
    argument: "",
    lasting: false,
    routes: LISTINGS,
    meaning: "The page holds the records of the page before it.",
  },
  "short": {
    effect: "page",
    argument: "count",
    lasting: false,
    routes: ["quakes", "strikes"],
    meaning: "The page holds only this many records, although more follow; none is lost.",
  },
  "empty": {
    effect: "page",
    argument: "",
    lasting: false,
    routes: ["quakes", "strikes"],
    meaning: "The page holds no records, although more follow; none is lost.",
  },
  "badrecord": {
    effect: "page",
    argument: "count",
    lasting: true,
    routes: LISTINGS,
    meaning: "This many records of the page are broken: in turn without their id, and no object.",
  },
  "endless": {
    effect: "page",
    argument: "[loop | same | repeat | empty]",
    lasting: true,
    routes: LISTINGS,
    meaning:
      "After the last page (or `@pageN`) the listing goes on: at its first page, at this page, with the " +
      "last page under ever new tokens, or with empty pages under ever new tokens.",
  },
  "foreignnext": {
    effect: "page",
    argument: "",
    lasting: false,
    routes: ["flights"],
    meaning: "The link to the next page leads to another origin.",
  },
  "cap": {
    effect: "rule",
    argument: "count",
    lasting: true,
    routes: LISTINGS,
    meaning: "No page holds more records than this, whatever was asked.",
  },
  "limit": {
    effect: "rule",
    argument: "count/duration",
    lasting: true,
    routes: ALL,
    meaning: "More requests than this in any such span are answered with 429 and Retry-After.",
  },
  "ceiling": {
    effect: "rule",
    argument: "count",
    lasting: true,
    routes: ["quakes", "strikes"],
    meaning:
      "The API's own cap on a result (20,000 quakes a query, 10,000 strikes by page) is this instead.",
  },
  "miscount": {
    effect: "rule",
    argument: "count",
    lasting: true,
    routes: LISTINGS,
    meaning: "The declared total is this much larger than the number of records there are.",
  },
} as const satisfies Record<string, FaultKindInfo>;

/** Name of a fault in {@linkcode FAULT_KINDS}. */
export type FaultKind = keyof typeof FAULT_KINDS;
