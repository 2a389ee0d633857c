import type { Outcome } from "../../errors/mod.ts";
import type { WorkFolders } from "../work_folders.ts";

/** What came of one drill. */
export interface DrillResult {
  /** The error or reject that it met; `undefined` where a retry has made it good. */
  readonly error: unknown;
  /** Its code. */
  readonly code: string;
  /** Its class, or how it was made good. */
  readonly family: string;
  /** Whether trying again may help. */
  readonly transient: boolean;
  /** What a run does then. */
  readonly policy: string;
  /** What a run with this and nothing else wrong would come to. */
  readonly outcome: Outcome;
  /** Requests that the server saw. */
  readonly requests: number;
}

/** A failure that is caused on purpose. */
export interface Drill {
  /** Short name; the `source` of its log lines. */
  readonly name: string;
  /** What goes wrong, for people. */
  readonly what: string;
  /** What it must come to. */
  readonly expected: { readonly code: string; readonly outcome: Outcome };
  /** Causes it. */
  run(work: WorkFolders): Promise<DrillResult>;
}
