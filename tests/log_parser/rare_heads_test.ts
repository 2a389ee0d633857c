import { assertEquals } from "@std/assert";
import { oneRow } from "./_normalize.ts";

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
