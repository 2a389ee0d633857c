import { assertEquals } from "@std/assert";
import { severityNumber, syslogSeverityNumber } from "../../lib/log_parser/mod.ts";

Deno.test("severityNumber() knows the levels of many libraries in any case", () => {
  const words = "trace finer DEBUG fine Config info Notice warn SEVERE crit alert fatal";
  assertEquals(words.split(" ").map(severityNumber), [1, 5, 5, 6, 7, 9, 10, 13, 17, 18, 19, 21]);
});

Deno.test("severityNumber() is undefined for what is no level", () => {
  assertEquals(["", "hello", "x".repeat(100)].map(severityNumber), Array(3).fill(undefined));
});

Deno.test("syslogSeverityNumber() maps 0-7 as OpenTelemetry does", () => {
  const numbers = [0, 1, 2, 3, 4, 5, 6, 7, 8].map(syslogSeverityNumber);
  assertEquals(numbers, [21, 19, 18, 17, 13, 10, 9, 5, undefined]);
});
