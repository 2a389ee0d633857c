import { assertEquals } from "@std/assert";
import { EVERY_CASE } from "../_sample.ts";
import fc from "../_property.ts";
import { normalize } from "./_normalize.ts";

/** Lines that begin as no format of ours does; time, level, logger, pid, body of the first. */
const LAYOUTS:
  readonly (readonly [name: string, lines: readonly string[], first: readonly unknown[]])[] = [
    ["label, epoch, date, node, time, node, kind, component, level", [
      "- 1117838570 2005.06.03 R02-M1:J12 2005-06-03-15.42.50.363779 R02-M1:J12 RAS KERNEL INFO cache: corrected",
      "APPSEV 1117838571 2005.06.03 R02-M2:J12 2005-06-03-15.42.51.363779 R02-M2:J12 RAS APP FATAL no room",
    ], ["2005-06-03T22:42:50.000000Z", "INFO", "KERNEL", undefined, "cache: corrected"]],
    ["label, epoch, date, node, syslog", [
      "- 1131566461 2005.11.09 dn228 Nov 9 12:01:01 dn228/dn228 crond(pam_unix)[2915]: session closed",
      "- 1131566462 2005.11.09 dn229 Nov 9 12:01:02 dn229/dn229 ntpd[7]: synchronized to 192.0.2.1",
    ], ["2005-11-09T20:01:01.000000Z", undefined, undefined, "2915", "session closed"]],
    ["number, node, component, state, epoch, flag", [
      "134681 node-246 unix.hw state.down 1077804742 1 Component State: down",
      "134682 node-7 unix.net link.up 1077804743 1 link is up",
    ], ["2004-02-26T14:12:22.000000Z", undefined, undefined, undefined, "Component State: down"]],
    ["columns between bars", [
      "20171223-22:15:29:606|Step_LSC|30002312|onStandStepChanged 3579",
      "20171223-22:15:30:6|Step_SPUtils|30002312|getTodayTotalDetailSteps|x",
    ], [
      "2017-12-23T22:15:29.606000Z",
      undefined,
      "Step_LSC",
      undefined,
      "onStandStepChanged 3579",
    ]],
    ["program and a dash", [
      "[01.10 16:49:06] chrome.exe - proxy.example.org:5070 open",
      "[01.10 16:49:07] chrome.exe *64 - proxy.example.org:5070 close - 0 bytes",
    ], [
      "2026-01-10T16:49:06.000000Z",
      undefined,
      "chrome.exe",
      undefined,
      "proxy.example.org:5070 open",
    ]],
    ["file name, time, pid, level, logger, request", [
      "nova-api.log.1 2017-05-16 00:00:00.008 25746 INFO nova.api.server [req-1 a - -] GET /v2",
      "nova-api.log.1 2017-05-16 00:00:00.009 25747 WARNING nova.image.cache [req-2 b - -] Unknown base",
    ], ["2017-05-16T00:00:00.008000Z", "INFO", "nova.api.server", "25746", "GET /v2"]],
  ];

for (const [name, lines, first] of LAYOUTS) {
  Deno.test(`normalizeLog() learns a layout from the file: ${name}`, async () => {
    const { rows, summary } = await normalize(`${lines.join("\n")}\n`.repeat(20));
    assertEquals([summary.records, summary.quarantined, summary.partial], [40, 0, 0]);
    const { timestamp, severity_text, logger, process_pid, body } = rows[0] ?? {};
    assertEquals([timestamp, severity_text, logger, process_pid, body], [...first]);
  });
}

Deno.test("normalizeLog() takes no word of a sentence for a level", async () => {
  const { rows } = await normalize(
    "2024-05-01 10:00:00 Error reading file\n2024-05-01 10:00:01 the ERROR flag\n",
  );
  assertEquals(rows.map((row) => [row.severity_number, row.body]), [
    [undefined, "Error reading file"],
    [undefined, "the ERROR flag"],
  ]);
});

const MESSAGES = [
  "table orders: 17 rows",
  "org.example.Foo loaded",
  "[cache] 99 entries evicted",
  "failed to bind: address in use",
  "a - b - c",
  "404 not found",
  "Session 0x15a opened",
  "Retrying (attempt 3 of 5)",
];

