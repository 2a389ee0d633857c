import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { gzipSync } from "node:zlib";
import {
  logPieces,
  readTimeline,
  renderTimeline,
  renderVerdict,
} from "../../lib/cli/audit/timeline.ts";
import { createStyle } from "../../lib/terminal/mod.ts";
import { granted } from "../_granted.ts";

const PAGE = { style: createStyle({ color: false }), width: 80 };

function entry(ms: number, event: string, fields: Record<string, unknown> = {}, level = "info") {
  const time = new Date(Date.parse("2026-11-21T00:00:00Z") + ms).toISOString();
  return { time, level, event, run_id: "R1", trace_id: "t", span_id: "s", ...fields };
}

Deno.test("a timeline shows stages, requests, retries and waits in 80 columns, and counts what is alike", () => {
  const place = { source: "shop", stream: "orders" };
  const error = {
    name: "HttpError",
    code: "http-status",
    message: "503",
    cause: { name: "E", message: "x\x1b[31m" },
  };
  const entries = [
    entry(0, "run-started", { attempt: 1 }),
    ...Array.from(
      { length: 9 },
      (_, at) => entry(10 + at, "page-read", { ...place, page: at + 1, bytes: 2048 }, "debug"),
    ),
    entry(40, "request-failed", {
      ...place,
      wait_ms: 1500,
      wait_reason: "retry-after",
      status: 503,
    }, "warning"),
    entry(1540, "stream-ended-early", { ...place, error }, "error"),
    entry(1541, "stream-ended", { ...place, outcome: "failed", read: 9, rejected: 0 }),
    entry(90_000, "run-started", { attempt: 2, url: `http://a.example/${"x".repeat(200)}` }),
  ];
  const text = [...renderTimeline(entries, PAGE)].join("");
  for (const line of text.trimEnd().split("\n")) assert(line.length <= 80, line);
  for (
    const expected of [
      "from 2026-11-21T00:00:00.000Z",
      "   +0.012  shop.orders page-read page=3 bytes=2.0kB",
      "   +0.040  shop.orders request-failed wait_ms=1.5s wait_reason=retry-after",
      "           and 6 page-read: --json has them",
      "   +1.541  shop.orders stream-ended outcome=failed read=9\n",
      "from 2026-11-21T00:01:30.000Z",
      "   +0.000  run-started attempt=2",
    ]
  ) assertStringIncludes(text, expected);
  assertStringIncludes(text.replace(/\s+/g, " "), 'error="http-status: 503 <- E: x');
  assert(!text.includes("page=4") && !text.includes("\x1b"), text);
});

Deno.test("a timeline ends with the verdict of the audit database and the files in the lake", () => {
  const counts = { read: 3, written: 2, rejected: 1, duplicates: 0, unchanged: 0 };
  const row = {
    source: "s",
    stream: "t",
    outcome: "partial",
    stop_reason: "page-repeated",
    error_code: null,
  };
  const part = { path: "raw/s/t/part.gz", status: "confirmed", rows: 2, bytes: 900 };
  assertEquals(
    renderVerdict({ streams: [{ ...row, ...counts }], publications: [part] }, PAGE),
    "verdict, by the audit database\n" +
      "  s.t partial: page-repeated, 3 read, 2 written, 1 rejected\n" +
      "in the lake\n  raw/s/t/part.gz confirmed, 2 rows, 900 B\n",
  );
});

Deno.test("a timeline reads every piece of a log in order, and leaves out a torn line", {
  ignore: !granted("read", "write"),
}, async () => {
  const folder = await Deno.makeTempDir();
  const write = (name: string, text: string) => Deno.writeTextFile(join(folder, name), text);
  const line = (event: string) => `${JSON.stringify({ event })}\n`;
  await Deno.writeFile(join(folder, "R1.1.jsonl.gz"), gzipSync(line("first")));
  await write("R1.2.jsonl", line("second"));
  await write("R1.jsonl", `${line("third")}{"event":"to`);
  await write("R11.jsonl", line("another run"));
  const pieces = logPieces(folder, "R1");
  assertEquals([...readTimeline(pieces)].map(({ event }) => event), ["first", "second", "third"]);
  assertEquals(logPieces(join(folder, "absent"), "R1"), []);
  await Deno.remove(folder, { recursive: true });
});
