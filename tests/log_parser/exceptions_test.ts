import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

const AT = "2026-01-12 06:25:01,123";
const END = "2026-01-12 06:25:09,123 INFO [main] a.b.C: end";

/** What has the shape of an exception and is a count, a setting or the line of a report. */
const LABELS = [
  ...["Errors: 0", "Errors: none", "Error: none", "Error: 3", "Failures: 0", "Failures: none"],
  ...["Exceptions: none", "Exception: none", "Fault: none", "LastError: none", "HttpError: 0"],
  ...["MaxErrors: 5", "ErrorHandler: default", "TypeError", "Error", "  Errors: 0", "NoError: ok"],
  ...["panic: none", "panic: off", "fatal error: none", "job.MaxErrors: 5", "job.Errors: 0"],
  ...["TotalFailures: 2", "LastError: timeout", "ErrorRate: 0.5", "NetworkError: no"],
];

/** Headers of an event that is none of an error, in formats and envelopes, and the marks of its lines. */
const EVENTS: readonly (readonly [header: string, before: string])[] = [
  [`${AT} INFO [main] a.b.C: summary`, ""],
  [`${AT}  INFO 77 --- [  main] a.b.C : summary`, ""],
  ["2026/01/12 06:25:01 summary", ""],
  [`${AT} INFO [main] a.b.C: summary`, "2026-01-12T06:25:01.1Z stdout F "],
  [`${AT} INFO [main] a.b.C: summary`, "web-1  | "],
];

Deno.test("normalizeLog() takes no count and no setting for an exception", async () => {
  for (const [header, before] of EVENTS) {
    for (const label of LABELS) {
      const text = [header, label, "more", END].map((line) => `${before}${line}\n`).join("");
      const { rows, summary } = await normalize(text);
      assertEquals(
        [label, rows.length, summary.metrics.errors, summary.metrics.errorTypes],
        [label, 2, 0, []],
      );
      const { body, error_type, error_message, error_stack, line_count } = rows[0] ?? {};
      assertEquals(
        [body, error_type, error_message, error_stack, line_count],
        [`summary\n${label}\nmore`, undefined, undefined, undefined, 3],
      );
    }
  }
});

Deno.test("normalizeLog() takes no count for an exception of an error", async () => {
  for (const label of ["Errors: 3", "Error: 3", "MaxErrors: 5", "LastError: none", "panic: none"]) {
    const { rows } = await normalize(`${AT} ERROR [main] a.b.C: summary\n${label}\n${END}\n`);
    assertEquals(rows.map((row) => [row.body, row.error_type]), [
      [`summary\n${label}`, undefined],
      ["end", undefined],
    ]);
  }
});

Deno.test("normalizeLog() makes no trace of a count that stands alone", async () => {
  for (const label of [...LABELS.filter((one) => one.includes(": ")), "KeyError: 1"]) {
    if (/^\s|timeout/.test(label)) continue;
    const { rows, rejects, summary } = await normalize(`${label}\nnext\n`);
    assertEquals([label, rows, summary.metrics.errors], [label, [], 0]);
    assertEquals(rejects.map(({ code, place }) => [code, place.line]), [
      ["line-unrecognized", 1],
      ["line-unrecognized", 2],
    ]);
    const inside = await normalize(`2026-01-12T06:25:01.1Z stdout F ${label}\n`);
    assertEquals(
      inside.rows.map(({ format, body, error_type }) => [format, body, error_type]),
      [["container", label, undefined]],
    );
  }
});

/** Exceptions, the level of their record, and what is below them. */
const TRUE: readonly (readonly [level: string, lines: string, type: string, message?: string])[] = [
  ["ERROR", "ValueError: bad", "ValueError", "bad"],
  ["ERROR", "KeyError: 1", "KeyError", "1"],
  ["ERROR", "KeyboardInterrupt", "KeyboardInterrupt"],
  ["ERROR", "Error: boom", "Error", "boom"],
  ["WARN", "TimeoutError: timed out", "TimeoutError", "timed out"],
  ["INFO", "java.io.IOException: disk", "java.io.IOException", "disk"],
  ["INFO", "java.lang.NullPointerException: null", "java.lang.NullPointerException", "null"],
  ["INFO", "java.lang.IllegalStateException", "java.lang.IllegalStateException"],
  ["INFO", "Caused by: TimeoutError: x", "TimeoutError", "x"],
  ["INFO", 'Exception in thread "main" MyError: x', "MyError", "x"],
  ["INFO", "TypeError: x\n    at f (/a.js:1:2)", "TypeError", "x"],
  ["INFO", "Error: 404\n    at f (/a.js:1:2)", "Error", "404"],
  ["INFO", "ValidationErrors: 2\n\tat a.B.c(B.java:1)", "ValidationErrors", "2"],
  ["INFO", "RuntimeException: x\n#0 /a.php(3): f()", "RuntimeException", "x"],
  [
    "INFO",
    'Traceback (most recent call last):\n  File "a.py", line 1\nKeyError: 0',
    "KeyError",
    "0",
  ],
];

Deno.test("normalizeLog() takes an exception for one by its level, its class or what is below it", async () => {
  for (const [level, lines, type, message] of TRUE) {
    const { rows } = await normalize(`${AT} ${level} [main] a.b.C: failed\n${lines}\n${END}\n`);
    const found = rows.map((row) => [row.body, row.error_type, row.error_message, row.error_stack]);
    // A crash is an event of its own below one that is no error.
    const own = lines.startsWith("Exception in thread") ? 1 : 0;
    assertEquals(
      [lines, found[own]?.slice(1), rows.length],
      [lines, [type, message, lines], 2 + own],
    );
  }
});

