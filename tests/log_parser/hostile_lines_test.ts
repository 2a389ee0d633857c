import { assert, assertEquals } from "@std/assert";
import { normalize, type Row } from "./_normalize.ts";

/** Lines of a log, columns that its records must have in their order, and how many lines are rejected. */
type Case = readonly [
  name: string,
  lines: readonly string[],
  want: readonly Row[],
  rejected?: number,
  options?: {
    readonly timezone?: string;
    readonly strict?: boolean;
    readonly format?: "logfmt";
    readonly mtimeMs?: number;
  },
];

const AT = "2025-05-01T10:00:00";
const ACCESS = '"GET /a HTTP/1.1" 200 5 "-" "x"';
const JAVA = "2025-05-01 10:00:00,123 INFO [main] a.B - ok";

/** What each line of Cisco's says, and the time of the server that stored it. */
const CISCO = {
  format: "rfc3164",
  timestamp: "2026-10-09T19:01:19.123000Z",
  severity_number: 17,
  severity_text: "err",
  service_name: "%LINK-3-UPDOWN",
  body: "down",
};
const STORED = { envelope_time: "Oct  9 19:01:20" };

/** Each was once read wrongly, and called right, or lost in the text of the event above it. */
const CASES: readonly Case[] = [
  ["syslog with a zone and a year", [
    "<165>Aug 24 05:34:00 CST 1987 mymachine myproc[10]: %% x",
    "Jan  5 01:02:03 MSK app[1]: a host of a zone's name",
    "Jan  5 01:02:03.123 UTC: %SYS-5-CONFIG_I: Configured",
    "Jan 05 2025 01:02:03 fw01 : %ASA-6-302013: Built",
  ], [
    { timestamp: "1987-08-24T11:34:00.000000Z", host_name: "mymachine", service_name: "myproc" },
    { host_name: "MSK", service_name: "app", tz_source: "assumed_utc" },
    { host_name: null, service_name: "%SYS-5-CONFIG_I", tz_source: "explicit" },
    { host_name: "fw01", service_name: "%ASA-6-302013", body: "Built" },
  ]],
  ["JSON behind @cee in syslog", [
    '<34>1 2025-05-01T10:00:00Z h app 12 - - @cee: {"level":"error","msg":"boom"}',
  ], [{ severity_number: 17, body: "boom", host_name: "h", process_pid: "12" }]],
  ["Heroku's router", [
    `${AT}.123456+00:00 heroku[router]: at=info path="/a" service=18ms status=200`,
  ], [{ service_name: "heroku", process_pid: "router" }]],
  ["a time that is called service", [
    "at=info method=GET path=/ service=18ms status=200",
  ], [{ service_name: null, http_status: 200 }]],
  ["a quoted number is no address", [
    `203.0.113.9 - - [10/Oct/2025:13:55:36 -0700] ${ACCESS} "0.123"`,
  ], [{ attributes: { field_1: "0.123" } }]],
  ["a virtual host, the client and a user", [
    `example.com 203.0.113.9 - [10/Oct/2025:13:55:36 -0700] ${ACCESS}`,
  ], [{ client_address: "203.0.113.9", service_name: "example.com", attributes: null }]],
  ["access lines with other times", [
    `203.0.113.9 - - [2025-05-01T10:00:00+02:00] ${ACCESS}`,
    `203.0.113.9 - - [01/May/2025:10:00:00.123 +0200] ${ACCESS}`,
    '203.0.113.9 - - [01/May/2025 10:00:00] "GET /a HTTP/1.1" 404 -',
    `203.0.113.9 - "john doe" [01/May/2025:10:00:00 +0200] ${ACCESS}`,
  ], [
    { http_status: 200, timestamp: "2025-05-01T08:00:00.000000Z" },
    { http_status: 200, timestamp: "2025-05-01T08:00:00.123000Z" },
    { http_status: 404, tz_source: "assumed_utc" },
    { user_name: "john doe" },
  ]],
  ["a request of nginx's errors with spaces", [
    '2025/05/01 10:00:00 [error] 1#2: *3 x, client: 203.0.113.9, request: "GET /a, b HTTP/1.1"',
  ], [{ url_path: "/a, b", http_version: "1.1", body: "x" }]],
  ["the module of Rust's tracing is no target", [
    `{"timestamp":"${AT}Z","level":"WARN","fields":{"message":"m"},"target":"app::db"}`,
  ], [{ url_original: null, logger: "app::db", body: "m" }]],
  ["journald's bytes, and a line in its message", [
    '{"__REALTIME_TIMESTAMP":"1746093600123456","PRIORITY":"6","MESSAGE":[104,105]}',
    `{"__REALTIME_TIMESTAMP":"1746093600123456","PRIORITY":"6","MESSAGE":"${
      JAVA.replace("INFO", "ERROR")
    }"}`,
  ], [{ body: "hi", severity_number: 9 }, { body: "ok", severity_number: 17, format: "app" }]],
  ["the message before the name of the event, in any order", [
    '{"event":"page-read","message":"A page was read"}',
    '{"event":"user logged in","level":"info"}',
  ], [
    { body: "A page was read", attributes: { event: "page-read" } },
    { body: "user logged in", attributes: null },
  ]],
  ["a date and a time in fields of their own", [
    '{"date":"2025-05-01","time":"10:00:00","msg":"a"}',
    '{"time":"10:00:00","msg":"b"}',
  ], [
    { timestamp: `${AT}.000000Z`, parse_status: "ok" },
    { timestamp: null, parse_status: "partial", attributes: { time: "10:00:00" } },
  ]],
  [
    "CSV with stray quotes",
    [
      "timestamp,level,message",
      `${AT}Z,INFO,a"b`,
      `${AT}Z,INFO,"a"b`,
      `${AT}Z,INFO,"open`,
      `${AT}Z,ERROR,"boom"`,
    ],
    [{ severity_number: 17, body: "boom" }],
    3,
  ],
  ["CSV whose header has words of another language", [
    "Zeit;Stufe;Dauer (ms);Text",
    "01.05.2025 10:00:00;INFO;12.5;a",
  ], [{
    timestamp: `${AT}.000000Z`,
    attributes: { Stufe: "INFO", "Dauer (ms)": "12.5", Text: "a" },
  }]],
  ["CSV without a header", [`${AT}Z,ERROR,boom`], [{ severity_number: 17, body: "boom" }]],
  ["CloudFront's whole seconds", [
    "#Fields: date time x-edge-location time-taken",
    "2025-05-01\t10:00:00\tLAX1\t1",
  ], [{ duration_ns: 1_000_000_000 }]],
  [
    "an access line and others under an event",
    [
      JAVA,
      "203.0.113.9 odd [2025-05-01 10:00:00] what",
      "web-1 2025-05-01 10:00:01 ERROR boom",
      "started at 2025-05-01 10:00:01",
      "1746093600 ERROR epoch",
    ],
    [{ body: "ok\nstarted at 2025-05-01 10:00:01" }, { severity_number: 17, body: "epoch" }],
    2,
  ],
  [
    "lines with the id of a call before the time, and lines without",
    Array.from({ length: 4 }, () => [
      "2025-05-01 10:00:00.123456 99.00% [NOTICE] a.c:1 New Channel",
      "3f2a4b5c-0000-4000-8000-000000000001 2025-05-01 10:00:01.123456 99.00% [ERR] b.c:12 boom",
      "3f2a4b5c-0000-4000-8000-000000000001 EXECUTE [depth=0] answer()",
      "2025-05-01 10:00:02.123456 99.00% [INFO] a.c:1 up",
      "3f2a4b5c-0000-4000-8000-000000000002 2025-05-01 10:00:03.123456 99.00% [WARNING] b.c:12 slow",
      "since 2025-05-01 10:00:03 all is well",
    ]).flat(),
    Array.from({ length: 4 }, () => [
      { severity_number: 10, logger: null, line_count: 1 },
      {
        severity_number: 17,
        line_count: 2,
        attributes: { column_1: "99.00%", prefix_1: "3f2a4b5c-0000-4000-8000-000000000001" },
      },
      { severity_number: 9, line_count: 1 },
      { severity_number: 13, line_count: 2 },
    ]).flat(),
  ],
  [
    "an object that the line above announces, and others",
    Array.from({ length: 4 }, () => [
      "[2025/05/01 10:00:00] [error] [output:es:es.0] HTTP status=429 URI=/_bulk, response:",
      '{"message":"x","status":429}',
      "[2025/05/01 10:00:01] [ info] [engine] started:",
      '{"time":"2025-05-01T10:00:02Z","msg":"m"}',
      "[2025/05/01 10:00:03] [ info] [engine] started",
      '{"msg":"m2"}',
    ]).flat(),
    Array.from({ length: 4 }, () => [
      { severity_number: 17, line_count: 2 },
      { body: "started:", line_count: 1 },
      { format: "jsonl", body: "m" },
      { body: "started", line_count: 1 },
      { format: "jsonl", body: "m2" },
    ]).flat(),
  ],
  ["dashes that few messages begin with", [
    "2025-05-01 10:00:00 INFO --- begin ---",
    "2025-05-01 10:00:00 WARN - item one",
    "2025-05-01 10:00:00 - a.b - INFO - of another layout",
    "2025-05-01 10:00:00 ERROR [main] a.B - boom",
  ], [
    { body: "--- begin ---" },
    { body: "- item one" },
    { body: "of another layout", logger: "a.b" },
    { body: "boom", logger: "a.B" },
  ]],
  ["dashes that all lines have", [
    "2025-05-01 10:00:00 INFO - begin",
    "2025-05-01 10:00:00 WARN - item one",
  ], [{ body: "begin" }, { body: "item one" }]],
  ["a number after the level is not always a process", [
    "2025-05-01 10:00:00 ERROR 404 not found",
    "2025-05-01 10:00:00 ERROR [404] x",
  ], [{ body: "404 not found", process_pid: null }, { process_pid: null, body: "x" }]],
  ["brackets of any kind around the time", [
    "(2025-05-01 10:00:00) <INFO> x",
  ], [{ body: "x", severity_number: 9 }]],
  ["ten digits are no fraction", ["2025-05-01 10:00:00,1234567890 INFO x"], [], 1],
  [
    "a time that clocks skip",
    [
      "2025-03-30 02:30:00 INFO skipped",
      "2025-10-26 02:30:00 INFO twice",
    ],
    [
      { timestamp: null, parse_status: "partial" },
      { timestamp: "2025-10-26T00:30:00.000000Z", parse_status: "ok" },
    ],
    0,
    { timezone: "Europe/Berlin" },
  ],
  [
    "a time that happens twice, strictly",
    ["2025-10-26 02:30:00 INFO twice"],
    [
      { timestamp: null, parse_status: "partial" },
    ],
    0,
    { timezone: "Europe/Berlin", strict: true },
  ],
  ["a panic after a line that has nothing to do with it", [
    "2025/05/01 10:00:00 starting",
    "panic: boom",
    "",
    "goroutine 1 [running]:",
  ], [{ body: "starting", error_type: null }, { error_type: "panic", line_count: 3 }]],
  ["a script that dies before it logs", [
    "/app/index.js:3",
    "    throw new Error('boom');",
    "    ^",
    "",
    "Error: boom",
    "    at Object.<anonymous> (/app/index.js:3:9)",
  ], [{ error_type: "Error", error_message: "boom", line_count: 6 }]],
  ["a group of Python's exceptions", [
    "2025-05-01 10:00:00,123 ERROR x",
    "  + Exception Group Traceback (most recent call last):",
    "  | ExceptionGroup: many (2 sub-exceptions)",
  ], [{ error_type: "ExceptionGroup", body: "x" }]],
  ["Rails' and Monolog's exceptions", [
    "E, [2025-05-01T10:00:01.123456 #1] ERROR -- app: NoMethodError (undefined `x'):",
    "app/a.rb:10:in `x'",
    '[2025-05-01 10:00:00] app.ERROR: boom {"exception":"[object] (A\\\\B(code: 0): text at /a.php:3)',
    "[stacktrace]",
    "#0 /b.php(1): f()",
  ], [
    { error_type: "NoMethodError", error_message: "undefined `x'" },
    { error_type: "A\\\\B", error_message: "text" },
  ]],
  ["a note of the compiler is no event", [
    `[${AT}Z ERROR my::mod] boom`,
    "note: run with `RUST_BACKTRACE=1`",
  ], [{ line_count: 2 }]],
  ["lines of one program with other headers", [
    "F0505 17:59:40.692994       1 a.go:70] fatal",
    "W20250505 17:59:40.692994 28133 a.cc:70] with a year",
    "[2025-05-01, 10:00:00 UTC] {taskinstance.py:1103} ERROR - Failed",
    "1:signal-handler (1746093600) Received SIGTERM",
    "05-01 10:00:00.123 D/Tag( 1234): brief",
  ], [
    { format: "glog", severity_number: 21, line_count: 1 },
    { format: "glog", severity_number: 13 },
    { format: "airflow", severity_number: 17 },
    { format: "redis" },
    { format: "android", severity_number: 5, logger: "Tag" },
  ]],
  ["traces that follow each other with nothing between", [
    "java.lang.IllegalStateException: x",
    "\tat a.B.c(B.java:1)",
    "Caused by: a.E: y",
    "\t... 1 more",
    "java.lang.Error: z",
    "\tat a.B.c(B.java:2)",
    "Traceback (most recent call last):",
    '  File "a.py", line 1, in f',
    "ValueError: v",
    "",
    "During handling of the above exception, another exception occurred:",
    "",
    "Traceback (most recent call last):",
    '  File "a.py", line 2, in f',
    "KeyError: 1",
    "Traceback (most recent call last):",
    '  File "b.py", line 1, in g',
    "OSError: o",
  ], [
    { error_type: "java.lang.IllegalStateException", line_count: 4 },
    { error_type: "java.lang.Error", line_count: 2 },
    { error_type: "KeyError", line_count: 9 },
    { error_type: "OSError", line_count: 3 },
  ]],
  ["syslog with a year after its time, and a text that is no program", [
    "May  1 10:00:00 2019 ap1 stm[123]: x",
    "May  1 10:00:00 pa 1,2025/05/01 10:00:00,001801,TRAFFIC,end",
    "May  1 10:00:00 h syslogd 1.4.1: restart.",
  ], [
    { timestamp: "2019-05-01T10:00:00.000000Z", host_name: "ap1", process_pid: "123" },
    { host_name: "pa", service_name: null, body: "1,2025/05/01 10:00:00,001801,TRAFFIC,end" },
    { host_name: "h", service_name: "syslogd 1.4.1", body: "restart." },
  ]],
  ["parts of docker's lines that were written anew", [
    `{"log": "2025-05-01 10:00:00 ERROR a ", "stream": "stdout", "time": "${AT}.1Z"}`,
    `{"log": "other\\n", "stream": "stderr", "time": "${AT}.2Z"}`,
    `{"log": "b\\n", "stream": "stdout", "time": "${AT}.3Z"}`,
  ], [{ body: "other", line_count: 1 }, { body: "a b", severity_number: 17, line_count: 2 }]],
  [
    "a file that is all of logfmt by its grammar",
    [
      "a",
      'a="\\u00e9\\n"',
      "at=info a",
      "a=b=c",
      'a="unterm',
      '="x"',
    ],
    // By the grammar a word alone is a key; but then any sentence is logfmt.
    [{ attributes: { a: "é\n" } }, { attributes: { at: "info", a: "true" } }],
    4,
    { format: "logfmt" },
  ],
  [
    "syslog of RFC 5424 only if it is whole",
    [
      "<165>1 2025-05-01T10:00:00Z h a p m - fine",
      "<1>1 2025-05-01T10:00:00.1234567Z - - - - - x",
      "<1>1 2025-05-01T10:00:00 - - - - - no zone",
      '<1>1 2025-05-01T10:00:00Z - - - - [a b="c] x',
      '<1>1 2025-05-01T10:00:00Z - - - - [a b="c"][a d="e"] x',
      "<1>0 - - - - - - x",
      "<1>1000 - - - - - - x",
      "<01>1 - - - - - - x",
      "<1>1 2025-05-01T10:00:00Z - - - -",
      "<1>1  2025-05-01T10:00:00Z - - - - - two spaces",
      "<6>sd-daemon's text",
    ],
    [{ format: "rfc5424", body: "fine" }, { format: "rfc3164", body: "sd-daemon's text" }],
    9,
  ],

  [
    "text of an event that looks like headers",
    [
      ...[0, 1, 2].flatMap(() => [
        "2025-05-01 10:00:00,000 ERROR [main] a.B: boom",
        "java.lang.E: parse error at:",
        "INFO is not a level",
        '{"a": 1}',
        "\tat a.b(c.java:1)",
        "2025-05-01 10:00:00,500 INFO [main] a.B: fine",
        "  level: debug",
        "error: none",
      ]),
    ],
    [0, 1, 2].flatMap(() => [
      { severity_number: 17, line_count: 5 },
      { severity_number: 9, line_count: 3 },
    ]),
  ],
  ["headers without a date among dated ones", [
    ...Array.from({ length: 9 }, () => JAVA),
    "10:00:01.123 [main] ERROR a.B - x",
    "ERROR:root:y",
    "[10:00:02] [main] WARN z",
    "[ERROR] w",
    JAVA,
  ], [
    ...Array.from({ length: 9 }, () => ({ body: "ok" })),
    { severity_number: 17, logger: "a.B", body: "x", parse_status: "partial" },
    { severity_number: 17, logger: "root", body: "y" },
    { severity_number: 13, body: "z", parse_status: "partial" },
    { severity_number: 17, body: "w" },
    { body: "ok", line_count: 1 },
  ]],
  ["every bracket of a header, whatever is in it", [
    "2026-11-19 21:04:05,123 INFO [http-1] [req-9b49] [user-bob] [eu-1] Handled",
  ], [{
    thread_name: "http-1",
    attributes: { context: "req-9b49 user-bob eu-1" },
    body: "Handled",
  }]],
  [
    "Cisco's count, name and time before its mnemonic",
    [
      "<187>101: Oct  9 19:01:19.123: %LINK-3-UPDOWN: down",
      "000102: *Oct  9 19:01:19.123 UTC: %LINK-3-UPDOWN: down",
      "<187>103: .Oct  9 19:01:19.123: %LINK-3-UPDOWN: down",
      "<187>104: sw1: Oct  9 19:01:19.123: %LINK-3-UPDOWN: down",
      "105: sw1: *Oct  9 19:01:19.123: %LINK-3-UPDOWN: down",
      "<187>106: 000104: Oct  9 19:01:19.123: %LINK-3-UPDOWN: down",
      "<187>107: 000105: sw1: *Oct  9 19:01:19.123: %LINK-3-UPDOWN: down",
      "108: *Oct 09 19:01:19.123: sw1.example.com %LINK-3-UPDOWN: down",
    ],
    [
      { ...CISCO, host_name: null, syslog_facility: 23, attributes: { sequence: "101" } },
      { ...CISCO, host_name: null, syslog_facility: null, attributes: { sequence: "000102" } },
      { ...CISCO, host_name: null, syslog_facility: 23, attributes: { sequence: "103" } },
      { ...CISCO, host_name: "sw1", syslog_facility: 23, attributes: { sequence: "104" } },
      { ...CISCO, host_name: "sw1", syslog_facility: null, attributes: { sequence: "105" } },
      { ...CISCO, host_name: null, attributes: { sequence: "000104", message_counter: "106" } },
      { ...CISCO, host_name: "sw1", attributes: { sequence: "000105", message_counter: "107" } },
      { ...CISCO, host_name: "sw1.example.com", attributes: { sequence: "108" } },
    ],
    0,
    { mtimeMs: Date.UTC(2026, 10, 1) },
  ],
  [
    "Cisco's lines as a server stores them",
    [
      "Oct  9 19:01:20 sw1 101: Oct  9 19:01:19.123: %LINK-3-UPDOWN: down",
      "Oct  9 19:01:20 sw1 102: *Oct  9 19:01:19.123: %LINK-3-UPDOWN: down",
      "Oct  9 19:01:20 sw1 103: .Oct  9 2026 19:01:19.123 UTC: %LINK-3-UPDOWN: down",
      "Oct  9 19:01:20 sw1 104: sw1: Oct  9 19:01:19.123: %LINK-3-UPDOWN: down",
      "Oct  9 19:01:20 10.1.1.1 105: sw1: Oct  9 19:01:19.123: %LINK-3-UPDOWN: down",
      "Oct  9 19:01:20 sw1 *Oct  9 19:01:19.123: %LINK-3-UPDOWN: down",
      "Oct  9 19:01:20 sw1 107: 000106: Oct  9 19:01:19.123: %LINK-3-UPDOWN: down",
    ],
    [
      { ...CISCO, host_name: "sw1", attributes: { sequence: "101", ...STORED } },
      { ...CISCO, host_name: "sw1", attributes: { sequence: "102", ...STORED } },
      { ...CISCO, host_name: "sw1", attributes: { sequence: "103", ...STORED } },
      { ...CISCO, host_name: "sw1", attributes: { sequence: "104", ...STORED } },
      {
        ...CISCO,
        host_name: "10.1.1.1",
        attributes: { sequence: "105", origin: "sw1", ...STORED },
      },
      { ...CISCO, host_name: "sw1", attributes: STORED },
      {
        ...CISCO,
        host_name: "sw1",
        attributes: { sequence: "000106", message_counter: "107", ...STORED },
      },
    ],
    0,
    { mtimeMs: Date.UTC(2026, 10, 1) },
  ],
  [
    "Cisco's clock where it is not set or a year behind, and a number that is no count",
    [
      "Dec 31 23:59:59 sw1 1: *Mar  1 00:01:02.003: %LINK-3-UPDOWN: down",
      "Jan  1 00:00:00 sw1 2: Dec 31 23:59:59.500: %LINK-3-UPDOWN: down",
      "Jan  1 00:00:01 sw1 3: %LINK-3-UPDOWN: down",
      "Jan  1 00:00:02 sw1 4: text at Jan  1 00:00:00: %LINK-3-UPDOWN: down",
      "2026-01-01T00:00:03+02:00 sw1 5: Jan  1 00:00:02: %LINK-3-UPDOWN: down",
    ],
    [
      {
        timestamp: "2025-12-31T23:59:59.000000Z",
        attributes: { sequence: "1", device_time: "*Mar  1 00:01:02.003" },
      },
      {
        timestamp: "2025-12-31T23:59:59.500000Z",
        attributes: { sequence: "2", envelope_time: "Jan  1 00:00:00" },
      },
      {
        timestamp: "2026-01-01T00:00:01.000000Z",
        service_name: "%LINK-3-UPDOWN",
        severity_number: 17,
        attributes: { sequence: "3" },
      },
      { timestamp: "2026-01-01T00:00:02.000000Z", service_name: "4" },
      {
        timestamp: "2025-12-31T22:00:03.000000Z",
        severity_number: 17,
        attributes: { sequence: "5", device_time: "Jan  1 00:00:02" },
      },
    ],
    0,
    { mtimeMs: Date.UTC(2026, 5, 1) },
  ],
  ["a direction that a firewall calls its path", [
    "#Fields: date time action path",
    "2025-05-01 10:00:00 DROP RECEIVE",
  ], [{ url_original: null, url_path: null, attributes: { action: "DROP", path: "RECEIVE" } }]],
];

