import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

const STAMP = "2026-01-12T05:30:01.971341001Z";

type Want = Readonly<Record<string, unknown>>;

/** What follows the time of `kubectl logs --timestamps`, and columns of its record. */
const LINES: readonly (readonly [inner: string, want: Want])[] = [
  ['203.0.113.9 - bob [12/Jan/2026:06:30:00 +0100] "GET /a HTTP/1.1" 500 96 "-" "curl/8"', {
    ...{ format: "combined", timestamp: "2026-01-12T05:30:00.000000Z", http_status: 500 },
    ...{ client_address: "203.0.113.9", user_name: "bob", url_path: "/a", user_agent: "curl/8" },
  }],
  ["E0112 05:30:00.123456       1 a.go:7] order 5", {
    ...{ format: "glog", timestamp: "2026-01-12T05:30:00.123456Z", severity_text: "E" },
    body: "order 5",
  }],
  ["2026/01/12 05:30:00 [error] 7#8: *9 order 5", {
    ...{ format: "nginx_error", timestamp: "2026-01-12T05:30:00.000000Z" },
    ...{ severity_text: "error", body: "order 5" },
  }],
  ["1:M 12 Jan 2026 05:30:00.123 # order 5", {
    ...{ format: "redis", timestamp: "2026-01-12T05:30:00.123000Z", body: "order 5" },
  }],
  ["Jan 12 05:30:00 web1 app[7]: order 5", {
    ...{ format: "rfc3164", timestamp: "2026-01-12T05:30:00.000000Z", body: "order 5" },
    ...{ host_name: "web1", process_pid: "7" },
  }],
  ['{"level":"error","msg":"order 5"}', {
    ...{ format: "jsonl", timestamp: "2026-01-12T05:30:01.971341Z", body: "order 5" },
  }],
  // A plain line is one with its time.
  ["INFO order 5", {
    ...{ format: "app", timestamp: "2026-01-12T05:30:01.971341Z", severity_text: "INFO" },
    ...{ body: "order 5" },
  }],
  ["INFO saw [12/Jan/2026:06:30:00 +0100] here", {
    ...{ format: "app", body: "saw [12/Jan/2026:06:30:00 +0100] here", severity_text: "INFO" },
  }],
];

Deno.test("normalizeLog() reads the line after the time of kubectl and docker by its own format", async () => {
  for (const before of ["", "web-1  | ", "[pod/web-0/web] "]) {
    for (const [inner, want] of LINES) {
      const { rows, rejects, summary } = await normalize(`${before}${STAMP} ${inner}\n`.repeat(30));
      assertEquals([inner, rows.length, rejects.length], [inner, 30, 0]);
      const found = Object.fromEntries(Object.keys(want).map((name) => [name, rows[29]?.[name]]));
      const isTimed = found["timestamp"] !== "2026-01-12T05:30:01.971341Z" && "timestamp" in want;
      if (isTimed) {
        const { envelope_time } = rows[29]?.attributes as Record<string, string>;
        assertEquals([inner, envelope_time], [inner, STAMP]);
      }
      assertEquals(found, want);
      assertEquals([inner, summary.partial], [inner, 0]);
    }
  }
});

Deno.test("normalizeLog() counts the statuses of an access log with kubectl's times", async () => {
  const line = (status: number) =>
    `${STAMP} 203.0.113.9 - - [12/Jan/2026:06:30:00 +0100] "GET /a HTTP/1.1" ${status} 9\n`;
  const text = line(200).repeat(20) + line(503).repeat(5);
  for (const records of [true, false]) {
    const { metrics } = (await normalize(text, { records })).summary;
    assertEquals([metrics.errors, metrics.statuses], [5, { "200": 20, "503": 5 }]);
  }
});
