import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { DataError } from "../../lib/errors/mod.ts";
import { LOG_COLUMNS, LOG_FORMATS, normalizeLog } from "../../lib/log_parser/mod.ts";
import { normalize, type Normalized } from "./_normalize.ts";
import { keepThread } from "../_keep_thread.ts";
import { runs } from "../_sample.ts";

const encoder = new TextEncoder();

Deno.test("normalizeLog() joins a stack trace to its header in one record", async () => {
  const text = [
    "2024-05-01 10:00:00,000 ERROR [main] a.b.C - it failed",
    "with a second line",
    "java.io.IOException: disk full",
    "\tat a.b.C.write(C.java:1)",
    "",
    "Caused by: java.lang.Error: x",
    "2024-05-01 10:00:01,000 INFO [main] a.b.C - next",
    "",
  ].join("\r\n");
  const { rows, summary } = await normalize(text);
  assertEquals(rows.length, 2);
  assertEquals(rows[0]?.line_count, 6);
  assertEquals(rows[0]?.body, "it failed\nwith a second line");
  assertEquals(rows[0]?.error_type, "java.io.IOException");
  assertEquals(rows[0]?.error_message, "disk full");
  assertEquals(
    rows[0]?.error_stack,
    "java.io.IOException: disk full\n\tat a.b.C.write(C.java:1)\n\nCaused by: java.lang.Error: x",
  );
  assertEquals([rows[1]?.line_start, rows[1]?.line_count], [7, 1]);
  assertEquals([summary.lines, summary.continuation, summary.blank], [7, 5, 0]);
});

Deno.test("normalizeLog() names the exception of Python and Go traces", async () => {
  const text = `2024-05-01 10:00:00 ERROR x
Traceback (most recent call last):
  File "a.py", line 1, in f
ValueError: bad value
2024-05-01 10:00:01 ERROR y
panic: out of range

goroutine 1 [running]:
`;
  const { rows } = await normalize(text);
  assertEquals(rows.map((row) => [row.error_type, row.error_message, row.line_count]), [
    ["ValueError", "bad value", 4],
    ["panic", "out of range", 4],
  ]);
});

Deno.test("normalizeLog() counts blank lines between events apart from those within", async () => {
  const { summary } = await normalize(
    "\n2024-05-01 10:00:00 INFO a\n\n2024-05-01 10:00:00 INFO b\n\n  x\n\n",
  );
  assertEquals([summary.records, summary.continuation, summary.blank], [2, 2, 3]);
});

Deno.test("normalizeLog() caps an event, marks it and refuses the lines over the cap", async () => {
  const text = `2024-05-01 10:00:00 ERROR a\n${"\tat x\n".repeat(5)}2024-05-01 10:00:01 INFO b\n`;
  const { rows, rejects, summary } = await normalize(text, { maxEventLines: 3 });
  assertEquals(rows.map((row) => [row.line_count, row.parse_status, row.attributes]), [
    [3, "partial", { truncated: "true" }],
    [1, "ok", undefined],
  ]);
  assertEquals(rejects.map((r) => [r.code, r.place.line]), [
    ["event-too-long", 4],
    ["event-too-long", 5],
    ["event-too-long", 6],
  ]);
  assertEquals(summary.partial, 1);
});

Deno.test("normalizeLog() does not give lines after a refused header to the event before", async () => {
  const bad = encoder.encode("2024-05-01 10:00:01 ERROR \u00e9\n");
  bad[bad.length - 2] = 0xff;
  const text = [encoder.encode("2024-05-01 10:00:00 INFO a\n"), bad, encoder.encode("\tat x\n")];
  const { rows, rejects } = await normalize(concat(text));
  assertEquals(rows.map((row) => row.line_count), [1]);
  assertEquals(rejects.map((r) => r.code), ["line-encoding", "line-unrecognized"]);
});

Deno.test("normalizeLog() refuses a line over the limit and goes on after it", async () => {
  const line = "2024-05-01 10:00:00 INFO a";
  const limit = line.length;
  for (const size of [1, 7, 1 << 20]) {
    const format = "app"; // The chunks are then overwritten from the first one on.
    const text = `${line}\r\n${line}b\n${line}${"c".repeat(500)}\r\n${line}`;
    const { rows, rejects } = await normalize(text, { format, maxLineBytes: limit }, size);
    assertEquals(rows.map((row) => row.line_start), [1, 4]);
    assertEquals(rejects.map((r) => [r.code, r.place.line, r.raw.length, r.place.column]), [
      ["line-too-long", 2, limit, limit + 1],
      ["line-too-long", 3, limit, limit + 1],
    ]);
    assert(rejects[1]?.message.startsWith(`${limit + 500} bytes`));
  }
});

