import type { StreamEnd } from "../../../api/mod.ts";
import type { ReadEnd } from "../../verdict.ts";
import { adviceOn } from "./advice.ts";
import type { ApiSource } from "./schema.ts";

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
