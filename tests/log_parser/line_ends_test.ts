import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

const APP = [0, 1, 2, 3].map((i) => `2025-05-01 10:00:0${i},123 ERROR [main] a.b.C: message ${i}`);

async function bodiesOf(text: string, pieceSize?: number) {
  const { rows, rejects, summary } = await normalize(text, {}, pieceSize);
  return {
    bodies: rows.map(({ body }) => body),
    rejects: rejects.map(({ message, place }) => [message, place.line, place.column]),
    lines: summary.lines,
  };
}

Deno.test("normalizeLog() ends lines with carriage returns where the log begins with no line feed", async () => {
  const bodies = [0, 1, 2, 3].map((i) => `message ${i}`);
  const want = { bodies, rejects: [], lines: 4 };
  for (const ends of ["\r\r\r\r", "\r\r\r"]) {
    const text = APP.map((line, i) => line + (ends[i] ?? "")).join("");
    for (const pieceSize of [1, 7, 1 << 20]) assertEquals(await bodiesOf(text, pieceSize), want);
  }
  const mixed = `${APP[0]}\r${"x".repeat(70_000)}\r${APP[1]}\r\n${APP[2]}\n${APP[3]}\r`;
  for (const pieceSize of [30_000, 1 << 20]) {
    const { bodies: found, rejects } = await bodiesOf(mixed, pieceSize);
    assertEquals([found, rejects.map(([, line]) => line)], [bodies, [2]]);
  }
});

Deno.test("normalizeLog() keeps the offsets of a log whose lines end with carriage returns", async () => {
  const { rows } = await normalize(APP.join("\r"));
  assertEquals(rows.map((row) => row["source_offset"]), APP.map((line, i) => i * line.length + i));
});

Deno.test("normalizeLog() takes no record after a carriage return for a part of the one before", async () => {
  const message = "another record begins after a carriage return";
  const column = (APP[1] ?? "").length + 2;
  const { bodies, rejects, lines } = await bodiesOf(
    `${APP[0]}\n${APP[1]}\r${APP[2]}\n10%\r20%\r${APP[1]}\n${APP[3]} 10%\r 20%\r\n`,
  );
  assertEquals(bodies, ["message 0", "message 3 10%\r 20%"]);
  assertEquals(rejects, [[message, 2, column], [message, 3, 9]]);
  assertEquals(lines, 4);
});

Deno.test("normalizeLog() rejects a line with more carriage returns than can be looked at", async () => {
  const { bodies, rejects } = await bodiesOf(`${APP[0]}\n${APP[1]}${"\rx".repeat(20_000)}\n`);
  assertEquals([bodies, rejects.length], [["message 0"], 1]);
});
