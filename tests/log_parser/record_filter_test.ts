import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

const LOG = `2025-05-01 10:00:00 INFO a
2025-05-01 10:00:01 ERROR b
java.lang.IllegalStateException: x
\tat a.b

2025-05-01 10:00:02 WARN c
2025-05-01 10:00:03 no level
`;
const SECOND = Date.UTC(2025, 4, 1, 10) / 1000;

/** Options, bodies that are left, and lines that are left out. */
const CASES = [
  [{}, ["a", "b", "c", "no level"], 0],
  [{ level: "warn" }, ["b", "c"], 2],
  [{ level: "error" }, ["b"], 3],
  [{ since: SECOND + 1, until: SECOND + 2 }, ["b"], 3],
  [{ since: SECOND + 2 }, ["c", "no level"], 4],
  [{ until: SECOND + 1, level: "info" }, ["a"], 5],
] as const;

Deno.test("normalizeLog() leaves out whole events by time and level, and counts their lines", async () => {
  for (const [options, bodies, filtered] of CASES) {
    const { rows, summary } = await normalize(LOG, options);
    assertEquals([options, rows.map(({ body }) => body)], [options, bodies]);
    const { lines, records, continuation, blank } = summary;
    assertEquals([lines, summary.filtered], [7, filtered]);
    assertEquals(lines, records + continuation + blank + filtered);
    assertEquals(Object.values(summary.metrics.levels).reduce((a, b) => a + b), bodies.length);
    const counted = await normalize(LOG, { ...options, records: false });
    assertEquals(counted.summary, summary);
  }
});