Deno.test("normalizeLog() refuses bytes that are not UTF-8 with place and bytes", async () => {
  const bytes = encoder.encode('{"msg":"ok é"}\n{"msg":"bad x"}\n');
  bytes[bytes.indexOf(120)] = 0xe9;
  const { rows, rejects } = await normalize(bytes, { format: "jsonl" });
  assertEquals(rows.map((row) => row.body), ["ok é"]);
  assertEquals(rejects[0]?.code, "line-encoding");
  assertEquals(rejects[0]?.place, { source: "logs/x.log", line: 2, column: 13, byteOffset: 16 });
  assertEquals(rejects[0]?.raw, bytes.subarray(16, -1));
});

Deno.test("normalizeLog() counts columns in bytes", async () => {
  const { rejects } = await normalize('{"é":1,}\n', { format: "jsonl" });
  assertEquals(rejects[0]?.place.column, 9);
});

Deno.test("normalizeLog() skips a byte order mark and keeps offsets true", async () => {
  const { rows } = await normalize('\uFEFF{"msg":"a"}\n{"msg":"\uFEFFb"}\n');
  assertEquals(rows.map((row) => [row.source_offset, row.body]), [[3, "a"], [15, "\uFEFFb"]]);
});

Deno.test("normalizeLog() routes each line of a mixed log by itself", async () => {
  const mixed = [
    '{"msg":"json"}',
    '203.0.113.7 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1',
    "ts=1714557600 level=info msg=logfmt",
    "<34>1 - h a p m - x",
    "Oct 11 22:14:15 h su: x",
    "[Wed Oct 11 14:32:52 2023] [error] x",
    "2024/05/01 10:00:00 [crit] 31#32: x",
    "2024-05-01 10:00:00 INFO x",
  ];
  const { rows, rejects, summary } = await normalize([...mixed, ...mixed].join("\n"));
  assertEquals(rejects, []);
  const formats = "jsonl common logfmt rfc5424 rfc3164 apache_error nginx_error app".split(" ");
  assertEquals(rows.map((row) => row.format), [...formats, ...formats]);
  assertEquals(Object.keys(summary.formats).sort(), [...formats].sort());
});

Deno.test("normalizeLog() does not take a value in a trace for a record of a weak format", async () => {
  const event = "2024-05-01 10:00:00 ERROR x\n\tat y\n".repeat(40);
  const { summary } = await normalize(`${event}{"a":1}\nk=1 v=2\n`);
  assertEquals([summary.records, summary.continuation], [40, 42]);
});

Deno.test("normalizeLog() lets a JSON object with a time or level begin an event, however late", async () => {
  const early = "2024-05-01 10:00:00 INFO x\n".repeat(6000);
  const late = '{"level":"error","time":"2024-05-01T10:00:01Z","msg":"boom"}\n'.repeat(9);
  const { summary } = await normalize(early + late);
  assertEquals([summary.formats, summary.continuation], [{ app: 6000, jsonl: 9 }, 0]);
  assertEquals(summary.metrics.errors, 9);
});

Deno.test("normalizeLog() counts W3C directives and keeps a comment as a reject", async () => {
  const { summary, rejects } = await normalize("#Fields: a b\n# note\n");
  assertEquals([summary.directives, rejects.length], [1, 1]);
});

Deno.test("normalizeLog() adds raw and observed time when asked", async () => {
  const line = "2024-05-01 10:00:00 INFO x\n\tat y";
  const observedAt = "2026-01-01T00:00:00.000000Z";
  const { rows } = await normalize(line, { keepRaw: true, observedAt });
  assertEquals([rows[0]?.raw, rows[0]?.observed_timestamp], [line, observedAt]);
});

Deno.test("normalizeLog() throws when an option is wrong", () => {
  const base = { source: "x", fileHash: "x", mtimeMs: 0 };
  assertThrows(() => normalizeLog(nothing(), { ...base, format: "xls" }), TypeError, '"xls"');
  assertThrows(() => normalizeLog(nothing(), { ...base, maxLineBytes: 0 }), RangeError, "is 0");
});

Deno.test("normalizeLog() stops between chunks when the signal says so", async () => {
  const signal = AbortSignal.abort(new Error("stop"));
  await assertRejects(() => normalize("x\n", { signal }), Error, "stop");
});

Deno.test("normalizeLog() hears a stop while chunks come without a wait", async () => {
  const stop = new AbortController();
  let chunks = 0;
  async function* endless() {
    setTimeout(() => stop.abort(new Error("stop")), 0);
    for (; chunks < 10; chunks++) {
      keepThread();
      yield encoder.encode("x\n".repeat(8));
    }
  }
  const { signal } = stop;
  const reading = normalizeLog(endless(), { source: "x", fileHash: "x", mtimeMs: 0, signal });
  await assertRejects(() => reading.next(), Error, "stop");
  assertEquals(chunks, 0);
});