Deno.test("normalizeLog() proves a trace that stands alone by its frames", async () => {
  const { rows } = await normalize("Error: 404\n    at f (/a.js:1:2)\n");
  assertEquals(rows.map((row) => [row.format, row.error_type, row.line_count]), [
    ["trace", "Error", 2],
  ]);
});

const CAUSE = "The above exception was the direct cause of the following exception:";
const DURING = "During handling of the above exception, another exception occurred:";
/** Exceptions of Python, of which most have no name of one. */
const RAISED: readonly (readonly [line: string, type: string, message?: string])[] = [
  ["ValueError: two", "ValueError", "two"],
  ["requests.exceptions.Timeout: two", "requests.exceptions.Timeout", "two"],
  [
    "psycopg2.errors.UniqueViolation: duplicate key",
    "psycopg2.errors.UniqueViolation",
    "duplicate key",
  ],
  ["app.models.User.DoesNotExist: no user", "app.models.User.DoesNotExist", "no user"],
  ["celery.exceptions.Retry: Retry in 180s", "celery.exceptions.Retry", "Retry in 180s"],
  ["click.exceptions.Abort", "click.exceptions.Abort"],
  ["django.http.response.Http404", "django.http.response.Http404"],
  ["UserWarning: old", "UserWarning", "old"],
  ["Bad: two", "Bad", "two"],
  ["queue.Empty", "queue.Empty"],
  ["Bad", "Bad"],
  ["__main__.f.<locals>.Bad: x", "__main__.f.<locals>.Bad", "x"],
];

function trace(last: string): string {
  return `Traceback (most recent call last):\n  File "a.py", line 1, in f\n    x\n${last}`;
}

Deno.test("normalizeLog() names the exception that a trace of Python ends with, whatever it is called", async () => {
  const marks = ["", "2026-01-12T06:25:01.1Z stdout F ", "web-1  | ", "Jan 12 06:25:01 h app[7]: "];
  for (const before of marks) {
    for (const [line, type, message] of RAISED) {
      for (const chain of ["", CAUSE, DURING]) {
        const first = chain === "" ? "" : `${trace("KeyError: 1")}\n\n${chain}\n\n`;
        const stack = first + trace(line);
        const text = `${AT} ERROR app: failed\n${stack}\n${END}`;
        // syslog leaves blank lines out.
        const lines = text.split("\n").filter((one) => one !== "" || !before.startsWith("Jan"));
        const { rows } = await normalize(lines.map((one) => `${before}${one}\n`).join(""));
        assertEquals(
          [before, line, rows.length, rows[0]?.error_type, rows[0]?.error_message],
          [before, line, 2, type, message],
        );
        assertEquals(rows[0]?.line_count, lines.length - 1);
        if (before.startsWith("Jan")) continue;
        const alone = await normalize(stack.split("\n").map((one) => `${before}${one}\n`).join(""));
        assertEquals(
          alone.rows.map((row) => [row.format, row.error_type, row.error_message, row.line_count]),
          [["trace", type, message, stack.split("\n").length]],
        );
        assertEquals([line, alone.rejects], [line, []]);
      }
    }
  }
});

Deno.test("normalizeLog() names the cause of a trace in a field of JSON as in text", async () => {
  const stack = `${trace("KeyError: 1")}\n\n${CAUSE}\n\n${trace("app.Bad: two")}`;
  const { rows } = await normalize(
    JSON.stringify({ level: "error", msg: "x", stack_trace: stack }),
  );
  assertEquals([rows[0]?.error_type, rows[0]?.error_message], ["app.Bad", "two"]);
});

Deno.test("normalizeLog() names a group of exceptions, not one of its parts", async () => {
  const group = [
    "  + Exception Group Traceback (most recent call last):",
    '  |   File "a.py", line 1, in f',
    "  | app.Many: several (2 sub-exceptions)",
    "  +-+---------------- 1 ----------------",
    "    | Traceback (most recent call last):",
    '    |   File "a.py", line 3, in f',
    "    | KeyError: 1",
    "    +---------------- 2 ----------------",
    "    | app.Bad: two",
    "    +------------------------------------",
  ];
  const alone = await normalize(`${group.join("\n")}\n`);
  const below = await normalize(`${AT} ERROR app: failed\n${group.join("\n")}\n${END}\n`);
  const after = await normalize(
    `${AT} ERROR app: x\n${group.join("\n")}\n\n${DURING}\n\n${trace("queue.Full")}\n${END}\n`,
  );
  for (const { rows } of [alone, below]) {
    assertEquals(
      [rows[0]?.error_type, rows[0]?.error_message],
      ["app.Many", "several (2 sub-exceptions)"],
    );
  }
  assertEquals([alone.rows.length, alone.rejects.length, below.rows.length], [1, 0, 2]);
  assertEquals([after.rows.length, after.rows[0]?.error_type], [2, "queue.Full"]);
});

Deno.test("normalizeLog() takes no line for Python's exception that is none", async () => {
  const cut = 'Traceback (most recent call last):\n  File "a.py", line 1\n';
  const { rows, rejects } = await normalize(`${AT} ERROR a: x\n${cut}it goes on here\n`);
  assertEquals([rows[0]?.error_type, rejects], [undefined, []]);
  const java = "org.apache.spark.api.python.PythonException: Traceback (most recent call last):";
  const spark = await normalize(
    `${AT} ERROR a: x\n${java}\n  File "a.py", line 1\nValueError: v\n\tat a.B.c(B.java:1)\n`,
  );
  assertEquals(spark.rows[0]?.error_type, "org.apache.spark.api.python.PythonException");
});
