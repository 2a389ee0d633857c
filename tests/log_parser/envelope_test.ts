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

const ESC = "\u001b[";
/** Coloured lines, and what they are. */
const COLOURED: readonly (readonly [line: string, want: Record<string, unknown>])[] = [
  [`${ESC}2m2026-01-12T06:25:01.123Z${ESC}0m ${ESC}31mERROR${ESC}0m boom`, {
    ...{ timestamp: "2026-01-12T06:25:01.123000Z", severity_number: 17, body: "boom" },
  }],
  [
    `${ESC}32m[Nest] 77  - ${ESC}39m01/12/2026, 6:25:01 AM ${ESC}31m  ERROR${ESC}39m ${ESC}33m[Shop] ${ESC}39mboom`,
    {
      ...{ severity_number: 17, body: "boom", logger: "Shop" },
    },
  ],
  [`2026-01-12 06:25:01,123 ${ESC}1;33mWARN${ESC}0m [main] a.b.C: slow`, {
    ...{ timestamp: "2026-01-12T06:25:01.123000Z", severity_number: 13, body: "slow" },
  }],
  [`just ${ESC}31mred${ESC}0m text`, { body: "just red text" }],
];

function dockerLine(log: string): string {
  return JSON.stringify({ log: `${log}\n`, stream: "stdout", time: "2026-01-12T06:25:09.5Z" });
}

Deno.test("normalizeLog() reads a line without its colours, also where docker's JSON escapes them", async () => {
  for (const [line, want] of COLOURED) {
    for (const whole of [dockerLine(line), `2026-01-12T06:25:09.5Z stdout F ${line}`]) {
      const row = await oneRow(whole);
      const found = Object.fromEntries(Object.keys(want).map((name) => [name, row[name]]));
      assertEquals([whole, found], [whole, want]);
    }
  }
  for (const level of [`${ESC}31mERROR${ESC}0m`, "ERROR"]) {
    const line = `${JSON.stringify({ ts: "2026-01-12T06:25:01Z", level, msg: "boom" })}\n`;
    for (const records of [true, false]) {
      const { rows, summary } = await normalize(line.repeat(40), { records });
      assertEquals([level, records, summary.metrics.errors], [level, records, 40]);
      if (records) assertEquals([rows[9]?.severity_text, rows[9]?.severity_number], ["ERROR", 17]);
    }
  }
});

Deno.test("normalizeLog() dates a time of a day by its envelope", async () => {
  const line = "06:25:01.123 [main] ERROR a.B - boom";
  const stamp = "2026-01-12T06:25:09.500000000Z";
  const object = '{"time":"06:25:01","level":"error","msg":"boom"}';
  for (const strict of [false, true]) {
    for (
      const whole of [
        dockerLine(line),
        `${stamp} stdout F ${line}`,
        `${stamp} ${line}`,
        dockerLine(object),
        `<14>1 ${stamp.replace("000000Z", "Z")} h app 7 - - ${object}`,
      ]
    ) {
      const row = await oneRow(whole, { strict });
      assertEquals(
        [whole, row.timestamp, row.severity_number, row.body, row.parse_status, row.parse_error],
        [whole, "2026-01-12T06:25:09.500000Z", 17, "boom", "ok", undefined],
      );
      const { local_time, time } = row.attributes as Record<string, string>;
      assertEquals(
        local_time ?? time,
        whole.includes("{") && !whole.includes("main") ? "06:25:01" : "06:25:01.123",
      );
    }
  }
});

Deno.test("normalizeLog() leaves a time partial that does not exist, whatever its envelope says", async () => {
  const row = await oneRow(dockerLine("2026-02-30 06:25:01 ERROR boom"));
  assertEquals([row.timestamp, row.parse_status], [undefined, "partial"]);
});

const CEF = "CEF:0|Security|tm|1.0|100|worm \\| stopped|10|src=10.0.0.1 dst=192.0.2.2";
const LEEF = "LEEF:1.0|Microsoft|MSExchange|4.0 SP1|15345|src=192.0.2.0\tsev=5";

Deno.test("normalizeLog() takes neither CEF nor LEEF for a program of syslog", async () => {
  const heads = [
    ["Sep 19 08:26:10 fw1 ", "fw1", undefined],
    ["<134>Sep 19 08:26:10 fw1 ", "fw1", undefined],
    ["Sep 19 08:26:10 ", undefined, undefined],
    ["<134>Sep 19 08:26:10 ", undefined, undefined],
    ["Sep 19 08:26:10 fw1 agent[42]: ", "fw1", "agent"],
    ["<134>1 2026-09-19T08:26:10Z fw1 agent - - - ", "fw1", "agent"],
  ] as const;
  for (const [head, host, service] of heads) {
    for (const event of [CEF, CEF.replace("CEF:", "CEF: ")]) {
      const row = await oneRow(head + event, { year: 2026 });
      assertEquals(
        [head, row.format, row.body, row.host_name, row.service_name, row.timestamp],
        [head, "cef", "worm \\| stopped", host, service, "2026-09-19T08:26:10.000000Z"],
      );
      const { device_vendor, extension } = row.attributes as Record<string, string>;
      assertEquals([device_vendor, extension], ["Security", "src=10.0.0.1 dst=192.0.2.2"]);
    }
    const row = await oneRow(head + LEEF, { year: 2026 });
    assertEquals(
      [head, row.body, row.host_name, row.service_name],
      [head, LEEF, host, service],
    );
  }
});
