import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import {
  formatTimeValue,
  isTimeZone,
  parseTimeValue,
  type TimeForm,
} from "../../lib/grammar/mod.ts";

const JULY = Date.UTC(2024, 6, 1, 10);

for (
  const [value, form, timezone, expected] of [
    ["2024-07-01T10:00:00Z", "iso", undefined, JULY],
    ["2024-07-01T10:00", "iso", undefined, JULY],
    ["2024-07-01 10:00:00.000", "iso", "UTC", JULY],
    ["2024-07-01T12:00", "iso", "Europe/Berlin", JULY],
    ["2024-07-01T12:00:00.000Z", "iso", "Europe/Berlin", JULY + 7_200_000],
    ["2024-07-01T10:00+00:00", "iso", "Europe/Berlin", JULY],
    ["2024-07-01", "iso", "America/New_York", Date.UTC(2024, 6, 1, 4)],
    ["2024-10-27T02:30", "iso", "Europe/Berlin", Date.UTC(2024, 9, 27, 0, 30)],
    ["2024-03-31T02:30", "iso", "Europe/Berlin", Date.UTC(2024, 2, 31, 0, 30)],
    ["soon", "iso", undefined, undefined],
    [5, "iso", undefined, undefined],
    [5, "epoch_s", undefined, 5000],
    ["5", "epoch_ms", undefined, 5],
    ["", "number", undefined, undefined],
    [1e300, "epoch_ms", undefined, undefined],
    ["x", "string", undefined, "x"],
    [1, "string", undefined, undefined],
  ] as const
) {
  Deno.test(`parseTimeValue() reads ${JSON.stringify(value)} as ${form}, zone ${timezone}`, () => {
    assertEquals(parseTimeValue(value, form, { timezone }), expected);
  });
}

Deno.test("parseTimeValue() reads what formatTimeValue() writes", () => {
  const forms = fc.constantFrom<TimeForm>("iso", "epoch_ms", "number");
  fc.assert(fc.property(forms, fc.integer({ min: -8e12, max: 8e12 }), (form, value) => {
    assertEquals(parseTimeValue(formatTimeValue(value, form), form), value);
  }));
  assertEquals(formatTimeValue(1999, "epoch_s"), "1");
});

Deno.test("isTimeZone() knows the zones of the IANA", () => {
  assertEquals(["UTC", "Asia/Kolkata", "Mars/Base"].map(isTimeZone), [true, true, false]);
});
