import { assertEquals } from "@std/assert";
import { normalize, type Row } from "./_normalize.ts";

const LEVELS = ["INFO", "WARNING", "ERROR", "INFO"];
const TEXTS = ["order saved", "cache miss for key 7", "user bob logged in", "late", "a - b"];

/** Builds lines of a pattern: `{t}` a time, `{l}` a level, `{m}` a message, `{n}` one of some numbers. */
function linesOf(pattern: string, numbers: readonly string[], count: number): string {
  return Array.from(
    { length: count },
    (_, i) =>
      pattern.replace("{t}", `2026-01-10 10:${String(i % 60).padStart(2, "0")}:00`)
        .replace("{l}", LEVELS[i % LEVELS.length] ?? "")
        // Neither goes in step with the level.
        .replace("{n}", numbers[(i * 7 + Math.floor(i / 4)) % numbers.length] ?? "")
        .replace("{m}", TEXTS[i % TEXTS.length] ?? "") + "\n",
  ).join("");
}

type Column = "process_pid" | "thread_name";

/** A number of the header, and the column it belongs to; `null`: none. */
const NUMBERS: readonly (readonly [
  name: string,
  pattern: string,
  numbers: readonly string[],
  column: Column | null,
  count?: number,
])[] = [
  [
    "a line number between name and level",
    "{t},123 - app.db - {n} - {l} - {m}",
    ["400", "401"],
    null,
  ],
  ["a small one there", "{t},123 - app.db - {n} - {l} - {m}", ["1", "2", "3", "4"], null],
  ["a line number between bars", "{t},123 | {l} | app.db | {n} | {m}", ["17", "42", "20"], null],
  ["a line number in brackets", "{t},123 {l} [app.db] [{n}] {m}", ["17", "42", "133"], null],
  ["a line number after the time", "{t},123 [{n}] {l} app.db: {m}", ["17", "42", "133"], null],
  ["a large one before the level", "{t},123 [app.db] [{n}] {l} {m}", ["1042", "2001"], null],
  ["the codes of errors", "{t} [{l}] [{n}] {m}", ["1045", "1062", "1205"], null],
  ["the numbers of users", "{t} {l} [{n}] {m}", ["501", "502"], null],
  ["the number of an event", "{t} {l} app.db[{n}] {m}", ["1001", "1002"], null],
  ["the number of an event of a class", "{t} {l} Shop.Orders[{n}]: {m}", ["14", "20"], null],
  ["the code that all lines of one level have", "{t} ERROR [{n}] {m}", ["1062"], null],
  ["a number that is new in each line", "{t} [{n}] {l} {m}", many(60, 1000), null],
  ["processes of a file that is too small", "{t} [{n}] {l} {m}", ["8841", "9120"], null, 15],
  ["processes next to the time", "{t} [{n}] {l} {m}", ["8841", "9120"], "process_pid"],
  ["bare ones", "{t} {n} {l} {m}", ["8841", "9120"], "process_pid"],
  ["those between dashes", "{t} - {n} - {l} - {m}", ["8841", "9120"], "process_pid"],
  ["those between bars", "{t} | {n} | {l} | {m}", ["8841", "9120"], "process_pid"],
  ["the process of all lines after the level", "{t} {l} [{n}] {m}", ["8841"], "process_pid"],
  ["the process of a program", "{t} {l} ntpd[{n}]: {m}", ["1000"], "process_pid"],
  ["counted threads", "{t} [{n}] {l} {m}", ["1", "2", "3", "4", "7"], "thread_name"],
  ["log4net's threads, of which one is 0", "{t},123 [{n}] {l} Acme.Billing [(null)] - {m}", [
    ...["0", "1", "2", "3"],
  ], "thread_name"],
  ["log4net's thread in one line", "{t},123 [{n}] {l} Acme.Billing - {m}", ["5"], "thread_name", 1],
  ["Spring Boot in one line", "{t}.123  {l} {n} --- [main] a.b.C : {m}", ["1"], "process_pid", 1],
  ["gunicorn in one line", "[{t} +0200] [{n}] [{l}] {m}", ["7"], "process_pid", 1],
  ["PostgreSQL in one line", "{t}.484 UTC [{n}] {l}:  {m}", ["47"], "process_pid", 1],
  ["Odoo in one line", "{t},123 {n} {l} db odoo.http: {m}", ["47"], "process_pid", 1],
  ["oslo.log in one line", "{t}.123 {n} {l} nova.api [req-1 - -] {m}", ["4"], "process_pid", 1],
  ["fail2ban in one line", "{t},123 fail2ban.filter  [{n}]: {l}  {m}", ["8"], "process_pid", 1],
];

