import type { StreamEnd } from "../../../api/mod.ts";
import type { ReadEnd } from "../../verdict.ts";
import { adviceOn } from "./advice.ts";
import type { ApiSource } from "./schema.ts";

/** Readings of a listing that moves, before it is given up for now. */
export const MAX_READINGS = 3;

/** How the reading of an API ended. */
export type ApiEnd = ReadEnd & { readonly total?: number | undefined };

/** What the client found out of the end; what stopped it says what to do. */
export function readEnd(end: StreamEnd, source: ApiSource): ApiEnd {
  const { stopReason, evidence, total, guard } = end;
  const advice = adviceOn(guard, source);
  const contradictions = advice === undefined
    ? end.contradictions
    : end.contradictions.map(({ code, message }) => ({
      code,
      message: code === guard?.code ? `${message}; ${advice}` : message,
    }));
  return { stopReason, evidence, contradictions, total };
}

/** Whether a contradiction says that the listing changed, and no more. */
export function isChange({ code }: { readonly code: string }): boolean {
  return code === "total-changed";
}

/** Whether a read ended for a reason that reading again would not remove. */
export function stopped({ contradictions }: ApiEnd): boolean {
  const lasting = contradictions.filter(({ code }) =>
    !isChange({ code }) && code !== "total-not-read"
  );
  return lasting.length > 0;
}

/** Whether nothing but movement speaks against an end. */
export function isSettled(
  { evidence, contradictions }: Pick<StreamEnd, "evidence" | "contradictions"> | ApiEnd,
): boolean {
  return evidence.length > 0 && contradictions.every(isChange);
}

/** Two readings agree: the change was seen by both. */
export function settled(end: ApiEnd): ApiEnd {
  const contradictions = end.contradictions.filter((one) => !isChange(one));
  return { ...end, evidence: [...end.evidence, "readings-agree"], contradictions };
}

/** No two readings agree. */
export function unsettled(end: ApiEnd, doubt: string): ApiEnd {
  const message = `${doubt}, and ${MAX_READINGS} readings of all pages never agreed; ` +
    "read it when it is quiet, or by a cursor";
  return { ...end, contradictions: [...end.contradictions, { code: "listing-moved", message }] };
}
