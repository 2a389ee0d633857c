import { assertEquals } from "@std/assert";
import { oneRow } from "./_normalise.ts";

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
  ["2024-05-01T10:00:00.123+02:00  INFO 77 --- [  main] o.s.B : up", [
    "INFO",
    "o.s.B",
    "main",
    "77",
    "up",
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
  ["2024-05-01 10:00:00.1 UTC [12] LOG:  ready", ["LOG", undefined, undefined, "12", "ready"]],
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
    "main.go:12: x",
  ]],
];

for (const [line, expected] of LINES) {
  Deno.test(`normaliseLog() reads the application line "${line.slice(0, 60)}"`, async () => {
    const row = await oneRow(line);
    assertEquals(row.format, "app");
    assertEquals(String(row.timestamp).slice(0, 10), "2024-05-01");
    const { severity_text, logger, thread_name, process_pid, body } = row;
    assertEquals([severity_text, logger, thread_name, process_pid, body], [...expected]);
  });
}

Deno.test("normaliseLog() gives a yearless time the newest year not after the file", async () => {
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

Deno.test("normaliseLog() says where the zone comes from", async () => {
  const line = "2024-05-01 10:00:00 INFO x";
  const assumed = await oneRow(line);
  const configured = await oneRow(line, { utcOffsetMinutes: 120 });
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
