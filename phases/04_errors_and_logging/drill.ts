import type { Outcome } from "../../lib/errors/mod.ts";
import type { WorkFolders } from "../_narrator/mod.ts";

/** The result of one drill. */
export interface DrillResult {
  /** The error or reject that it met; `undefined` if a retry made it good. */
  readonly error: unknown;
  readonly code: string;
  /** Its class, or how it was made good. */
  readonly family: string;
  /** Whether trying again may help. */
  readonly transient: boolean;
  /** How a run treats it. */
  readonly policy: string;
  /** Outcome of a run with this and nothing else wrong. */
  readonly outcome: Outcome;
  /** Requests that the server saw. */
  readonly requests: number;
}

/** A failure that is caused on purpose. */
export interface Drill {
  /** Short name; the `source` of its log lines. */
  readonly name: string;
  /** The failure, in words. */
  readonly what: string;
  /** The result that it must have. */
  readonly expected: { readonly code: string; readonly outcome: Outcome };
  /** Causes it. */
  run(work: WorkFolders): Promise<DrillResult>;
}
