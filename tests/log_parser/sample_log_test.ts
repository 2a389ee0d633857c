import { assertEquals } from "@std/assert";
import { identifyLog, sampleLog } from "../../lib/log_parser/mod.ts";
import { granted } from "../_granted.ts";

const LINES = Array.from({ length: 3000 }, (_, i) => `line ${i} ${"x".repeat(100)}\n`);

Deno.test({
  name: "sampleLog() takes whole lines only, and the same as identifyLog()",
  ignore: !granted("read", "write"),
  async fn() {
    const known = new Set(LINES);
    // A last line may have no line break.
    const text = LINES.join("") + LINES[0]?.trim();
    const path = await Deno.makeTempFile();
    try {
      await Deno.writeTextFile(path, text);
      const sample = sampleLog(path);
      const found = sample.map((piece) => new TextDecoder().decode(piece).match(/.*\n|.+/g) ?? []);
      assertEquals(found.map((lines) => lines.length > 500), [true, true]);
      assertEquals(found.map((lines) => lines.filter((line) => !known.has(line))), [
        [],
        [LINES[0]?.trim()],
      ]);
      const bytes = new TextEncoder().encode(text);
      const { sample: identified } = await identifyLog(ReadableStream.from([bytes]));
      assertEquals(identified, sample);
    } finally {
      await Deno.remove(path);
    }
  },
});

Deno.test({
  name:
    "sampleLog() takes the end of a log that is longer than what is read anyway, and nothing twice",
  ignore: !granted("read", "write"),
  async fn() {
    const path = await Deno.makeTempFile();
    try {
      for (const size of [128, 129, 160, 191, 193, 255]) {
        const line = "y".repeat(63) + "\n";
        const bytes = new TextEncoder().encode(line.repeat(size * 16));
        await Deno.writeFile(path, bytes);
        const sample = sampleLog(path);
        const [tail = new Uint8Array(0)] = sample;
        const want = Math.min(size - 128, 64) * 1024;
        // The first line of it may be one that begins earlier.
        assertEquals([size, sample.length, tail.length], [
          ...[size, size > 128 ? 1 : 0, Math.max(0, want - line.length)],
        ]);
        const { sample: identified } = await identifyLog(ReadableStream.from([bytes]));
        assertEquals(identified, sample);
      }
    } finally {
      await Deno.remove(path);
    }
  },
});