Deno.test("normalizeLog() says that an empty log has nothing", async () => {
  const { rows, summary } = await normalize("");
  assertEquals([rows.length, summary.lines, summary.detection?.format], [0, 0, undefined]);
});

Deno.test("normalizeLog() reads UTF-16 with a byte order mark and without, however it is cut", async () => {
  const lines = "2024-05-01 10:00:00 INFO hällo \u{1F600}\n2024-05-01 10:00:01 INFO y\n";
  for (const text of [`\uFEFF${lines}`, lines]) {
    for (const isLittle of [true, false]) {
      for (const size of [1, 3, 1000]) {
        const { rows } = await normalize(utf16(text, isLittle), {}, size);
        assertEquals(rows.map((row) => row.body), ["hällo \u{1F600}", "y"]);
      }
    }
  }
});

Deno.test("normalizeLog() rejects only the line of UTF-16 that holds half of a pair", async () => {
  const line = (text: string) => `2024-05-01 10:00:00 INFO ${text}\n`;
  for (const half of ["\ud83d", "\ude00", "\ude00\ud83d", "\ud83d\ud83d\ude00", "\ud83dx"]) {
    const text = line("a \ufeff\u{1F600}\ufffd") + line(half) + line("b") + line("c");
    for (const isLittle of [true, false]) {
      for (const size of [1, 2, 3, 4, 7, 1000]) {
        const { rows, rejects } = await normalize(utf16(`\ufeff${text}`, isLittle), {}, size);
        const found = [rows.map((row) => row.body), rejects.map((one) => one.place.line)];
        assertEquals(found, [["a \ufeff\u{1F600}\ufffd", "b", "c"], [2]]);
        assertEquals(rejects[0]?.message.includes("half of a surrogate pair"), true);
      }
    }
  }
});

Deno.test("normalizeLog() rejects the last line of UTF-16 that ends within a pair or a character", async () => {
  const text = "2024-05-01 10:00:00 INFO a\n2024-05-01 10:00:00 INFO b\ud83d";
  for (const isLittle of [true, false]) {
    for (const size of [1, 3, 1000]) {
      const whole = utf16(text, isLittle);
      const pair = await normalize(whole, { salvage: true }, size);
      assertEquals([pair.rows.length, pair.rejects.map(({ code }) => code)], [1, [
        "line-encoding",
      ]]);
      const cut = await normalize(whole.subarray(0, -3), { salvage: true }, size);
      assertEquals([cut.rows.length, cut.rejects.map(({ code }) => code)], [1, ["log-truncated"]]);
    }
  }
});

Deno.test("normalizeLog() takes no bytes with zeros for UTF-16 unless all of their first ones are ASCII", async () => {
  const zeros = "\0a\0b\n2024-05-01 10:00:00 INFO y\n";
  const { rows } = await normalize(zeros, {}, 1000);
  assertEquals(rows.map((row) => row.body), ["y"]);
});

function utf16(text: string, isLittle: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), isLittle);
  return bytes;
}

Deno.test("normalizeLog() keeps the whole lines of a damaged log only if it is asked to", async () => {
  async function* damaged(): AsyncGenerator<Uint8Array> {
    yield encoder.encode("2024-05-01 10:00:00 INFO a\n2024-05-01 10:00:01 INFO b");
    throw new DataError("file-corrupt", "it ends too early");
  }
  const base = { source: "x", fileHash: "x", mtimeMs: 0 };
  await assertRejects(() => normalizeLog(damaged(), base).next(), DataError, "too early");
  const batches = normalizeLog(damaged(), { ...base, salvage: true });
  const first = await batches.next();
  assert(!first.done);
  assertEquals(first.value.records, 1);
  assertEquals(
    first.value.rejects.map((
      { code, place, raw },
    ) => [code, place.line, place.byteOffset, raw.length]),
    [
      ["log-truncated", 2, 27, 26],
    ],
  );
  const last = await batches.next();
  assert(last.done);
  const summary = last.value;
  assertEquals([summary.lines, summary.records, summary.quarantined], [2, 1, 1]);
});

