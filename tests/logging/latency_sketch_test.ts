import { assert, assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { LatencySketch } from "../../lib/logging/mod.ts";

Deno.test("LatencySketch.quantile() is within 1 % of the exact quantile", () => {
  const durations = fc.array(fc.integer({ min: 1, max: 10 ** 13 }), { minLength: 1 });
  fc.assert(fc.property(durations, fc.constantFrom(0, 0.5, 0.95, 0.99, 1), (values, q) => {
    const sketch = new LatencySketch();
    for (const value of values) sketch.add(value);
    const rank = Math.max(1, Math.ceil(q * values.length));
    const exact = values.toSorted((a, b) => a - b)[rank - 1] ?? 0;
    assert(Math.abs((sketch.quantile(q) ?? NaN) - exact) <= exact * 0.01 + 1e-6);
  }));
});

Deno.test("LatencySketch.quantile() is undefined when nothing was added and 0 for zeros", () => {
  const sketch = new LatencySketch();
  assertEquals(sketch.quantile(0.5), undefined);
  sketch.add(0);
  assertEquals([sketch.quantile(0.5), sketch.count], [0, 1]);
  sketch.add(Number.MAX_SAFE_INTEGER);
  assert((sketch.quantile(1) ?? 0) > 8e15);
});

Deno.test("LatencySketch.quantile() is a duration that so many are not longer than", () => {
  const sketch = new LatencySketch();
  for (const ms of [10, 20, 30, 40, 50]) sketch.add(ms * 1e6);
  for (
    const [q, ms] of [[0, 10], [0.2, 10], [0.5, 30], [0.8, 40], [0.81, 50], [0.99, 50]] as const
  ) {
    const found = (sketch.quantile(q) ?? 0) / 1e6;
    assert(Math.abs(found - ms) <= ms / 100, `${q}: ${found}, expected ${ms}`);
  }
});
