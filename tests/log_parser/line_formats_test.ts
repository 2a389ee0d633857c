import { assertEquals } from "@std/assert";
import { normalize, oneRow, type Row } from "./_normalize.ts";

const TIMES = ["timestamp_raw", "tz_source", "year_source", "parse_status"] as const;

/** The record without what the tests of timestamps look at. */
async function fields(line: string, format = "auto"): Promise<Row> {
  const row = await oneRow(line, { format });
  for (const name of TIMES) delete row[name];
  return row;
}

const CASES: readonly (readonly [title: string, line: string, expected: Row])[] = [
  [
    "nested JSON with exact numbers",
    '{"time":"2024-05-01T10:00:00.123456789Z","level":"warn","msg":"m","a":{"b":9007199254740993,"c":[1,"x"],"d":null,"e":1.50},"ok":true}',
    {
      format: "jsonl",
      timestamp: "2024-05-01T10:00:00.123456Z",
      severity_number: 13,
      severity_text: "warn",
      body: "m",
      attributes: { "a.b": "9007199254740993", "a.c": '[1,"x"]', "a.e": "1.50", ok: "true" },
    },
  ],
  [
    "docker JSON",
    '{"log":"started\\n","stream":"stdout","time":"2024-05-01T10:00:00.5Z"}',
    {
      format: "container",
      timestamp: "2024-05-01T10:00:00.500000Z",
      body: "started",
      attributes: { stream: "stdout" },
    },
  ],
  [
    "pino JSON",
    '{"level":50,"time":1714557600123,"pid":7,"hostname":"h","msg":"boom","err":{"type":"TypeError","message":"x","stack":"TypeError: x"},"responseTime":1.5}',
    {
      format: "jsonl",
      timestamp: "2024-05-01T10:00:00.123000Z",
      severity_number: 17,
      severity_text: "50",
      body: "boom",
      host_name: "h",
      process_pid: "7",
      duration_ns: 1_500_000,
      error_type: "TypeError",
      error_message: "x",
      error_stack: "TypeError: x",
    },
  ],
  ["zap JSON", '{"ts":1714557600.25,"level":"dpanic","logger":"a.b","msg":"m","__proto__":"p"}', {
    format: "jsonl",
    timestamp: "2024-05-01T10:00:00.250000Z",
    severity_number: 18,
    severity_text: "dpanic",
    body: "m",
    logger: "a.b",
    attributes: JSON.parse('{"__proto__":"p"}'),
  }],
  [
    "JSON of HTTP",
    '{"msg":"m","method":"GET","path":"/a?b","status":503,"user_agent":"u","status_code":1}',
    {
      format: "jsonl",
      body: "m",
      http_method: "GET",
      url_original: "/a?b",
      url_path: "/a",
      url_query: "b",
      http_status: 503,
      user_agent: "u",
      attributes: { status_code: "1" },
    },
  ],
  ["logfmt", 'ts=2024-05-01T10:00:00Z level=error msg="a \\"b\\"" n=1 done empty=', {
    format: "logfmt",
    timestamp: "2024-05-01T10:00:00.000000Z",
    severity_number: 17,
    severity_text: "error",
    body: 'a "b"',
    attributes: { n: "1", done: "true", empty: "" },
  }],
  [
    "RFC 5424 with structured data",
    '<165>1 2003-10-11T22:14:15.003-07:00 h app 12-x ID47 [a@1 k="v\\]\\"\\\\\\n" e=""][b] \uFEFFmsg',
    {
      format: "rfc5424",
      timestamp: "2003-10-12T05:14:15.003000Z",
      severity_number: 10,
      severity_text: "notice",
      body: "msg",
      service_name: "app",
      host_name: "h",
      process_pid: "12-x",
      syslog_facility: 20,
      syslog_msgid: "ID47",
      syslog_sd: { "a@1": { k: 'v]"\\\\n', e: "" }, b: {} },
    },
  ],
  ["RFC 5424 of nothing", "<0>1 - - - - - -", {
    format: "rfc5424",
    severity_number: 21,
    severity_text: "emerg",
    syslog_facility: 0,
  }],
  [
    "RFC 3164 with priority",
    "<34>Oct 11 22:14:15 mymachine su[12]: 'su root' failed",
    {
      format: "rfc3164",
      timestamp: "2025-10-11T22:14:15.000000Z",
      severity_number: 18,
      severity_text: "crit",
      body: "'su root' failed",
      service_name: "su",
      host_name: "mymachine",
      process_pid: "12",
      syslog_facility: 4,
    },
  ],
  ["RFC 3164 with a blank after the priority", "<37> Oct 11 22:14:15.5 h1  IP6[015]: x", {
    format: "rfc3164",
    timestamp: "2025-10-11T22:14:15.500000Z",
    severity_number: 10,
    severity_text: "notice",
    body: "x",
    service_name: "IP6",
    host_name: "h1",
    process_pid: "015",
    syslog_facility: 4,
  }],
  ["RFC 3164 without host", "Jan  2 03:04:05 cron[7]: x", {
    format: "rfc3164",
    timestamp: "2026-01-02T03:04:05.000000Z",
    body: "x",
    service_name: "cron",
    process_pid: "7",
  }],
  [
    "rsyslog's ISO time",
    "2024-05-01T10:00:00.5+02:00 h1 sshd[9]: bye",
    {
      format: "rfc3164",
      timestamp: "2024-05-01T08:00:00.500000Z",
      body: "bye",
      service_name: "sshd",
      host_name: "h1",
      process_pid: "9",
    },
  ],
  [
    "Apache 2.4 error",
    "[Wed Oct 11 14:32:52.123456 2023] [core:trace3] [pid 35:tid 46] (13)Permission denied: [client 203.0.113.9:55] AH00132: cannot open, referer: http://r.example/",
    {
      format: "apache_error",
      timestamp: "2023-10-11T14:32:52.123456Z",
      severity_number: 2,
      severity_text: "trace3",
      body: "cannot open",
      logger: "core",
      process_pid: "35",
      thread_name: "46",
      client_address: "203.0.113.9",
      referrer: "http://r.example/",
      attributes: { os_error: "(13)Permission denied", client_port: "55", code: "AH00132" },
    },
  ],
  [
    "Apache's error log with an access log's time",
    "[01/Mar/2021:12:00:19 +0100] [ab:alert] [pid 4803:tid 3814] [client 203.0.113.9:80] I will",
    {
      format: "apache_error",
      timestamp: "2021-03-01T11:00:19.000000Z",
      severity_number: 19,
      severity_text: "alert",
      body: "I will",
      logger: "ab",
      process_pid: "4803",
      thread_name: "3814",
      client_address: "203.0.113.9",
      attributes: { client_port: "80" },
    },
  ],
  [
    "Apache's error log with ISO's time, and a place in its code",
    "[2021-06-04 15:40:27.138633] [authz_core:debug] [pid 9] mod_authz_core.c(820): [client 203.0.113.9:5] AH01626: granted",
    {
      format: "apache_error",
      timestamp: "2021-06-04T15:40:27.138633Z",
      severity_number: 5,
      severity_text: "debug",
      body: "granted",
      logger: "authz_core",
      process_pid: "9",
      client_address: "203.0.113.9",
      attributes: { source: "mod_authz_core.c(820)", client_port: "5", code: "AH01626" },
    },
  ],
  [
    "nginx error",
    '2024/05/01 10:00:00 [crit] 31#32: *5 open() "/a, client: b" failed (2: No), client: 203.0.113.9, server: s, request: "GET /a?b HTTP/1.1", upstream: "http://u/x", host: "h", referrer: "http://r/"',
    {
      format: "nginx_error",
      timestamp: "2024-05-01T10:00:00.000000Z",
      severity_number: 18,
      severity_text: "crit",
      body: 'open() "/a, client: b" failed (2: No)',
      process_pid: "31",
      thread_name: "32",
      client_address: "203.0.113.9",
      http_method: "GET",
      url_original: "/a?b",
      url_path: "/a",
      url_query: "b",
      http_version: "1.1",
      referrer: "http://r/",
      attributes: { connection: "5", server: "s", upstream: "http://u/x", host: "h" },
    },
  ],
];

