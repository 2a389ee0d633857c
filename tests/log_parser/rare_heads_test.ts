import { assertEquals } from "@std/assert";
import { normalize, oneRow } from "./_normalize.ts";

const JAN = "2026-01-02T03:04:05.000000Z";

Deno.test("normalizeLog() reads times that are written in a rare form", async () => {
  const cases = [
    ["2026/1/2 3:04:05 WARN boom", JAN],
    ["2026-1-2 03:04:05.000 WARN boom", JAN],
    ["2026-01-02t03:04:05z WARN boom", JAN],
    ["2026-01-02t04:04:05.000+01:00 WARN boom", JAN],
    ["Fri 2026-01-02 03:04:05 WARN boom", JAN],
    ["Fri, 2026-01-02 04:04:05 +0100 WARN boom", JAN],
  ] as const;
  for (const [line, time] of cases) {
    const { timestamp, severity_number, body, parse_status } = await oneRow(line);
    assertEquals([line, timestamp, severity_number, body, parse_status], [
      ...[line, time, 13, "boom", "ok"],
    ]);
  }
  const json = await oneRow('{"time":"2026-01-02t03:04:05z","level":"info","msg":"x"}');
  assertEquals(json["timestamp"], JAN);
});

Deno.test("normalizeLog() reads syslog that has nothing but its priority", async () => {
  const { severity_number, syslog_facility, body, service_name } = await oneRow(
    "<13>ERROR: hello there",
  );
  assertEquals([severity_number, syslog_facility, body, service_name], [
    ...[10, 1, "ERROR: hello there", undefined],
  ]);
  for (const line of ["<13>", "<10> items", "<13><b>", "<div>hello", "<192>hello"]) {
    const { rows, rejects } = await normalize(`${line}\n`);
    assertEquals([line, rows.length, rejects.length], [line, 0, 1]);
  }
});

Deno.test("normalizeLog() takes off what docker services and pm2 put before a line", async () => {
  const text = "2026-01-02 03:04:05 ERROR boom";
  const cases = [
    [`web.1.abc123@node1    | ${text}`, "web", { container: "web.1.abc123", node: "node1" }],
    [`0|shop  | ${text}`, "shop", { pm_id: "0" }],
  ] as const;
  for (const [line, service, attributes] of cases) {
    const row = await oneRow(line);
    assertEquals([line, row["timestamp"], row["severity_number"], row["body"]], [
      ...[line, JAN, 17, "boom"],
    ]);
    assertEquals([row["service_name"], row["attributes"]], [service, attributes]);
  }
});

Deno.test("normalizeLog() reads the level that a syslog message without priority begins with", async () => {
  const cases: readonly (readonly [message: string, level: unknown, body: string])[] = [
    ["ERROR: boom", 17, "boom"],
    ["ERROR boom", 17, "boom"],
    ["WARN  [main] a.B: boom", 13, "[main] a.B: boom"],
    ["INFO:root:boom", 9, "boom"],
    ["[3-1] ERROR:  boom", 17, "boom"],
    ["INFO request received", undefined, "INFO request received"],
    ["DEBUG mode on", undefined, "DEBUG mode on"],
    ["Error: boom", undefined, "Error: boom"],
    ["error: boom", undefined, "error: boom"],
    ["ERRORS: 3", undefined, "ERRORS: 3"],
  ];
  for (const [message, level, text] of cases) {
    const { severity_number, body, service_name } = await oneRow(
      `Jan 12 06:25:01 web1 app[1]: ${message}`,
    );
    assertEquals([message, severity_number, body, service_name], [message, level, text, "app"]);
  }
  // The priority says what the level is.
  const row = await oneRow("<14>Jan 12 06:25:01 web1 app[1]: ERROR: boom");
  assertEquals([row["severity_number"], row["body"]], [9, "ERROR: boom"]);
});
