import { assertEquals } from "@std/assert";
import { normalize, oneRow } from "./_normalize.ts";

const ACCESS = '203.0.113.9 - - [12/Jan/2026:06:29:59 +0100] "GET /a HTTP/1.1" 301 96 "-" "curl/8"';

const ENVELOPES: readonly (readonly [before: string, kept: Record<string, string>])[] = [
  ["Jan 12 06:30:00 web1 nginx[123]: ", {
    host_name: "web1",
    service_name: "nginx",
    process_pid: "123",
  }],
  ["<190>Jan 12 06:30:00 web1 nginx: ", { host_name: "web1", severity_text: "info" }],
  ["<165>1 2026-01-12T05:30:00Z web1 nginx 12 ID4 - ", { host_name: "web1", syslog_msgid: "ID4" }],
  ["2026-01-12T05:30:00.413656027Z stdout F ", {}],
  ["web-1  | ", { service_name: "web-1" }],
  ["[pod/web-0/nginx] ", { service_name: "nginx" }],
  ["\u001b[32m", {}],
];

Deno.test("normalizeLog() reads what an envelope holds and keeps what the envelope knows", async () => {
  for (const [before, kept] of ENVELOPES) {
    const row = await oneRow(before + ACCESS);
    const { format, client_address, user_name, timestamp } = row;
    assertEquals(
      [before, format, client_address, user_name, timestamp],
      [before, "combined", "203.0.113.9", undefined, "2026-01-12T05:29:59.000000Z"],
    );
    for (const [name, value] of Object.entries(kept)) {
      assertEquals([name, row[name]], [name, value]);
    }
  }
});

Deno.test("normalizeLog() takes no access line that is a part of another line", async () => {
  const { rows, rejects } = await normalize([
    `2026-01-12 10:00:00,123 ERROR [http-1] c.a.Proxy: bad upstream for ${ACCESS}`,
    ACCESS,
    `see ${ACCESS}`,
    `client=${ACCESS}`,
    `upstream failed for ${ACCESS}`,
    ACCESS.replace("203.0.113.9", "10.0.0.1, failed"),
    ACCESS + ACCESS,
    `${ACCESS} ${ACCESS}`,
  ].join("\n"));
  assertEquals(rows.map((row) => [row.format, row.client_address]), [
    ["app", undefined],
    ["combined", "203.0.113.9"],
  ]);
  assertEquals(rejects.map(({ place }) => place.line), [3, 4, 5, 6, 7, 8]);
});

Deno.test("normalizeLog() joins partial lines and traces per stream, and accounts for each", async () => {
  const { rows, summary } = await normalize(
    `2026-01-28T16:04:05.1Z stdout P 2026-01-28 16:04:05,413 ERROR [main] a.B: part
2026-01-28T16:04:05.2Z stderr F plain text
2026-01-28T16:04:05.3Z stdout F  two
2026-01-28T16:04:05.4Z stdout F java.lang.IllegalStateException: x
2026-01-28T16:04:05.5Z stderr F more text
2026-01-28T16:04:05.6Z stdout F \tat a.B.main(B.java:1)
`,
  );
  assertEquals(rows.map((row) => [row.format, row.body, row.line_count, row.error_type]), [
    ["container", "plain text", 1, undefined],
    ["app", "part two", 4, "java.lang.IllegalStateException"],
    ["container", "more text", 1, undefined],
  ]);
  assertEquals([summary.lines, summary.records, summary.continuation], [6, 3, 3]);
});

Deno.test("normalizeLog() counts a partial line whose end never comes", async () => {
  const { rows, summary } = await normalize(
    "2026-01-28T16:04:05.1Z stdout P one\n2026-01-28T16:04:05.2Z stdout P two\n",
  );
  assertEquals([rows[0]?.body, rows[0]?.line_count, summary.lines], ["onetwo", 2, 2]);
  assertEquals([rows[0]?.parse_status, summary.partial], ["partial", 1]);
});

Deno.test("normalizeLog() says so where a trace ends in half a line", async () => {
  const { rows } = await normalize(
    "2026-01-28T16:04:05.1Z stdout F 2026-01-28 16:04:05,413 ERROR [main] a.B: x\n" +
      "2026-01-28T16:04:05.2Z stdout P \tat a.B.ma",
  );
  assertEquals(rows.map((row) => [row.line_count, row.parse_status]), [[2, "partial"]]);
});