for (const [name, lines, want, rejected = 0, options = {}] of CASES) {
  Deno.test(`normalizeLog() reads ${name}`, async () => {
    const { rows, summary } = await normalize(`${lines.join("\n")}\n`, options);
    const found = rows.map((row, i) =>
      Object.fromEntries(Object.keys(want[i] ?? row).map((key) => [key, row[key] ?? null]))
    );
    assertEquals([found, summary.quarantined], [want, rejected]);
  });
}

Deno.test("LogMetrics counts an exception that has no level as an error", async () => {
  const { summary } = await normalize("panic: boom\n\ngoroutine 1 [running]:\n");
  assertEquals(summary.metrics.errors, 1);
});

Deno.test("normalizeLog() is not held up by a line of signs where a file's layout is learned", async () => {
  const head = "[2026-05-01 10:00:00,123: ";
  const started = performance.now();
  for (const sign of [":", "]", ")"]) {
    const { summary } = await normalize(`${head}${sign.repeat(20_000)}x\n`);
    assertEquals(summary.lines, 1);
  }
  // Each takes some milliseconds; with work that grows with the square of the length, seconds.
  assert(performance.now() - started < 3000);
});

Deno.test("normalizeLog() is not held up by long tokens where a file's columns are learned", async () => {
  const started = performance.now();
  const { summary } = await normalize(`2026-05-01 10:00:00 ${"a:".repeat(9_000)}x\n`.repeat(20));
  assertEquals(summary.records, 20);
  assert(performance.now() - started < 1500);
});
