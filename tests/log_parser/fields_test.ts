import { assertEquals } from "@std/assert";
import { normalize, type Row } from "./_normalize.ts";

/** A line, and columns that its record must have; `null`: there is no value. */
const LINES: readonly (readonly [line: string, want: Row])[] = [
  [
    "[Sun Jan 04 04:47:44.123456 2026] [core:error] [pid 5:tid 6] [client 192.0.2.7:555] AH00126: x",
    { client_address: "192.0.2.7", attributes: { client_port: "555", code: "AH00126" } },
  ],
  [
    "[Sun Jan 04 04:47:44.123456 2026] [core:error] [pid 5] [client 2001:db8::7:555] x",
    { client_address: "2001:db8::7", attributes: { client_port: "555" } },
  ],
  [
    "[Sun Jan 04 04:47:44 2026] [error] [client 2001:db8::7:555] x",
    { client_address: "2001:db8::7:555", attributes: null },
  ],
  [
    "2026-01-10 10:00:00,123 [5] ERROR My.App.Service - boom",
    { thread_name: "5", process_pid: null, logger: "My.App.Service", body: "boom" },
  ],
  ["2026-01-10 10:00:00,123 [5] ERROR boom", {
    process_pid: null,
    thread_name: null,
    attributes: { context: "5" },
  }],
  [
    "[2026-01-10T10:00:00,123][INFO ][logstash.javapipeline    ][main] started",
    { logger: "logstash.javapipeline", thread_name: null, body: "started" },
  ],
  [
    '{"ts":1768039200.123456789,"level":"info","n":123.45678901234567}',
    {
      timestamp_raw: "1768039200.123456789",
      timestamp_nanos: 1768039200123456789,
      attributes: { n: "123.45678901234567" },
    },
  ],
  [
    '{"time":"2026-01-10T10:00:00Z","status":200,"request":"GET /a?b=1 HTTP/1.1","level":"info"}',
    { http_method: "GET", url_path: "/a", url_query: "b=1", http_version: "1.1", attributes: null },
  ],
  [
    '{"time":"2026-01-10T10:00:00Z","level":"info","request":"of a user"}',
    { http_method: null, url_path: null, attributes: { request: "of a user" } },
  ],
  [
    '{"time":"2026-01-10T10:00:00Z","level":"info","uri":"/u","request":"GET /a HTTP/1.1"}',
    { url_path: "/u", attributes: { request: "GET /a HTTP/1.1" } },
  ],
  [
    '{"t":{"$date":"2026-01-10T10:00:00.123+00:00"},"s":"I","c":"COMMAND","id":51803,"ctx":"conn1","msg":"Slow query","attr":{"ns":"a.b","durationMillis":118}}',
    { duration_ns: 118_000_000, severity_number: 9 },
  ],
  [
    '2026-01-10T10:00:00.123456Z my-lb 192.0.2.7:2817 10.0.0.1:80 0.001 0.020 0.003 200 200 0 29 "GET http://h:80/ HTTP/1.1"',
    { duration_ns: 24_000_000, http_status: 200 },
  ],
];

Deno.test("normalizeLog() puts each field in its own column", async () => {
  for (const [line, want] of LINES) {
    const { rows } = await normalize(`${line}\n`);
    const found = Object.fromEntries(
      Object.keys(want).map((name) => [name, rows[0]?.[name] ?? null]),
    );
    assertEquals([line, found], [line, want]);
  }
});

Deno.test("normalizeLog() sums no bytes of responses where no line says how many there are", async () => {
  const bytesOf = async (more: string) => {
    const line = `{"time":"2026-01-10T10:00:00Z","level":"info","status":200${more}}\n`;
    const { summary } = await normalize(line.repeat(3));
    return summary.metrics.responseBytes;
  };
  assertEquals(await bytesOf(""), undefined);
  assertEquals(await bytesOf(',"size_of_body":7'), undefined);
  assertEquals(await bytesOf(',"bytes_sent":0'), 0);
  assertEquals(await bytesOf(',"bytes_sent":7'), 21);
});
