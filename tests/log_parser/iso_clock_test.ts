import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { isoClock } from "../../lib/log_parser/iso_clock.ts";
import { clockByPatterns } from "../../lib/log_parser/clock_patterns.ts";
import { runs } from "../_sample.ts";

const time = fc.tuple(
  fc.constantFrom("2026-05-01", "2026-13-99", "0000-00-00", "26-05-01"),
  fc.constantFrom("T", " ", "_"),
  fc.constantFrom("10:00:00", "24:60:61", "1:00:00", "10:00"),
  fc.constantFrom("", ".1", ",123", ".123456789", ".1234567890", "."),
  fc.constantFrom(
    "",
    "Z",
    "+02:00",
    "-0330",
    " +0200",
    " UTC",
    " Europe/Berlin",
    "Zx",
    "+02:00[Europe/Paris]",
    " AM",
    " pm",
  ),
  fc.constantFrom(
    "",
    " INFO x",
    " x",
    "]",
    '"',
    ",x",
    "\tx",
    " - x",
    " -5",
    ":x",
    " [main]",
    " p.m",
    " a",
  ),
).map((parts) => parts.join(""));

Deno.test("isoClock() reads what the expressions read, or nothing", () => {
  fc.assert(
    fc.property(time, (text) => {
      const found = isoClock(text, 0);
      if (found !== undefined) {
        assertEquals([text, found], [text, clockByPatterns(text, 0, "dated")]);
      }
    }),
    { numRuns: runs(3000) },
  );
  assertEquals(isoClock("x 2026-05-01T10:00:00.5Z", 2)?.length, 22);
});
