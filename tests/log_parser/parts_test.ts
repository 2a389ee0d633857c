import { assertEquals } from "@std/assert";
import {
  HeavyHitters,
  type LogSummary,
  normalizeLog,
  summaryOfParts,
} from "../../lib/log_parser/mod.ts";
import { topOf } from "../../lib/log_parser/heavy_hitters.ts";
import { sample } from "../_sample.ts";

const LINES = Array.from({ length: 6000 }, (_, i) => {
  const day = String(1 + Math.floor(i / 214)).padStart(2, "0");
  const minute = String(i % 60).padStart(2, "0");
  const status = i % 50 === 0 ? 500 : 200;
  const time = `${day}/May/2026:${String(i % 24).padStart(2, "0")}:${minute}:07 +0200`;
  if (i % 997 === 5) return "no access line\n";
  return `203.0.113.${i % 9} - - [${time}] "GET /a/${
    i % 700
  }?x=${i} HTTP/1.1" ${status} ${i} "-" "a${i % 3}"\n`;
});

async function summaryOf(text: string, head?: Uint8Array): Promise<LogSummary> {
  const bytes = new TextEncoder().encode(text);
  const batches = normalizeLog(chunksOf(bytes), {
    ...{ source: "x.log", fileHash: "", mtimeMs: 0, records: false },
    ...head && { head },
  });
  while (true) {
    const step = await batches.next();
    if (step.done) return step.value;
  }
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 300_000) yield bytes.subarray(at, at + 300_000);
}

async function inParts(lines: readonly string[], at: number): Promise<LogSummary | undefined> {
  const head = new TextEncoder().encode(lines.join("")).subarray(0, 256 * 1024);
  const parts = [lines.slice(0, at), lines.slice(at)];
  return summaryOfParts(
    await Promise.all(parts.map((part) => summaryOf(part.join(""), head))),
  );
}

Deno.test("summaryOfParts() is the summary of the whole log, wherever it was cut", async () => {
  const whole = { ...await summaryOf(LINES.join("")), part: undefined };
  assertEquals([whole.quarantined, whole.metrics.volume.bucketMinutes > 1], [7, true]);
  for (const at of sample([2999, 0], 2)) assertEquals([at, await inParts(LINES, at)], [at, whole]);
});

Deno.test("summaryOfParts() adds up no log whose lines may belong together", async () => {
  const trace = ["2026-05-01 10:00:00 ERROR x\n", "  at a.b(C.java:1)\n"];
  assertEquals(await inParts([...LINES, ...trace], 3000), undefined);
  const timed = LINES.map((line) => line.replace('"\n', '" 12ms\n'));
  assertEquals(await inParts(timed, 3000), undefined);
});

Deno.test("topOf() counts nothing too low, and says how much it may be too high", () => {
  const all = new Map<string, number>();
  const parts = [new HeavyHitters(40), new HeavyHitters(40)];
  for (let i = 0; i < 20_000; i++) {
    const value = `/${(i * 7919) % ((i * 31) % 300 + 1)}`;
    all.set(value, (all.get(value) ?? 0) + 1);
    parts[i < 9000 ? 0 : 1]?.add(value);
  }
  const top = topOf(parts.map((part) => part.part()), 10);
  for (const { value, count, overcount } of top) {
    const real = all.get(value) ?? 0;
    assertEquals([value, count >= real, count - overcount <= real], [value, true, true]);
  }
  assertEquals(top.some(({ overcount }) => overcount > 0), true);
});