/** What stands before and after each message; the fraction of the second and the level. */
const KINDS: readonly (readonly [
  name: string,
  before: string,
  want: readonly [fraction: string, level: number | undefined],
  after?: string,
])[] = [
  ["a process between signs", "2026-05-01 10:00:00.123 [error] <0.60.0> ", [".123", 17]],
  ["parentheses and a logger", "2026-05-01 10:00:00.123 WARN (main) [a.core] ", [".123", 13]],
  ["columns between signs", "<May 1, 2026 10:00:00 AM UTC> <Error> <Web> <BEA-1> ", ["", 17]],
  ["a padded column", "2026-05-01 10:00:00.12 spid51      ", [".12", undefined]],
  ["pairs and a bar", "2026-05-01 10:00:00,123 p=7 u=root n=x | ", [".123", undefined]],
  ["a number right before the date", "    97:20260501:100000.123 ", [".123", undefined]],
  ["a level right before the date", "<W>2026-05-01 10:00:00.123 ", [".123", 13]],
  ["a letter right before the date", "E260501 10:00:00.123456 9 a/b.go:7  ", [".123456", 17]],
  [
    "a bracket that goes on after the time",
    "[41:96:0501/100000.123456:ERROR:gpu.cc(2)] ",
    [".123456", 17],
  ],
  ["a level with a thread", "[01May2026 10:00:00.123] [main/WARN] [m/]: ", [".123", 13]],
  ["a level with a module", "2026-05-01 10:00:00,123 - util.py[ERROR]: ", [".123", 17]],
  ["a letter and a tag", "2026-05-01 10:00:00.123 UTC - [Parent 7: Main]: W/http ", [".123", 13]],
  ["small letters", "[46]{-1}[-1/-1] 2026-05-01 10:00:00.123 e Trace    T.cpp(7) : ", [".123", 17]],
  ["semicolons", "2026-05-01 10:00:00.123;ERROR;a.b.C;", [".123", 17]],
  ["colons", "2026-05-01 10:00:00,123:ERROR:root:", [".123", 17]],
  [
    "the message between bars",
    "2026-05-01 10:00:00,123 | ERROR | ",
    [".123", 17],
    " | a.b.C | main",
  ],
  ["Cisco's severity", "000123: *May  1 10:00:00.123: %LINK-3-UPDOWN: ", [".123", 17]],
  ["BSD's priority in words", "May  1 10:00:00 h1 daemon.err app[7]: ", ["", 17]],
  ["syslog's text begins with a level", "May  1 10:00:00 imap-login: Error: ", ["", 17]],
  ["no level", "2026-05-01T10:00:00Z ", ["", undefined]],
];

Deno.test("normalizeLog() learns from the file what stands before each message, and nothing of the message", async () => {
  for (const [name, before, [fraction, level], after = ""] of KINDS) {
    const text = MESSAGES.map((message) => `${before}${message}${after}\n`).join("").repeat(3);
    const { rows, rejects } = await normalize(text, { mtimeMs: Date.UTC(2026, 7, 1) });
    const time = `2026-05-01T10:00:00.${fraction.slice(1).padEnd(6, "0")}Z`;
    assertEquals(
      [
        name,
        rejects.length,
        ...rows.slice(0, MESSAGES.length).map((
          row,
        ) => [row.timestamp, row.severity_number, row.body]),
      ],
      [name, 0, ...MESSAGES.map((message) => [time, level, message])],
    );
  }
});

Deno.test("normalizeLog() takes no words for columns where all messages are alike", async () => {
  const line = (i: number) => `2026-05-01 10:00:00 INFO handled request (id=${i}) in ${i % 7} ms\n`;
  const { rows } = await normalize(Array.from({ length: 40 }, (_, i) => line(i)).join(""));
  assertEquals(rows[5]?.body, "handled request (id=5) in 5 ms");
});

Deno.test("normalizeLog() reads events whose message is on the line below, and labels of several words", async () => {
  const event = "=ERROR REPORT==== 1-May-2026::10:00:00 ===\nfailed to bind\n\n";
  const { rows, rejects } = await normalize(event.repeat(25), { mtimeMs: Date.UTC(2026, 7, 1) });
  const { timestamp, severity_number, body } = rows[0] ?? {};
  assertEquals([rejects.length, rows.length, timestamp, severity_number, body], [
    0,
    25,
    "2026-05-01T10:00:00.000000Z",
    17,
    "failed to bind",
  ]);
});

/** Where a level may be, `LEVEL`, and a word after it that is none, `WORD`. */
const LEVEL_PLACES = [
  "2026-05-01 10:00:00,123 LEVEL [main] [a.b.C] WORD",
  "2026-05-01 10:00:00,123 [LEVEL] WORD",
  "2026-05-01 10:00:00.123 LEVEL WORD",
  "2026-05-01T10:00:00Z [main] LEVEL a.b.C - WORD",
  "2026-05-01 10:00:00,123 | LEVEL | a.b.C | WORD",
  "2026-05-01 10:00:00,123;LEVEL;a.b.C;WORD;",
  "2026-05-01 10:00:00,123 - a.b - LEVEL - WORD",
  "2026-05-01 10:00:00,123 node7 LEVEL WORD",
  "2026-05-01 10:00:00|System|LEVEL|WORD|",
  "[LEVEL] [2026-05-01 10:00:00] WORD",
  "LEVEL 2026-05-01 10:00:00 [main] WORD",
  "app.log 2026-05-01 10:00:00 LEVEL WORD",
  "app.log LEVEL 2026-05-01 10:00:00 WORD",
  "LEVEL app.log 2026-05-01 10:00:00 7 WORD",
  "<LEVEL>2026-05-01 10:00:00 WORD",
  "[7:05/01/2026 10:00:00:LEVEL] WORD",
];
const LEVEL_WORDS = ["error", "ERROR:", "[error]", "(warn)", "Debug -", "info |", "Fatal", "E"];

