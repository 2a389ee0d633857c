import { type LifeReport, live } from "./_life.ts";

const HOUR = 3_600_000;

/** Lives two nights over tables only; the first run is killed as a commit begins, and the tables change before the second. */
export function killedAtCommit(commit: number): Promise<LifeReport> {
  return live({
    seed: 1,
    streams: [],
    files: false,
    tables: true,
    nights: [
      { after: HOUR, happenings: [], disturbances: [{ at: { commit }, do: "kill" }] },
      {
        after: HOUR,
        happenings: [
          { do: "update", stream: "orders", pick: 3 },
          { do: "delete", stream: "stock", pick: 3 },
        ],
        disturbances: [],
      },
    ],
  });
}
