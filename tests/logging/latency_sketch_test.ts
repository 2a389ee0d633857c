import { assert, assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { LatencySketch } from "../../lib/logging/mod.ts";

Deno.test("LatencySketch.quantile() is within 1 % of the exact quantile", () => {
  const durations = fc.array(fc.integer({ min: 1, max: 10 ** 13 }), { minLength: 1 });
  fc.assert(fc.property(durations, fc.constantFrom(0, 0.5, 0.95, 0.99, 1), (values, q) => {
    const sketch = new LatencySketch();
    for (const value of values) sketch.add(value);
    const exact = values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))] ?? 0;
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
