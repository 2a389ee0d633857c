import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { parseHttpDate } from "../../lib/api/mod.ts";

const NOW = Date.UTC(2026, 0, 1);

Deno.test("parseHttpDate() reads the three forms of RFC 9110 alike", () => {
  const instant = Date.UTC(1994, 10, 6, 8, 49, 37);
  assertEquals(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT", NOW), instant);
  assertEquals(parseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT", NOW), instant);
  assertEquals(parseHttpDate("Sun Nov  6 08:49:37 1994", NOW), instant);
});

Deno.test("parseHttpDate() takes a two-digit year to be at most 50 years ahead", () => {
  assertEquals(
    parseHttpDate("Sunday, 06-Nov-76 08:49:37 GMT", NOW),
    Date.UTC(2076, 10, 6, 8, 49, 37),
  );
  assertEquals(
    parseHttpDate("Sunday, 06-Nov-77 08:49:37 GMT", NOW),
    Date.UTC(1977, 10, 6, 8, 49, 37),
  );
});

Deno.test("parseHttpDate() refuses what is nearly a date", () => {
  const wrong = [
    "",
    "1994-11-06T08:49:37Z",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Nov 1994 08:49:37 CET",
    "Sun, 31 Feb 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 nov 1994 08:49:37 GMT",
    " Sun, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMT, x",
  ];
  for (const text of wrong) assertEquals(parseHttpDate(text, NOW), undefined, text);
});

Deno.test("parseHttpDate() reads back every date that JavaScript prints in UTC", () => {
  const seconds = fc.integer({ min: 0, max: 253402300799 });
  fc.assert(fc.property(seconds, (second) => {
    assertEquals(parseHttpDate(new Date(second * 1000).toUTCString(), NOW), second * 1000);
  }));
});
