import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import {
  parseRateLimit,
  parseRateLimitFields,
  parseRateLimitPolicy,
  parseXRateLimit,
} from "../../lib/api/mod.ts";

const NOW = Date.UTC(2026, 0, 1);

Deno.test("parseRateLimit() reads t as delta seconds, for each policy", () => {
  assertEquals(parseRateLimit('"burst";r=0;t=5, "daily";r=10;t=3600;pk=:dHJpYWw=:'), [
    { name: "burst", remaining: 0, reset: 5000 },
    { name: "daily", remaining: 10, reset: 3_600_000 },
  ]);
});

Deno.test("parseRateLimit() reads the dictionary of draft 07", () => {
  assertEquals(parseRateLimit("limit=100, remaining=50, reset=5"), [
    { name: "", remaining: 50, reset: 5000 },
  ]);
});

Deno.test("parseRateLimit() ignores a malformed header as a whole", () => {
  const wrong = [
    "",
    '"a";r=x;t=1',
    '"a";r=1;t=1 garbage',
    '"a;r=1',
    '"a";r=1, ',
    '"a";t=1',
    "r=1;;",
  ];
  for (const text of wrong) assertEquals(parseRateLimit(text), [], text);
});

Deno.test("parseRateLimit() takes any text without throwing", () => {
  const part = fc.constantFrom(
    '"',
    "a",
    ";",
    "=",
    "r",
    "t",
    "1",
    ",",
    " ",
    ":",
    "\\",
    "?1",
    "limit",
  );
  const hostile = fc.array(part, { maxLength: 40 }).map((parts) => parts.join(""));
  fc.assert(fc.property(fc.oneof(hostile, fc.string()), (text) => {
    for (const { remaining, reset } of parseRateLimit(text)) {
      assertEquals([remaining >= 0, reset === undefined || reset >= 0], [true, true]);
    }
    parseRateLimitPolicy(text);
  }));
});

Deno.test("parseRateLimitPolicy() reads quota and window of policies that count requests", () => {
  assertEquals(parseRateLimitPolicy('"a";q=100;w=60, "b";q=9;qu="content-bytes";w=1'), [
    { name: "a", quota: 100, window: 60_000 },
  ]);
  assertEquals(parseRateLimitPolicy("100;w=60"), [{ name: "100", quota: 100, window: 60_000 }]);
});

Deno.test("parseRateLimitFields() reads the older three fields", () => {
  const headers = new Headers({ "RateLimit-Remaining": "0", "RateLimit-Reset": "7" });
  assertEquals(parseRateLimitFields(headers), { name: "", remaining: 0, reset: 7000 });
  assertEquals(parseRateLimitFields(new Headers({ "RateLimit-Remaining": "none" })), undefined);
});

Deno.test("parseXRateLimit() takes the reset for an epoch in s or ms, or for a delay", () => {
  const date = new Date(NOW).toUTCString();
  for (const reset of [`${NOW / 1000 + 30}`, `${NOW + 30_000}`, "30", `${NOW / 1000 + 29.999}`]) {
    const headers = new Headers({ "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset, date });
    const wait = parseXRateLimit(headers, NOW + 999_999)?.reset ?? 0;
    assertEquals(Math.round(wait / 1000), 30, reset);
  }
});

Deno.test("parseXRateLimit() ignores what is malformed", () => {
  const reset = (text: string) => {
    const headers = new Headers({ "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": text });
    return parseXRateLimit(headers, NOW)?.reset;
  };
  for (const text of ["soon", "-5", "2026-01-01", "1e9"]) {
    assertEquals(reset(text), undefined, text);
  }
  assertEquals(parseXRateLimit(new Headers({ "X-RateLimit-Remaining": "many" })), undefined);
});
