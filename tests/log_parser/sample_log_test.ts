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