Deno.test("normalizeLog() never replaces a level by a word further on", async () => {
  const signs = fc.constantFrom(...LEVEL_WORDS);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...LEVEL_PLACES),
      fc.constantFrom(["INFO"], ["info"], ["info", "warn"], ["INFO", "WARN"], [
        "DEBUG",
        "ERROR",
        "INFO",
      ]),
      fc.array(signs, { minLength: 1, maxLength: 3 }),
      async (place, levels, words) => {
        const level = (i: number) => levels[i % levels.length] ?? "";
        const lines = Array.from({ length: 24 }, (_, i) => {
          const word = words[i % words.length] ?? "";
          const line = place.replace("LEVEL", level(i)).replace("WORD", word);
          return `${line} ${MESSAGES[i % MESSAGES.length]}\n`;
        });
        const { rows } = await normalize(lines.join(""));
        assertEquals(rows.map(({ severity_text }) => severity_text), lines.map((_, i) => level(i)));
      },
    ),
    { numRuns: EVERY_CASE ? 500 : 6 },
  );
});

Deno.test("normalizeLog() reads java.util.logging's two lines as one event, of few as of many", async () => {
  const headers = [
    "May 01, 2025 10:05:10 AM org.a.B start",
    "May 01, 2025 10:05:10 AM org.apache.catalina.core.StandardService startInternal",
    "2025-05-01 10:05:10 org.a.B start",
  ];
  for (const header of headers) {
    for (const count of [2, 16, 20, 60]) {
      const levels = ["INFO", "SEVERE", "FINE"];
      const events = Array.from(
        { length: count },
        (_, i) => `${header}\n${levels[i % 3]}: m ${i}\n`,
      );
      const { rows } = await normalize(events.join(""));
      const { logger, severity_text, body, line_count } = rows[1] ?? {};
      assertEquals([header, rows.length, logger, severity_text, body, line_count], [
        ...[header, count, header.split(/ (?=org)/)[1]?.replace(" ", "."), "SEVERE", "m 1", 2],
      ]);
    }
  }
});

Deno.test("normalizeLog() swallows no line whose first word is a level in others only", async () => {
  for (const sign of [" ", "\t"]) {
    const sets = [["build", "error"], ["error", "error", "error", "build"], ["[app]", "[error]"]];
    for (const words of sets) {
      const lines = Array.from(
        { length: 40 },
        (_, i) =>
          `${words[i % words.length]}${sign}29-Oct-2025 03:07:3${i % 10}${sign}step ${i} is done\n`,
      );
      const { rows, rejects } = await normalize(lines.join(""));
      assertEquals([rows.length, rejects.length], [40, 0]);
      const levels = lines.map((line) => /^\[?error/.test(line) ? "error" : undefined);
      assertEquals(rows.map((row) => row.severity_text), levels);
    }
  }
});

Deno.test("normalizeLog() keeps the brackets of a component, and reads its process", async () => {
  const parts: readonly (readonly [before: string, logger: string, pid?: string])[] = [
    ["2026-01-01T10:00:00Z INFO ntpd[1000]: ", "ntpd", "1000"],
    ["2026-01-01T10:00:00Z INFO unbound[1:0]: ", "unbound[1:0]"],
  ];
  for (const [before, logger, pid] of parts) {
    const text = MESSAGES.map((message) => `${before}${message}\n`);
    const { rows } = await normalize(text.join("").repeat(3));
    assertEquals([rows[0]?.logger, rows[0]?.process_pid, rows[0]?.body], [
      ...[logger, pid, MESSAGES[0]],
    ]);
  }
});

Deno.test("normalizeLog() finds a format that begins in the last lines of a sample", async () => {
  const head = "2025-05-01 10:00:00 INFO ok\n".repeat(4000);
  const late = "[2025-05-01 11:00:00] production.ERROR: late\n".repeat(50);
  const { rows } = await normalize(head + late);
  assertEquals(rows.slice(-50).filter(({ severity_number }) => severity_number !== 17), []);
});
