import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

const ACCESS = '203.0.113.9 - - [01/May/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl"';

/** A line of each format that is found inside syslog, and what its record must have. */
const LINES: readonly (readonly [format: string, line: string, want: Record<string, unknown>])[] = [
  ["combined", ACCESS, { http_status: 200, client_address: "203.0.113.9" }],
  [
    "haproxy",
    '203.0.113.9:33317 [01/May/2026:10:00:00.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 "GET /a HTTP/1.1"',
    { http_status: 200, duration_ns: 109_000_000 },
  ],
  [
    "nginx_error",
    "2026/05/01 10:00:00 [error] 32#33: *6 boom, client: 203.0.113.9",
    { severity_number: 17, process_pid: "32", client_address: "203.0.113.9" },
  ],
  ["postgresql", "[5-1] app@shop ERROR:  boom", { severity_number: 17, user_name: "app" }],
  ["jsonl", '{"level":"error","msg":"boom"}', { severity_number: 17, body: "boom" }],
  ["logfmt", "level=error msg=boom a=1", { severity_number: 17, body: "boom" }],
  [
    "app",
    "2026-05-01 10:00:00,123 ERROR [main] a.B - boom",
    { severity_number: 17, body: "boom", thread_name: "main" },
  ],
  ["glog", "E0501 10:00:00.123456 7 a.go:12] boom", { severity_number: 17, body: "boom" }],
];

/** They read nearly any line. */
const LENIENT: ReadonlySet<string> = new Set(["app", "logfmt"]);

const ENVELOPES: readonly (readonly [title: string, around: (line: string) => string])[] = [
  ["rfc3164", (line) => `May  1 10:00:00 web1 shop[7]: ${line}`],
  ["rfc3164 with a priority", (line) => `<134>May  1 10:00:00 web1 shop[7]: ${line}`],
  ["rfc5424", (line) => `<134>1 2026-05-01T10:00:00Z web1 shop 7 - - ${line}`],
];

Deno.test("normalizeLog() reads a format that is asked for inside syslog, as detection does", async () => {
  const mtimeMs = Date.UTC(2026, 4, 2);
  for (const [format, line, want] of LINES) {
    for (const [title, around] of ENVELOPES) {
      const text = `${around(line)}\n${around("nothing of the kind")}\n`;
      const { rows, rejects } = await normalize(text, { format, mtimeMs });
      const expected = { format, host_name: "web1", service_name: "shop", ...want };
      const names = Object.keys(expected);
      const found = Object.fromEntries(names.map((name) => [name, rows[0]?.[name]]));
      assertEquals([title, found], [title, expected]);
      if (!LENIENT.has(format)) assertEquals([format, title, rejects.length], [format, title, 1]);
      const { rows: detected } = await normalize(`${around(line)}\n`, { mtimeMs });
      assertEquals([title, detected[0]], [title, rows[0]]);
    }
  }
});

Deno.test("normalizeLog() reads a format that is asked for in the journal and behind a time", async () => {
  const { rows } = await normalize(
    `${JSON.stringify({ __REALTIME_TIMESTAMP: "1777629600000000", MESSAGE: ACCESS })}\n` +
      `2026-05-01T10:00:00.1Z ${ACCESS}\n${ACCESS}\n`,
    { format: "combined" },
  );
  assertEquals(rows.map((row) => [row.format, row.http_status]), [
    ["combined", 200],
    ["combined", 200],
    ["combined", 200],
  ]);
});
