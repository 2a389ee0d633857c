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

/** Logs with a time of their own, with text and traces below, and a plain one. */
const INNER: readonly (readonly string[])[] = [
  [
    "2026-01-12 06:25:01,123 ERROR [main] a.B: boom",
    ...["second line", "java.io.IOException: disk", "\tat a.B.c(B.java:1)"],
    ...["Caused by: a.Bad: x", "\t... 3 more", "2026-01-12 06:25:02,123 INFO [main] a.B: ok"],
  ],
  [
    "2026-01-12 06:25:01.123 ERROR 77 --- [  main] a.b.C : boom",
    ...["Traceback (most recent call last):", '  File "a.py", line 1, in f', "    x"],
    ...["KeyError: 1", "", "During handling of the above exception, another exception occurred:"],
    ...["", "Traceback (most recent call last):", '  File "a.py", line 3, in f', "queue.Empty"],
    "2026-01-12 06:25:02.123  INFO 77 --- [  main] a.b.C : ok",
  ],
  ["2026/01/12 06:25:01 hello", "2026/01/12 06:25:02 again"],
  ["[2026-01-12 06:25:01] ERROR: boom", "[2026-01-12 06:25:02] INFO: ok"],
  ["2026-01-12T06:25:01.123Z ERROR boom", "2026-01-12T06:25:02.123Z INFO ok"],
  [
    "06:25:01.123 [main] ERROR a.B - boom",
    "\tat a.B.c(B.java:1)",
    "06:25:02.123 [main] INFO a.B - ok",
  ],
  [
    "E, [2026-01-12T06:25:01.123456 #1234] ERROR -- app: boom",
    "I, [2026-01-12T06:25:02.1 #1] INFO -- app: ok",
  ],
  ['INFO:     203.0.113.9:5000 - "GET /a HTTP/1.1" 200 OK'],
  ["GET /a 404 12.345 ms - 150"],
  ["Traceback (most recent call last):", '  File "a.py", line 1, in f', "    x", "app.Bad: bad"],
  ["panic: boom", "", "goroutine 1 [running]:", "main.main()", "\t/a/b.go:13 +0x1"],
];
const TIMED = ["", "web-1  | ", "[pod/web-0/web] "];
const COLUMNS =
  "format timestamp severity_number body logger thread_name process_pid http_status error_type error_message error_stack line_count"
    .split(" ");

Deno.test("normalizeLog() reads behind the time of kubectl and docker what it reads in CRI", async () => {
  for (const lines of INNER) {
    const of = async (before: (second: string) => string) => {
      const text = lines.map((line, i) =>
        `${before(`2026-01-12T06:25:1${i % 10}.123456789Z`)} ${line}\n`
      );
      const { rows, rejects } = await normalize(text.join(""));
      assertEquals([lines, rejects], [lines, []]);
      return rows.map((row) => COLUMNS.map((name) => row[name]));
    };
    const cri = await of((time) => `${time} stdout F`);
    for (const before of TIMED) {
      assertEquals([before, lines, await of((time) => before + time)], [before, lines, cri]);
    }
  }
});

Deno.test("normalizeLog() joins a trace below a level that only kubectl's time dates", async () => {
  const trace = ["java.io.IOException: disk", "\tat a.B.c(B.java:1)"];
  const python = [
    "Traceback (most recent call last):",
    '  File "a.py", line 1',
    "    x",
    "queue.Empty",
  ];
  for (const before of TIMED) {
    const lines = [
      "INFO ready",
      "ERROR boom",
      ...trace,
      "INFO ok",
      "ERROR bang",
      ...python,
      "done",
    ];
    const { rows, rejects } = await normalize(
      lines.map((line) => `${before}${STAMP} ${line}\n`).join(""),
    );
    assertEquals(rejects, []);
    assertEquals(rows.map((row) => [row.body, row.error_type, row.line_count, row.timestamp]), [
      ["ready", undefined, 1, "2026-01-12T05:30:01.971341Z"],
      ["boom", "java.io.IOException", 3, "2026-01-12T05:30:01.971341Z"],
      ["ok", undefined, 1, "2026-01-12T05:30:01.971341Z"],
      ["bang", "queue.Empty", 5, "2026-01-12T05:30:01.971341Z"],
      ["done", undefined, 1, "2026-01-12T05:30:01.971341Z"],
    ]);
  }
});

Deno.test("normalizeLog() leaves an application its own time of nine digits", async () => {
  const { rows } = await normalize([
    `${STAMP}  INFO app: ready`,
    `${STAMP} ERROR [main] com.acme.Foo - boom`,
    "java.io.IOException: disk",
    "\tat a.B.c(B.java:1)",
    `${STAMP}  INFO app: next`,
    `${STAMP} ERROR app: KeyError`,
    `${STAMP}  INFO app: ok`,
  ].join("\n"));
  assertEquals(rows.map((row) => [row.severity_text, row.body, row.line_count]), [
    ["INFO", "app: ready", 1],
    ["ERROR", "boom", 3],
    ["INFO", "app: next", 1],
    ["ERROR", "app: KeyError", 1],
    ["INFO", "app: ok", 1],
  ]);
  assertEquals(rows.filter(({ attributes }) => attributes !== undefined), []);
});

Deno.test("normalizeLog() reads a line after the time by its own format where nearly all are plain", async () => {
  for (const [inner, want] of LINES.slice(0, 6)) {
    const { rows } = await normalize(`${STAMP} listening\n`.repeat(30) + `${STAMP} ${inner}\n`);
    const found = Object.fromEntries(Object.keys(want).map((name) => [name, rows[30]?.[name]]));
    assertEquals([rows.length, found], [31, want]);
  }
});
