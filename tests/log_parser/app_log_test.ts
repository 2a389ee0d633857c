import { assertEquals, assertRejects } from "@std/assert";
import { oneRow } from "./_normalize.ts";

/** level, logger, thread, pid, body */
type Fields = readonly (string | undefined)[];

const LINES: readonly (readonly [line: string, fields: Fields])[] = [
  ["2024-05-01 10:00:00,123 INFO [main] a.b.C: x: y", ["INFO", "a.b.C", "main", undefined, "x: y"]],
  ["2024-05-01 10:00:00,123 - WARN  [Q[id=1]/0:0:C@42] - x", [
    "WARN",
    "C",
    "Q[id=1]/0:0",
    undefined,
    "x",
  ]],
  ["2024-05-01 10:00:00.123 [http-1] DEBUG a.b.C - x - y", [
    "DEBUG",
    "a.b.C",
    "http-1",
    undefined,
    "x - y",
  ]],
  ["2024-05-01 10:00:00,123 - pkg.mod - ERROR - it failed", [
    "ERROR",
    "pkg.mod",
    undefined,
    undefined,
    "it failed",
  ]],
  ["2024-05-01 10:00:00 [INFO] Failed: x", ["INFO", undefined, undefined, undefined, "Failed: x"]],
  ["[2024-05-01 10:00:00] ERROR: x", ["ERROR", undefined, undefined, undefined, "x"]],
  ["[WARN] 2024-05-01 10:00:00 x", ["WARN", undefined, undefined, undefined, "x"]],
  ["24/05/01 10:00:00 INFO Remoting: up", ["INFO", "Remoting", undefined, undefined, "up"]],
  ["240501 100000 148 INFO dfs.X$Y: up", ["INFO", "dfs.X$Y", undefined, "148", "up"]],
  ["01-May-2024 10:00:00.123 SEVERE [main] a.b.C.start One", [
    "SEVERE",
    "a.b.C.start",
    "main",
    undefined,
    "One",
  ]],
  ["May 1, 2024 10:00:00 AM a.b.C start", [
    undefined,
    undefined,
    undefined,
    undefined,
    "a.b.C start",
  ]],
  ["2024-05-01 10:00:00, Info                  CBS    x", [
    "Info",
    "CBS",
    undefined,
    undefined,
    "x",
  ]],
  ["2024/05/01 10:00:00 main.go:12: x", [
    undefined,
    undefined,
    undefined,
    undefined,
    "x",
  ]],
];

for (const [line, expected] of LINES) {
  Deno.test(`normalizeLog() reads the application line "${line.slice(0, 60)}"`, async () => {
    const row = await oneRow(line);
    assertEquals(row.format, "app");
    assertEquals(String(row.timestamp).slice(0, 10), "2024-05-01");
    const { severity_text, logger, thread_name, process_pid, body } = row;
    assertEquals([severity_text, logger, thread_name, process_pid, body], [...expected]);
  });
}

Deno.test("normalizeLog() gives a yearless time the newest year not after the file", async () => {
  const before = await oneRow("01-14 10:00:00.123 x", { format: "app" });
  const after = await oneRow("12-31 10:00:00.123 x", { format: "app" });
  assertEquals([before.timestamp, before.year_source], [
    "2026-01-14T10:00:00.123000Z",
    "file_mtime",
  ]);
  assertEquals([after.timestamp, after.year_source], ["2025-12-31T10:00:00.123000Z", "rollover"]);
  const leap = await oneRow("Feb 29 10:00:00 h a: x");
  assertEquals(leap.timestamp, "2024-02-29T10:00:00.000000Z");
});

Deno.test("normalizeLog() says where the zone comes from", async () => {
  const line = "2024-05-01 10:00:00 INFO x";
  const assumed = await oneRow(line);
  const configured = await oneRow(line, { timezone: "+02:00" });
  const written = await oneRow(line.replace(" INFO", "-05:30 INFO"));
  assertEquals([assumed.tz_source, assumed.timestamp], [
    "assumed_utc",
    "2024-05-01T10:00:00.000000Z",
  ]);
  assertEquals([configured.tz_source, configured.timestamp], [
    "configured",
    "2024-05-01T08:00:00.000000Z",
  ]);
  assertEquals([written.tz_source, written.timestamp], ["explicit", "2024-05-01T15:30:00.000000Z"]);
});

Deno.test("normalizeLog() reads times by the clocks of their zone, summer and winter", async () => {
  const timeOf = async (local: string, timezone: string) =>
    (await oneRow(`${local} INFO x`, { timezone })).timestamp;
  const berlin = (local: string) => timeOf(local, "Europe/Berlin");
  assertEquals(await berlin("2024-07-01 10:00:00"), "2024-07-01T08:00:00.000000Z");
  assertEquals(await berlin("2024-01-01 10:00:00"), "2024-01-01T09:00:00.000000Z");
  // Around both changes of 2024; the hour that happens twice is the first of the two.
  assertEquals(await berlin("2024-03-31 01:59:59"), "2024-03-31T00:59:59.000000Z");
  assertEquals(await berlin("2024-03-31 03:00:00"), "2024-03-31T01:00:00.000000Z");
  assertEquals(await berlin("2024-10-27 02:30:00"), "2024-10-27T00:30:00.000000Z");
  assertEquals(await berlin("2024-10-27 03:00:00"), "2024-10-27T02:00:00.000000Z");
  assertEquals(
    await timeOf("2024-01-01 00:00:00", "Asia/Kathmandu"),
    "2023-12-31T18:15:00.000000Z",
  );
});

Deno.test("normalizeLog() gives a yearless time the configured year", async () => {
  const row = await oneRow("Dec 31 23:30:00 h a: x", { year: 2019, timezone: "America/New_York" });
  assertEquals([row.timestamp, row.year_source, row.tz_source], [
    "2020-01-01T04:30:00.000000Z",
    "configured",
    "configured",
  ]);
  const written = await oneRow("2024-05-01 10:00:00 INFO x", { year: 2019 });
  assertEquals([written.timestamp, written.year_source], [
    "2024-05-01T10:00:00.000000Z",
    "explicit",
  ]);
  const missing = await oneRow("Feb 29 10:00:00 h a: x", { year: 2023 });
  assertEquals([missing.timestamp, missing.parse_status], [undefined, "partial"]);
});

Deno.test("normalizeLog() compares a yearless time with the file on the same clocks", async () => {
  // 23:30 in New York is the next day in UTC, on which the file was changed last.
  const row = await oneRow("Jan 14 23:30:00 h a: x", { timezone: "America/New_York" });
  assertEquals([row.timestamp, row.year_source], ["2026-01-15T04:30:00.000000Z", "file_mtime"]);
});

Deno.test("normalizeLog() throws RangeError for a zone or year that does not exist", async () => {
  await assertRejects(() => oneRow("x", { timezone: "Europe/Atlantis" }), RangeError);
  await assertRejects(() => oneRow("x", { year: 20.5 }), RangeError, "year is 20.5");
});