Deno.test("normalizeLog() rejects the missing end of a log that is cut between two lines", async () => {
  async function* cut(): AsyncGenerator<Uint8Array> {
    yield encoder.encode("2024-05-01 10:00:00 INFO a\n");
    throw new DataError("file-corrupt", "it ends too early");
  }
  const batches = normalizeLog(cut(), { source: "x", fileHash: "x", mtimeMs: 0, salvage: true });
  const { value } = await batches.next();
  assert("rejects" in value);
  assertEquals(value.rejects.map(({ code, raw }) => [code, raw.length]), [["log-truncated", 0]]);
});

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Lines of every format, broken ones, and noise. */
const line = fc.oneof(
  fc.constantFrom(
    '{"msg":"a é","n":12345678901234567890}',
    '{"msg":',
    '203.0.113.7 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1 "-" "é\\"" 12',
    '203.0.113.7 - - [17/May/2015:10:05:03 +0000] "GET',
    "ts=1714557600 level=info msg=x",
    "<34>1 - h a p m [a b=",
    "<34>1 - h a p m - x",
    "Oct 11 22:14:15 h su: x",
    "[Wed Oct 11 14:32:52 2023] [error] x",
    "2024/05/01 10:00:00 [crit] 31#32: x, client: y",
    "2024-05-01 10:00:00 INFO x",
    "\tat a.b.C(D.java)",
    "#Date: x",
    "",
    "   ",
    "x".repeat(70),
  ).map((text) => encoder.encode(text)),
  fc.uint8Array({ maxLength: 40 }),
);
const log = fc.array(fc.tuple(line, fc.constantFrom("\n", "\n", "\r\n")), { maxLength: 30 }).map(
  (lines) => concat(lines.flatMap(([bytes, end]) => [bytes, encoder.encode(end)])),
);
const format = fc.constantFrom(...Object.keys(LOG_FORMATS));

Deno.test("normalizeLog() accounts for every line of fuzzed bytes, however they are cut", async () => {
  await fc.assert(
    fc.asyncProperty(log, format, fc.integer({ min: 1, max: 50 }), async (bytes, format, size) => {
      const options = { format, maxLineBytes: 64, maxEventLines: 4 };
      const whole = await normalize(bytes, options);
      const cut = await normalize(bytes, options, size);
      assertEquals(cut.ndjson, whole.ndjson);
      assertEquals(cut.rejects, whole.rejects);
      assertEquals(cut.summary, whole.summary);
      assertConserved(bytes, whole);
      const counted = await normalize(bytes, { ...options, records: false }, size);
      assertEquals([counted.ndjson, counted.summary], ["", whole.summary]);
    }),
    { numRuns: runs(150) },
  );
});

Deno.test("normalizeLog() writes one type per column, in the order of the schema", async () => {
  const types = new Map<string, string>(LOG_COLUMNS.map((column) => [column.name, column.type]));
  await fc.assert(
    fc.asyncProperty(log, async (bytes) => {
      for (const row of (await normalize(bytes)).rows) {
        const names = Object.keys(row);
        assertEquals(names, LOG_COLUMNS.map((c) => c.name as string).filter((name) => name in row));
        assertEquals(names.slice(0, 8), LOG_COLUMNS.slice(0, 8).map((column) => column.name));
        for (const [name, value] of Object.entries(row)) assertType(types.get(name) ?? "", value);
      }
    }),
    { numRuns: runs(50) },
  );
});

function assertType(type: string, value: unknown): void {
  if (type === "string" || type === "timestamp") assertEquals(typeof value, "string");
  else if (type === "long" || type === "integer") assert(Number.isInteger(value));
  else {
    for (const inner of Object.values(value as Record<string, unknown>)) {
      assertEquals(typeof inner, type === "map<string,string>" ? "string" : "object");
    }
  }
}

function assertConserved(bytes: Uint8Array, { summary, rows, rejects }: Normalized): void {
  const newlines = bytes.filter((byte) => byte === 10).length;
  const lines = newlines + (bytes.length > 0 && bytes.at(-1) !== 10 ? 1 : 0);
  assertEquals(summary.lines, lines);
  assertEquals(summary.records, rows.length);
  assertEquals(summary.quarantined, rejects.length);
  assertEquals(
    rows.reduce((sum, row) => sum + Number(row.line_count), 0) + rejects.length + summary.blank +
      summary.directives,
    lines,
  );
  for (const { raw, place } of rejects) {
    const at = place.byteOffset ?? 0;
    assertEquals(raw, bytes.slice(at, at + raw.length));
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

Deno.test("normalizeLog() keeps the bytes of each of many rejects", async () => {
  const lines = Array.from(
    { length: 300 },
    (_, i) => i % 100 === 7 ? "??".repeat(20_000) : `?? ${i} é${"x".repeat(i % 50)}`,
  );
  const { rejects } = await normalize(`${lines.join("\n")}\n`);
  const decoder = new TextDecoder();
  assertEquals(rejects.map(({ raw }) => decoder.decode(raw)), lines);
});