for (const [title, line, expected] of CASES) {
  Deno.test(`normalizeLog() reads ${title}`, async () => {
    assertEquals(await fields(line), { ...expected });
  });
}

const REFUSED: readonly (readonly [format: string, line: string, column: number])[] = [
  ["jsonl", '{"a":1,}', 8],
  ["jsonl", '{"a":', 6],
  ["logfmt", 'a=1 b="x', 7],
  ["logfmt", "a=1 b=2=3", 8],
  ["logfmt", "a=1 b=2 =3", 9],
  ["logfmt", 'a=1 b=2 c"d"=3', 10],
  ["rfc5424", "<192>1 - - - - - -", 2],
  ["rfc5424", "<1>1 2024-05-01T10:00:00 h a p m -", 6],
  ["rfc5424", "<1>1 2024-05-01T23:59:60Z h a p m -", 6],
  ["rfc5424", "<1>1 - h a p", 12],
  ["rfc5424", "<1>1 - h a p m x", 16],
  ["rfc5424", '<1>1 - h a p m [a b="c]', 21],
  ["rfc5424", "<1>1 - h a p m [a][a]", 20],
  ["rfc5424", "<1>1 - h a p m [a b=c]", 20],
  ["rfc5424", "<1>1 - h a p m [a]x", 19],
  ["rfc3164", "<999>Oct 11 22:14:15 h su: x", 2],
  ["apache_error", "[Wed Oct 11 14:32:52 2023] no level", 28],
  // Half of a surrogate pair is no text once it is read.
  ["jsonl", '{"level":"info","msg":"\\ud83d!"}', 24],
  ["jsonl", '{"log":"\\ud83d!\\n","stream":"stdout","time":"2026-01-28T16:04:05Z"}', 9],
  ["logfmt", 'level=info msg="\\ud83d!"', 16],
];

Deno.test("normalizeLog() refuses what breaks its format, with the column", async () => {
  const found: unknown[] = [];
  for (const [format, line] of REFUSED) {
    const { rejects } = await normalize(line, { format });
    found.push([format, line, rejects[0]?.code === "line-malformed" && rejects[0].place.column]);
  }
  assertEquals(found, REFUSED.map((row) => [...row]));
});

Deno.test("normalizeLog() takes only lines of the format that is asked for", async () => {
  const common = '203.0.113.7 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1';
  const { rejects } = await normalize(common, { format: "combined" });
  assertEquals(rejects[0]?.message, "expected a line of format combined, found common");
  const other = await normalize("2024-05-01 10:00:00 INFO x", { format: "jsonl" });
  assertEquals(other.rejects[0]?.code, "line-unrecognized");
  const trace = "java.lang.IllegalStateException: x\n\tat a.b(C.java:1)\n";
  const counts = [];
  for (const format of ["jsonl", "app", "trace", "auto"]) {
    const { summary } = await normalize(trace, { format });
    counts.push([format, summary.records, summary.quarantined]);
  }
  assertEquals(counts, [["jsonl", 0, 2], ["app", 1, 0], ["trace", 1, 0], ["auto", 1, 0]]);
});
