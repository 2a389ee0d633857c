import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { countAccess, LogMetrics, normalizeLog } from "../../lib/log_parser/mod.ts";
import { granted } from "../_granted.ts";

const ignore = !granted("read", "write");
const encoder = new TextEncoder();

function line(i: number): string {
  const minute = String(Math.floor(i / 100) % 60).padStart(2, "0");
  return `203.0.113.${i % 9} - - [01/May/2026:10:${minute}:07 +0200] "GET /a/${
    i % 700
  }?x=${i} HTTP/1.1" ` +
    `${i % 50 === 0 ? 500 : 200} ${i} "-" "a${i % 3}"\n`;
}

const LINES = Array.from({ length: 9000 }, (_, i) => line(i));

/** Calls a function with the path of a log of those lines. */
async function withLog<T>(text: string, fn: (path: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "access.log");
    await Deno.writeTextFile(path, text);
    return await fn(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What the parsers count of the same lines. */
async function parsed(text: string) {
  const options = { source: "x.log", fileHash: "", mtimeMs: 0, records: false };
  const batches = normalizeLog(new Blob([text]).stream(), options);
  for (;;) {
    const step = await batches.next();
    if (step.done) return step.value;
  }
}

/** Counts a part of a log on the thread. */
function counted(text: string, start = 0) {
  let read = 0;
  const options = {
    onRead: (bytes: number) => read += bytes,
    signal: new AbortController().signal,
  };
  return withLog(text, async (path) => {
    const end = encoder.encode(text).length;
    const found = await countAccess({ path, start, end }, options);
    if (found?.part === undefined) throw new Error("nothing was counted");
    const { lines, bytes, part } = found;
    return { lines, bytes, read, metrics: LogMetrics.of([part]).snapshot() };
  });
}

Deno.test({
  name: "countAccess() counts what the parsers count",
  ignore,
  async fn() {
    const text = LINES.join("");
    const { records, metrics } = await parsed(text);
    assertEquals(await counted(text), {
      ...{ lines: records, bytes: text.length, read: text.length },
      metrics,
    });
    const rest = LINES.slice(4000).join("");
    const { metrics: later } = await parsed(rest);
    const found = await counted(text, text.length - rest.length);
    assertEquals([found.lines, found.bytes, found.metrics], [5000, rest.length, later]);
  },
});

Deno.test({
  name: "countAccess() leaves the first line that is no plain access line, and all after it",
  ignore,
  async fn() {
    const before = LINES.slice(0, 6000).join("");
    const others = [
      "broken\n",
      `${"x".repeat(400_000)}\n`,
      "\n",
      line(7).replace('"a1"', '"\\"a"'),
    ];
    for (const other of others) {
      const { lines, bytes } = await counted(before + other + line(8));
      assertEquals([lines, bytes], [6000, before.length], other.slice(0, 20));
    }
    const { lines, bytes } = await counted(before + line(7).trimEnd());
    assertEquals([lines, bytes], [6000, before.length], "a last line without an end");
  },
});

Deno.test({
  name:
    "countAccess() says of a log that cannot be read that nothing is counted, and stops when it is told",
  ignore,
  async fn() {
    await withLog("", async (path) => {
      const controller = new AbortController();
      const options = { onRead: () => {}, signal: controller.signal };
      const gone = { path: `${path}.gone`, start: 0, end: 1 };
      assertEquals(await countAccess(gone, options), undefined);
      const waiting = countAccess({ path, start: 0, end: 1 }, options);
      controller.abort(new Error("stopped"));
      await assertRejects(() => waiting, Error, "stopped");
    });
  },
});