function many(count: number, first: number): string[] {
  return Array.from({ length: count }, (_, i) => String(first + i * 37));
}

for (const [name, pattern, numbers, column, count = 60] of NUMBERS) {
  Deno.test(`normalizeLog() says of a number what shows it: ${name}`, async () => {
    const { rows } = await normalize(linesOf(pattern, numbers, count));
    assertEquals(rows.length, count);
    for (const row of rows) {
      const number = row[column ?? ""] ?? Object.values(row.attributes ?? {}).join(" ");
      const isKept = numbers.some((one) => ` ${number} `.includes(` ${one} `));
      assertEquals([isKept, row.severity_number === undefined], [true, false]);
      for (const other of ["process_pid", "thread_name"] as const) {
        const isNumber = /^\d+$/.test(String(row[other] ?? ""));
        assertEquals([other, isNumber], [other, other === column]);
      }
      assertEquals(TEXTS.some((text) => String(row.body).endsWith(text)), true, String(row.body));
    }
  });
}

const WHOLE: readonly (readonly [name: string, text: string, want: Row])[] = [
  ["Asterisk's call", "[2026-01-10 10:00:00] NOTICE[1000][C-0001]: chan_sip.c:1 handle: failed\n", {
    severity_text: "NOTICE",
    thread_name: "1000",
    attributes: { context: "C-0001", column_3: "handle", source: "chan_sip.c:1" },
  }],
  ["Nagios' alerts", "[1791695536] SERVICE ALERT: web0;HTTP;CRITICAL;SOFT;1;CRITICAL - timeout\n", {
    severity_number: null,
    logger: null,
    body: "SERVICE ALERT: web0;HTTP;CRITICAL;SOFT;1;CRITICAL - timeout",
  }],
  ["a level's number", "2026-01-10 10:00:00 ERROR(20) order saved\n", {
    severity_number: 17,
    severity_text: "ERROR",
    logger: null,
    body: "order saved",
    attributes: { level_number: "20" },
  }],
  ["ASP.NET's second line", "2026-01-10 10:00:00 info: Shop.Orders[14]\n      Saved\n        x\n", {
    logger: "Shop.Orders",
    process_pid: null,
    body: "Saved\n  x",
    attributes: { context: "14" },
  }],
  ["a word in brackets behind a number", "<INFO> 03.10.2026 06:32:34 (4000) [x-271] done\n", {
    logger: null,
    thread_name: null,
  }],
];

for (const [name, text, want] of WHOLE) {
  Deno.test(`normalizeLog() keeps all of a header: ${name}`, async () => {
    const { rows } = await normalize(text.repeat(40));
    const found = Object.fromEntries(Object.keys(want).map((key) => [key, rows[0]?.[key] ?? null]));
    assertEquals([rows.length, found], [40, want]);
  });
}

Deno.test("normalizeLog() reads a duration with an exponent", async () => {
  for (const [written, nanos] of [["7.9811e-05", 79_811], ["1.5E-3", 1_500_000], ["2e1", 2e10]]) {
    const { rows } = await normalize(
      `{"level":"info","ts":1793004318.06,"logger":"http.log.access","msg":"handled request","request":{"method":"GET","uri":"/a"},"duration":${written},"size":5,"status":200}\n`,
    );
    assertEquals([written, rows[0]?.duration_ns, rows[0]?.response_bytes], [written, nanos, 5]);
  }
});
