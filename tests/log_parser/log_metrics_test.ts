import { assert, assertEquals } from "@std/assert";
import { HeavyHitters, LogMetrics, type MetricInput } from "../../lib/log_parser/mod.ts";

const NONE = {
  severity_number: undefined,
  http_status: undefined,
  duration_ns: undefined,
  epochSeconds: undefined,
} satisfies MetricInput;

Deno.test("LogMetrics counts levels, errors and classes of status", () => {
  const metrics = new LogMetrics();
  for (const severity_number of [1, 5, 9, 10, 13, 17, 21, undefined]) {
    metrics.add({ ...NONE, severity_number });
  }
  for (const http_status of [200, 204, 404, 503]) metrics.add({ ...NONE, http_status });
  const { levels, errors, statusClasses } = metrics.snapshot();
  assertEquals(levels, { trace: 1, debug: 1, info: 2, warn: 1, error: 1, fatal: 1, none: 5 });
  assertEquals(errors, 3);
  assertEquals(statusClasses, { "2xx": 2, "4xx": 1, "5xx": 1 });
});

Deno.test("LogMetrics counts records per minute and knows the first and last time", () => {
  const metrics = new LogMetrics();
  for (const epochSeconds of [0, 59, 60, 3, 120]) metrics.add({ ...NONE, epochSeconds });
  const { volume, firstTimestamp, lastTimestamp } = metrics.snapshot();
  assertEquals(volume, {
    bucketMinutes: 1,
    buckets: [
      { start: "1970-01-01T00:00:00.000Z", records: 3, errors: 0 },
      { start: "1970-01-01T00:01:00.000Z", records: 1, errors: 0 },
      { start: "1970-01-01T00:02:00.000Z", records: 1, errors: 0 },
    ],
    peak: { start: "1970-01-01T00:00:00.000Z", records: 3, errors: 0 },
    peakErrors: undefined,
  });
  assertEquals(firstTimestamp, "1970-01-01T00:00:00.000Z");
  assertEquals(lastTimestamp, "1970-01-01T00:02:00.000Z");
});

Deno.test("LogMetrics widens its buckets when there are too many, and loses none", () => {
  const metrics = new LogMetrics();
  for (let minute = 0; minute < 20_000; minute++) {
    metrics.add({ ...NONE, epochSeconds: minute * 60 });
  }
  const { bucketMinutes, buckets } = metrics.snapshot().volume;
  assertEquals(bucketMinutes, 8);
  assert(buckets.length <= 2880);
  assertEquals(buckets.reduce((sum, bucket) => sum + bucket.records, 0), 20_000);
});

Deno.test("LogMetrics gives latency quantiles only where there are durations", () => {
  const metrics = new LogMetrics();
  assertEquals(metrics.snapshot().latency, undefined);
  for (let ms = 1; ms <= 100; ms++) metrics.add({ ...NONE, duration_ns: ms * 1e6 });
  const { latency } = metrics.snapshot();
  assertEquals(latency?.count, 100);
  assertEquals([latency?.p50, latency?.p95].map((ns) => Math.round((ns ?? 0) / 1e7)), [5, 10]);
});

Deno.test("LogMetrics names the minute with most errors, which need not be the busiest", () => {
  const metrics = new LogMetrics();
  for (const epochSeconds of [0, 1, 2, 60]) metrics.add({ ...NONE, epochSeconds });
  for (const epochSeconds of [3, 61, 62]) metrics.add({ ...NONE, epochSeconds, http_status: 503 });
  const { peak, peakErrors } = metrics.snapshot().volume;
  assertEquals([peak?.start, peak?.records], ["1970-01-01T00:00:00.000Z", 4]);
  assertEquals([peakErrors?.start, peakErrors?.errors], ["1970-01-01T00:01:00.000Z", 2]);
});

Deno.test("LogMetrics keeps the latency of each path apart, and of too many together", () => {
  const metrics = new LogMetrics();
  for (let i = 0; i < 400; i++) {
    metrics.add({ ...NONE, duration_ns: i === 0 ? 1e9 : 1e6, url_path: `/${i}` });
  }
  const { routes, latency } = metrics.snapshot();
  assertEquals(Object.keys(routes).length, 256);
  assertEquals(Object.values(routes).reduce((sum, { count }) => sum + count, 0), latency?.count);
  assert((routes["/0"]?.p50 ?? 0) > 900e6 && (routes["*"]?.p50 ?? 0) < 2e6);
});

Deno.test("HeavyHitters finds what is frequent in bounded memory, with bounds that hold", () => {
  const hitters = new HeavyHitters(16);
  const exact = new Map<string, number>();
  for (let i = 0; i < 5000; i++) {
    const value = i % 3 === 0 ? "often" : i % 5 === 0 ? "sometimes" : `once ${i}`;
    exact.set(value, (exact.get(value) ?? 0) + 1);
    hitters.add(value);
  }
  const top = hitters.top(2);
  assertEquals(top.map(({ value }) => value), ["often", "sometimes"]);
  for (const { value, count, overcount } of hitters.top(32)) {
    const real = exact.get(value) ?? 0;
    assert(count >= real && count - overcount <= real, value);
  }
});

Deno.test("HeavyHitters counts a value that is too long by its start, as text and as bytes", () => {
  for (const [char, kept] of [["a", 2048], ["é", 1024], ["€", 682], ["😀", 512]] as const) {
    const hitters = new HeavyHitters();
    for (const length of [kept + 1, kept + 900, kept]) {
      const bytes = new TextEncoder().encode(char.repeat(length));
      hitters.add(char.repeat(length));
      hitters.addBytes(bytes, 0, bytes.length);
    }
    assertEquals(hitters.top(9), [{ value: char.repeat(kept), count: 6, overcount: 0 }]);
  }
});

Deno.test("HeavyHitters drops the values that were there least, however often all were there", () => {
  for (const often of [1, 3000]) {
    const hitters = new HeavyHitters(4);
    const values = ["a", "b", "c", "d", "e", "f", "g", "h"];
    for (const [i, value] of values.entries()) {
      for (let n = 0; n <= i * often; n++) hitters.add(value);
    }
    hitters.add("new");
    const floor = 3 * often + 1; // So often "d" was there, which was dropped with "a", "b" and "c".
    assertEquals(hitters.top(8).map(({ value, count, overcount }) => [value, count, overcount]), [
      ...["h", "g", "f", "e"].map((value, i) => [value, (7 - i) * often + 1, 0]),
      ["new", floor + 1, floor],
    ]);
  }
});

Deno.test("HeavyHitters counts exactly when each value has another before it", () => {
  const hitters = new HeavyHitters();
  const wanted = Array.from({ length: 400 }, (_, i) => `/shop/${i % 7}/item-${i}`);
  for (let n = 0; n < 10; n++) for (const value of wanted) hitters.add(value);
  const found = hitters.top(wanted.length);
  assertEquals(found.map(({ value }) => value), wanted.toSorted());
  assertEquals(new Set(found.map(({ count, overcount }) => count + overcount)), new Set([10]));
});
