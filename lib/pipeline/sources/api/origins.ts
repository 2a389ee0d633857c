import { OriginLimits } from "../../../api/mod.ts";
import { getWait, saveWait } from "../../../audit/mod.ts";
import type { Database } from "../../../db/mod.ts";
import { IngestError } from "../../../errors/mod.ts";
import { logEvent, maskSecrets } from "../../../logging/mod.ts";
import type { RunContext } from "../../run_context.ts";

const open = new WeakMap<Database, OriginLimits>();

/** Returns the limiters that all API sources of a run share; the audit database keeps what servers asked to wait. */
export function originsOf({ db }: RunContext): OriginLimits {
  const known = open.get(db);
  if (known !== undefined) return known;
  const origins = new OriginLimits({
    store: {
      get(origin) {
        const wait = getWait(db, origin);
        return wait && { until: Date.parse(wait.not_before), reason: wait.reason };
      },
      set: (origin, { until, reason }) =>
        keep(db, { origin, not_before: new Date(until).toISOString(), reason }),
    },
  });
  open.set(db, origins);
  return origins;
}

function keep(db: Database, wait: Parameters<typeof saveWait>[1]): void {
  try {
    saveWait(db, { ...wait, reason: maskSecrets(wait.reason) }, Date.now());
  } catch (error) {
    if (!(error instanceof IngestError)) throw error;
    // This process waits all the same; what is wrong with the database, the next checkpoint meets as well.
    logEvent("wait-not-kept", { error });
  }
}
