import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

const encoder = new TextEncoder();
function framed(message: string, count = encoder.encode(message).length): string {
  return `${count} ${message}`;
}

const FIRST = "<34>1 2026-01-12T10:00:00Z h app 1 - - first line\nsécond line\n\nthird";
const NEXT = "<35>1 2026-01-12T10:00:01Z h app 1 - - next";
const OLD = "<34>Jan 12 10:00:02 h su: old";

async function read(log: string, pieceSize?: number) {
  const { rows, rejects, summary } = await normalize(log, { keepRaw: true }, pieceSize);
  const { lines, records, continuation, quarantined, blank } = summary;
  assertEquals(lines, records + continuation + quarantined + blank);
  return { rows, rejects, summary };
}

Deno.test("normalizeLog() cuts syslog where its octet counts say, with and without line breaks between", async () => {
  for (const end of ["", "\n", "\r\n"]) {
    for (const pieceSize of [1, 7, 1 << 20]) {
      const log = [FIRST, NEXT, OLD].map((message) => framed(message) + end).join("");
      const { rows, summary } = await read(log, pieceSize);
      const found = rows.map((row) => [row.body, row.line_start, row.line_count, row.parse_status]);
      assertEquals([end, pieceSize, ...found], [
        ...[end, pieceSize],
        ["first line\nsécond line\n\nthird", 1, 4, "ok"],
        ["next", 5, 1, "ok"],
        ["old", 6, 1, "ok"],
      ]);
      const offset = encoder.encode(framed(FIRST) + end).length;
      assertEquals([rows[1]?.source_offset, rows[0]?.raw], [offset, framed(FIRST)]);
      assertEquals([summary.lines, summary.continuation, summary.partial], [6, 3, 0]);
    }
  }
});

Deno.test("normalizeLog() reads a log of syslog messages without any line break", async () => {
  const messages = Array.from({ length: 9000 }, (_, i) => framed(`${NEXT} ${i}`)).join("");
  const { rows, summary } = await read(messages);
  assertEquals([summary.formats, summary.quarantined], [{ rfc5424: 9000 }, 0]);
  assertEquals(rows[8999]?.body, "next 8999");
});

Deno.test("normalizeLog() counts a line break at the end of a message, as some senders do", async () => {
  const { rows } = await read(framed(`${NEXT}\n`) + framed(`${NEXT}\n`));
  assertEquals(rows.map(({ body, parse_status }) => [body, parse_status]), [
    ["next", "ok"],
    ["next", "ok"],
  ]);
});

Deno.test("normalizeLog() finds the trace in a message with an octet count", async () => {
  const message = `${NEXT}\njava.io.IOException: boom\n\tat a.B.c(B.java:1)`;
  const { rows } = await read(framed(message) + framed(OLD));
  assertEquals([rows[0]?.body, rows[0]?.error_type, rows[0]?.line_count], [
    ...["next", "java.io.IOException", 3],
  ]);
});

Deno.test("normalizeLog() marks a message whose octet count does not fit", async () => {
  const size = NEXT.length;
  for (const count of [5, size - 1, size + 2, size + 60, 99_999, 999_999]) {
    for (const end of ["\n", ""]) {
      const { rows } = await read(framed(NEXT, count) + end + framed(OLD) + end + framed(NEXT));
      const fault = `the octet count is ${count}, the message has ${size}`;
      assertEquals(rows.map(({ body, parse_error }) => [body, parse_error]), [
        ["next", fault],
        ["old", undefined],
        ["next", undefined],
      ]);
    }
  }
  for (const count of [5, 99]) {
    const { rows } = await read(framed(NEXT, count));
    const fault = `the octet count is ${count}, the message has ${size}`;
    assertEquals(rows.map(({ body, parse_error }) => [body, parse_error]), [["next", fault]]);
  }
});

Deno.test("normalizeLog() takes numbers before syslog for no octet counts if none fits", async () => {
  const log = Array.from({ length: 30 }, (_, i) => `${i + 1} ${NEXT}\n`).join("");
  const { rows, summary } = await read(log);
  assertEquals([rows.length, summary.partial, rows[0]?.body], [30, 0, "next"]);
});

Deno.test("normalizeLog() rejects the lines of a broken message, and lines between messages", async () => {
  const bad = framed("<34>1 2026-01-12T10:00:00Z h app 1 - [x one\ntwo");
  const { rows, rejects } = await read(`${bad}${framed(NEXT)}\nnoise\n${framed(OLD)}`);
  assertEquals(rows.map(({ body }) => body), ["next", "old"]);
  assertEquals(rejects.map(({ place, raw }) => [place.line, new TextDecoder().decode(raw)]), [
    [1, "47 <34>1 2026-01-12T10:00:00Z h app 1 - [x one"],
    [2, "two"],
    [4, "noise"],
  ]);
});

Deno.test("normalizeLog() rejects a message with an octet count that is not UTF-8, line by line", async () => {
  const bytes = encoder.encode(`${framed(`${NEXT}\nx`)}${framed(OLD)}`);
  bytes[bytes.lastIndexOf(120)] = 0xff;
  const { rows, rejects, summary } = await normalize(bytes);
  assertEquals([rows.length, summary.lines, summary.quarantined], [1, 3, 2]);
  assertEquals(rejects.map(({ code, place }) => [code, place.line]), [
    ["line-encoding", 1],
    ["line-encoding", 2],
  ]);
});

Deno.test("normalizeLog() rejects a message with an octet count that is too long, alone", async () => {
  const long = framed(`${NEXT} ${"x".repeat(70_000)}`);
  const { rows, rejects } = await read(`${framed(OLD)}${long}\n${framed(NEXT)}\n`);
  assertEquals([rows.length, rejects.length, rejects[0]?.code], [2, 1, "line-too-long"]);
});
