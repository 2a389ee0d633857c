import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { parseRetryAfter } from "../../lib/api/mod.ts";

const NOW = Date.UTC(2026, 0, 1);

function at(ms: number): string {
  return new Date(NOW + ms).toUTCString();
}

Deno.test("parseRetryAfter() reads seconds", () => {
  assertEquals(parseRetryAfter("120"), 120_000);
  assertEquals(parseRetryAfter(" 0 "), 0);
});

Deno.test("parseRetryAfter() counts a date from the response's own Date, not from the local clock", () => {
  assertEquals(parseRetryAfter(at(30_000), { date: at(20_000), now: NOW }), 10_000);
  assertEquals(parseRetryAfter(at(30_000), { date: null, now: NOW }), 30_000);
  assertEquals(parseRetryAfter(at(30_000), { date: "broken", now: NOW }), 30_000);
});

Deno.test("parseRetryAfter() gives 0 for a date that has passed", () => {
  assertEquals(parseRetryAfter(at(-5000), { now: NOW }), 0);
});

Deno.test("parseRetryAfter() reads decimals upwards, and the longest of several", () => {
  assertEquals(parseRetryAfter("0.0001"), 1);
  assertEquals(parseRetryAfter("1, 30, 5"), 30_000);
  const dates = ["Thursday, 01-Jan-26 00:00:40 GMT", at(50_000), "Thu Jan  1 00:00:20 2026"];
  assertEquals(parseRetryAfter(`30, ${dates.join(",")}`, { now: NOW }), 50_000);
  assertEquals(parseRetryAfter(`${dates[0]}, 60,${dates[2]}`, { now: NOW }), 60_000);
  assertEquals(parseRetryAfter(`${dates[0]}, soon`, { now: NOW }), 40_000);
});

Deno.test("parseRetryAfter() reads durations, as ISO 8601 and as a clock write them", () => {
  assertEquals(["PT1M30S", "P1D", "00:01:30", "1.00:00:00"].map((text) => parseRetryAfter(text)), [
    90_000,
    86_400_000,
    90_000,
    86_400_000,
  ]);
  assertEquals(["P", "PT", "01:30"].map((text) => parseRetryAfter(text)), Array(3).fill(undefined));
});

Deno.test("parseRetryAfter() ignores what is malformed", () => {
  for (
    const text of ["", "-1", "1e3", "soon", "0x10", "+5", "Infinity", "1970-01-01"]
  ) {
    assertEquals(parseRetryAfter(text, { now: NOW }), undefined, text);
  }
  assertEquals(parseRetryAfter(null), undefined);
});

Deno.test("parseRetryAfter() never gives less than any number of seconds asks", () => {
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 999_999_999n }), (seconds) => {
    const wait = parseRetryAfter(String(seconds)) ?? -1;
    assertEquals(wait >= Math.min(Number(seconds) * 1000, Number.MAX_SAFE_INTEGER), true);
  }));
});

Deno.test("parseRetryAfter() gives undefined or a finite wait for any text", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (text, date) => {
    const wait = parseRetryAfter(text, { date, now: NOW });
    assertEquals(wait === undefined || (Number.isFinite(wait) && wait >= 0), true);
  }));
});

/** One instant, a minute after the answer, as servers write it that do not keep to the three forms. */
const LOOSE = [
  "Thu, 01 Jan 2026 00:01:00 UTC",
  "Wed, 31 Dec 2025 19:01:00 EST",
  "Wed, 31 Dec 2025 16:01:00 PST",
  "Thu, 01 Jan 2026 01:01:00 +0100",
  "Thu, 1 Jan 2026 01:01:00 CET",
  "Thu, 01 Jan 2026 09:01:00 JST",
  "thu, 01 jan 2026 00:01:00 gmt",
  "01 January 2026 00:01 GMT",
  "January 1, 2026 12:01:00 AM UTC",
  "Thu Jan  1 00:01:00 UTC 2026",
  "Thu Jan 01 2026 01:01:00 GMT+0100 (Central European Standard Time)",
  "Thursday, 01-Jan-2026 00:01:00 GMT",
  "2026-01-01T01:01:00 CET",
  "2026-01-01T01:01:00+01:00[Europe/Berlin]",
  "2026-01-01 01:01:00 Europe/Berlin",
  "20260101T000100Z",
  '"60"',
  "in 60 seconds",
  "about 1 minute from now",
  "60 sec.",
  "60, soon",
  "60000000 us",
];

Deno.test("parseRetryAfter() reads dates of other zones, and waits in words", () => {
  for (const text of LOOSE) {
    assertEquals(parseRetryAfter(text, { now: Date.parse("2026-01-01T00:00:00Z") }), 60_000, text);
  }
});

Deno.test("parseRetryAfter() finds no days in a token", () => {
  for (const text of ["sk_live_9f8e7d6c5b4a", "node-7d9f", "see 9f8e7d6c", "7d_x", "3h5x"]) {
    assertEquals(parseRetryAfter(text), undefined, text);
  }
  assertEquals(parseRetryAfter("in 1m30s or 500 ms"), 90_500);
});

Deno.test("parseRetryAfter() is not early if it does not know the zone", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  for (const zone of ["XYZT", "Moon/Base"]) {
    // In the westernmost zone there is, it is noon.
    const wait = parseRetryAfter(`Thu, 01 Jan 2026 00:00:00 ${zone}`, { now });
    assertEquals(wait, 12 * 3_600_000, zone);
  }
});
