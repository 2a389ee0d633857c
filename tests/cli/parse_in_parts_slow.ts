import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { parseInParts } from "../../lib/cli/logs/parse_in_parts.ts";
import { parseLogFile } from "../../lib/cli/logs/parse_log_file.ts";

/** Lines of about 90 bytes, a broken one in a thousand. */
function block(from: number): string {
  return Array.from({ length: 10_000 }, (_, i) => {
    if (i % 1000 === 7) return `broken ${from + i}\n`;
    const minute = String(Math.floor(from / 10_000) % 60).padStart(2, "0");
    return `203.0.113.${
      i % 200
    } - - [01/May/2026:10:${minute}:07 +0000] "GET /a/${i} HTTP/1.1" 200 ${i} "-" "curl"\n`;
  }).join("");
}

Deno.test("parseInParts() finds in a large log what reading it as a whole finds, rejects and places too", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "access.log");
    using file = await Deno.create(path);
    const encoder = new TextEncoder();
    for (let i = 0; i < 180; i++) file.writeSync(encoder.encode(block(i * 10_000)));
    const { size } = file.statSync();
    let read = 0;
    const onRead = (_: unknown, bytes: number) => read += bytes;
    const signal = new AbortController().signal;
    const parts = await parseInParts({ name: "access.log", path }, {}, { onRead, signal });
    assertEquals([parts?.quarantined, read], [1800, size]);
    assertEquals({ ...await parseLogFile(path), part: undefined }, parts);
    // A trace at the end belongs to nothing that parts can see.
    file.writeSync(encoder.encode("2026-05-01 10:00:00 ERROR x\n  at a.b(C.java:1)\n"));
    const mixed = await parseInParts({ name: "access.log", path }, {}, { onRead, signal });
    assertEquals(mixed, undefined);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
