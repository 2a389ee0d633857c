import {
  DataError,
  ERROR_CODES,
  IngestError,
  type Outcome,
  outcomeOf,
  PaginationError,
  SuspendedError,
} from "../../lib/errors/mod.ts";
import type { DrillResult } from "./drill.ts";

/** Runs something that is meant to fail, and says how a run treats the failure. */
export async function judgeFailure(act: () => Promise<unknown>): Promise<DrillResult> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof IngestError)) throw error;
    const { code, transient, name } = error;
    return { error, code, transient, family: name, ...policyOf(error), requests: 0 };
  }
  return {
    error: undefined,
    code: "none",
    family: "-",
    transient: false,
    policy: "retried",
    outcome: "complete",
    requests: 0,
  };
}

/** Says how a run treats a record that was rejected without an error being thrown. */
export function judgeReject(code: keyof typeof ERROR_CODES): DrillResult {
  const { family, transient } = ERROR_CODES[code];
  const rejected = policyOf(new DataError("record-invalid", ""));
  return { error: undefined, code, family, transient, ...rejected, requests: 0 };
}

/**
 * Puts into words how the pipeline treats each class. A data or pagination error fails the request or file that threw it;
 * a run keeps its other records and is partial, which is why those two are not asked of `outcomeOf`.
 */
function policyOf(error: IngestError): { policy: string; outcome: Outcome } {
  if (error instanceof DataError) {
    return { policy: "quarantine, go on", outcome: "partial" };
  }
  if (error instanceof PaginationError) {
    return { policy: "keep what came", outcome: "partial" };
  }
  const outcome = outcomeOf(error);
  if (error instanceof SuspendedError) return { policy: "stop, resume later", outcome };
  if (outcome === "config") return { policy: "do not begin", outcome };
  return error.transient
    ? { policy: "fail, resumable", outcome }
    : { policy: "fail at once", outcome };
}
