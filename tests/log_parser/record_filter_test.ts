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

Deno.test("normalizeLog() compares times with their fraction of a second", async () => {
  const times = ["10:00:01.100Z", "10:00:01.500Z", "10:00:01.900Z", "10:00:02Z"];
  const logs = [
    times.map((time) => `2025-05-01T${time} INFO x\n`).join(""),
    times.map((time) => `{"time":"2025-05-01T${time}","level":"info","msg":"x"}\n`).join(""),
    times.map((time) => `<14>1 2025-05-01T${time} h a - - - x\n`).join(""),
  ];
  for (const log of logs) {
    for (
      const [options, records] of [
        [{ since: SECOND + 1.5 }, 3],
        [{ since: SECOND + 1.501 }, 2],
        [{ until: SECOND + 1.1 }, 0],
        [{ until: SECOND + 1.9 }, 2],
        [{ since: SECOND + 1.1, until: SECOND + 2 }, 3],
      ] as const
    ) {
      const { rows } = await normalize(log, options);
      const counted = await normalize(log, { ...options, records: false });
      assertEquals([options, rows.length, counted.summary.records], [options, records, records]);
    }
  }
});
