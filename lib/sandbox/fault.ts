import type { FaultKind } from "./fault_kinds.ts";
import type { RetryHintForm } from "./retry_hints.ts";
import type { SandboxRoute } from "./sandbox_routes.ts";

/** When a fault is due. */
export type FaultPlace =
  | { readonly type: "always" }
  | { readonly type: "page"; readonly page: number }
  | { readonly type: "request"; readonly request: number }
  | { readonly type: "chance"; readonly chance: number };

/** A fault as the sandbox carries it out. */
export interface Fault {
  /** The text that it was read from. */
  readonly spec: string;
  /** Whose requests it touches. */
  readonly route: SandboxRoute;
  /** What it does. */
  readonly kind: FaultKind;
  /** When it is due. */
  readonly place: FaultPlace;
  /** How often in all; `Infinity` where it does not end. */
  readonly times: number;
  /** What was after `=`, or its default. */
  readonly argument: FaultArgument;
}

/** What is after `=` in a fault; only the fields of its kind are there. */
export interface FaultArgument {
  /** How the wait is said. */
  readonly hint?: RetryHint;
  /** How many: records, requests, the cap. */
  readonly count?: number;
  /** A duration in ms. */
  readonly ms?: number;
  /** The way, where a kind knows several. */
  readonly word?: string;
}

/** How a refused request is asked to wait. */
export interface RetryHint {
  /** In which header, in which form. */
  readonly form: RetryHintForm;
  /** The wait; without meaning where the form has none. */
  readonly seconds: number;
}
