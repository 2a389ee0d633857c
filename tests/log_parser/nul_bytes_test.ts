import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

const EVENT = "2025-05-01 10:00:00,123 ERROR [main] a.b.C: message";

Deno.test("normalizeLog() reads an event behind the NUL bytes that a crash of the machine left", async () => {
  for (const count of [1, 5000, 200_000]) {
    const nuls = "\0".repeat(count);
    const text = `${EVENT} 0\n${nuls}${EVENT} 1é\n\tat a.B(B.java:1)\n${EVENT} 2\n`;
    for (const pieceSize of [4096, 1 << 20]) {
      const { rows, summary } = await normalize(text, {}, pieceSize);
      const found = rows.map((
        row,
      ) => [row.body, row.line_count, row.source_offset, row.parse_error]);
      const offset = EVENT.length + 3;
      assertEquals([count, summary.lines, summary.records, summary.continuation, ...found], [
        ...[count, 4, 3, 1],
        ["message 0", 1, 0, undefined],
        ["message 1é", 2, offset + count, `${count} NUL bytes are before the line`],
        ["message 2", 1, offset + count + EVENT.length + 4 + 19, undefined],
      ]);
    }
  }
});

Deno.test("normalizeLog() joins nothing behind NUL bytes, and no NUL bytes, to the event before", async () => {
  for (
    const rest of ["\0\0\tat a.B(B.java:1)\n", "\0\0\0\n", `${"\0".repeat(100_000)}\n`, "\0\0"]
  ) {
    for (const pieceSize of [1, 1 << 20]) {
      if (pieceSize === 1 && rest.length > 1000) continue;
      const { rows, rejects, summary } = await normalize(`${EVENT}\n${rest}`, {}, pieceSize);
      assertEquals([rest.length, summary.lines, rows.length, rows[0]?.line_count, rejects.length], [
        ...[rest.length, 2, 1, 1, 1],
      ]);
      assertEquals(rejects[0]?.place.line, 2);
    }
  }
});

Deno.test("normalizeLog() marks access lines and JSON behind NUL bytes, which it reads as bytes else", async () => {
  const access = '192.0.2.1 - - [01/May/2025:10:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "x"\n';
  const json = '{"ts":"2025-05-01T10:00:00Z","level":"info","msg":"m"}\n';
  for (const line of [access, json]) {
    for (const records of [true, false]) {
      const { summary } = await normalize(`${line}${line}\0\0\0${line}${line}`, { records }, 40)
        .catch((error) => Promise.reject(new Error(line, { cause: error })));
      assertEquals([summary.records, summary.partial], [4, 1]);
    }
  }
});

Deno.test("normalizeLog() keeps the NUL bytes of a rejected line, and says so where they are too many", async () => {
  for (const count of [3, 100_000]) {
    const { rejects: [reject] } = await normalize(`${"\0".repeat(count)}nothing\n`);
    const kept = count === 3 ? count : 0;
    assertEquals([
      new TextDecoder().decode(reject?.raw),
      reject?.place.byteOffset,
      reject?.place.column,
      reject?.message.endsWith(`; without the ${count} NUL bytes before it`),
    ], ["\0".repeat(kept) + "nothing", count - kept, kept + 1, kept === 0]);
  }
});

Deno.test("normalizeLog() ends messages of syslog where a NUL does, and keeps other NUL bytes", async () => {
  const message = (i: number) => `<34>1 2026-01-12T10:00:0${i}Z h app 1 - - text ${i}`;
  for (const end of ["\0", "\0\n"]) {
    for (const pieceSize of [1, 3, 1 << 20]) {
      const log = [1, 2, 3].map((i) => message(i) + end).join("");
      const { rows, rejects } = await normalize(log, {}, pieceSize);
      const found = rows.map(({ body, source_offset, parse_status }) => [
        ...[body, source_offset, parse_status],
      ]);
      const size = message(1).length + end.length;
      assertEquals([end, pieceSize, rejects.length, ...found], [
        ...[end, pieceSize, 0],
        ["text 1", 0, "ok"],
        ["text 2", size, "ok"],
        ["text 3", 2 * size, "ok"],
      ]);
    }
  }
  const crash = await normalize(`${message(1)}\n\0\0\0${message(2)}\n${message(3)}\n`);
  assertEquals(crash.rows.map(({ parse_error }) => parse_error), [
    ...[undefined, "3 NUL bytes are before the line", undefined],
  ]);
  const within = await normalize(`${message(1)}\0x\n${message(2)}\n`);
  assertEquals(within.rows.map(({ body }) => body), ["text 1\0x", "text 2"]);
});
