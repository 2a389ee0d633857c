import {
  DataError,
  ERROR_CODES,
  IngestError,
  type Outcome,
  outcomeOf,
  PaginationError,
  SuspendedError,
} from "../../errors/mod.ts";
import type { DrillResult } from "./drill.ts";

/** Runs what is meant to fail and says what a run makes of the failure. */
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
    policy: "retried, made good",
    outcome: "complete",
    requests: 0,
  };
}

/** Says what a run makes of a record that was rejected without an error being thrown. */
export function judgeReject(code: keyof typeof ERROR_CODES): DrillResult {
  const { family, transient } = ERROR_CODES[code];
  const rejected = policyOf(new DataError("record-invalid", ""));
  return { error: undefined, code, family, transient, ...rejected, requests: 0 };
}

function policyOf(error: IngestError): { policy: string; outcome: Outcome } {
  if (error instanceof DataError) {
    return { policy: "quarantine, go on", outcome: "partial" };
  }
  if (error instanceof PaginationError) {
    return { policy: "stop, keep what came", outcome: "partial" };
  }
  const outcome = outcomeOf(error);
  if (error instanceof SuspendedError) return { policy: "stop, go on later", outcome };
  if (outcome === "config") return { policy: "do not begin", outcome };
  return error.transient
    ? { policy: "fail, resumable", outcome }
    : { policy: "fail at once", outcome };
}
