import { assertEquals, assertThrows } from "@std/assert";
import { DataError } from "../../lib/errors/mod.ts";
import { checkConservation, LogMetrics, type LogSummary } from "../../lib/log_parser/mod.ts";

const SUMMARY: LogSummary = {
  lines: 16,
  records: 5,
  continuation: 4,
  quarantined: 3,
  blank: 2,
  filtered: 1,
  directives: 1,
  partial: 5,
  formats: { app: 5 },
  detection: undefined,
  metrics: new LogMetrics().snapshot(),
};

Deno.test("checkConservation() accepts counts that add up", () => {
  assertEquals(checkConservation(SUMMARY), undefined);
});

Deno.test("checkConservation() throws when a line is missing", () => {
  const error = assertThrows(
    () => checkConservation({ ...SUMMARY, lines: 17 }),
    DataError,
    "17 read",
  );
  assertEquals(error.code, "log-unbalanced");
});
