import { assert, assertEquals } from "@std/assert";
import type { LogMetricsPart, NormalizeLogOptions } from "../../lib/log_parser/mod.ts";
import { sample } from "../_sample.ts";
import { normalize } from "./_normalize.ts";

/** In pieces of this size there are too few lines for the program: each is read by the scanner. */
const SMALL = 4000;
const encoder = new TextEncoder();

/** Plain lines that differ in all that may differ. */
const LINES = [
  '203.0.113.9 - - [28/Feb/2026:06:29:59 +0100] "GET /a?b=1 HTTP/1.1" 301 96 "http://r/" "curl/8"\n',
  '1.22.33.4 - frank [28/Feb/2026:06:30:00 -0330] "POST /shop/cart/17 HTTP/1.0" 500 - "-" "-"\r\n',
] as const;

/** Bytes that mean something, and their neighbours. */
const ODD_BYTES = [
  ...encoder.encode('\0\t\n\r\x1f !"#+-./09:;<?@ABZ[\\]^_az{}~\x7f'),
  ...[128, 160, 194, 255],
];

interface Made {
  readonly path?: string;
  readonly client?: string;
  readonly agent?: string;
  readonly time?: string;
  readonly size?: string;
}

function line(
  { path = "/", client = "1.1.1.1", agent = "a", time = "06:29:59", size = "7" }: Made = {},
): string {
  return `${client} - - [28/Feb/2026:${time} +0100] "GET ${path} HTTP/1.1" 200 ${size} "-" "${agent}"\n`;
}

/** What is counted of a log, with all values that are kept, in large pieces and in small ones. */
async function counted(text: string | Uint8Array, options: Partial<NormalizeLogOptions> = {}) {
  const bytes = typeof text === "string" ? encoder.encode(text) : text;
  const head = encoder.encode(LINES.join("").repeat(20));
  const found = [];
  for (const size of [1 << 20, SMALL]) {
    const { summary, rejects } = await normalize(
      bytes,
      { format: "combined", records: false, head, ...options },
      size,
    );
    found.push({ summary, rejects });
  }
  const [large, small] = found;
  assertEquals(large, small);
  assert(large?.summary.part !== undefined);
  return { ...large.summary, part: large.summary.part };
}

function countsOf(part: LogMetricsPart["paths"]): Record<string, number> {
  return Object.fromEntries(part.values.map((value, at) => [value, part.counts[at] ?? 0]));
}

Deno.test("normalizeLog() counts access lines alike by a program and by its scanner, whatever byte is wrong", async () => {
  for (const plain of LINES) {
    const places = sample(Array.from({ length: plain.length }, (_, at) => at), 5);
    const log = encoder.encode(`${plain}${plain}`.repeat(places.length * ODD_BYTES.length));
    let wrong = 0;
    for (const at of places) {
      for (const byte of ODD_BYTES) log[plain.length * 2 * wrong++ + at] = byte;
    }
    const { lines, quarantined } = await counted(log);
    assert(lines > wrong && quarantined > wrong / 4);
  }
});

Deno.test("normalizeLog() counts access lines alike by a program and by its parser", async () => {
  const cut = LINES.flatMap((plain) =>
    Array.from({ length: plain.length }, (_, at) => [
      plain.slice(0, at) + plain.slice(at + 1),
      plain.slice(0, at) + plain.slice(at - 1),
      `${plain.slice(0, at)}\n`,
      plain,
    ])
  );
  const clients = [".0.113.9", "1.2.3.", "1..2.3", "1.2.3", "1.2.3.4.5", "1234.1.1.1", "::1", "h"];
  const text = [...cut.flat(), ...clients.map((client) => line({ client }))].join("");
  const whole = await normalize(text, { keepRaw: true });
  for (const size of [1 << 20, 9000, SMALL, 77]) {
    const { summary, rejects } = await normalize(text, { records: false }, size);
    assertEquals([size, summary], [size, whole.summary]);
    assertEquals(rejects, whole.rejects);
  }
});

Deno.test("normalizeLog() tells values apart in which one byte differs, of any length", async () => {
  const values: string[] = [];
  for (let length = 1; length < 80; length++) {
    for (let at = 0; at <= length; at++) values.push("a".repeat(at) + "b".repeat(length - at));
  }
  const text = values.map((value, at) =>
    line({ path: `/${value}`, agent: value, client: `1.2.${at >> 8}.${at & 255}` }).repeat(2)
  ).join("");
  const { part } = await counted(text);
  assertEquals(countsOf(part.paths), Object.fromEntries(values.map((value) => [`/${value}`, 2])));
  assertEquals(countsOf(part.userAgents), Object.fromEntries(values.map((value) => [value, 2])));
  assertEquals(new Set(part.clients.counts), new Set([2]));
});

Deno.test("normalizeLog() keeps the same frequent values by a program when there are too many", async () => {
  const lines: string[] = [];
  let state = 1;
  const below = (limit: number) => (state = (state * 48271) % 2147483647) % limit;
  for (let i = 0; i < 90_000; i++) {
    const path = `/item-${below(below(60_000) + 1)}`;
    lines.push(line({ path, agent: `a${below(3)}`, client: `1.2.3.${below(250)}` }));
  }
  const { part } = await counted(lines.join(""));
  assert(part.paths.floor > 0);
  assertEquals(part.userAgents.floor, 0);
});

Deno.test("normalizeLog() counts values for which a program has no room", async () => {
  const longer = line({ path: `/${"y".repeat(3000)}` });
  // They have more bytes than its table, and then there are too many of them.
  const long = Array.from({ length: 17_000 }, (_, i) => line({ path: `/${i}/${"x".repeat(700)}` }));
  const often = long.slice(0, 5000);
  const { part } = await counted([longer, ...often, longer, ...long, ...often].join(""));
  assertEquals(part.paths.floor, 1);
  assertEquals(part.paths.counts.slice(1, 5001), new Float64Array(5000).fill(3));
  assertEquals(part.paths.values.length, new Set(part.paths.values).size);
});

Deno.test("normalizeLog() rejects lines that are too long for it by a program, too", async () => {
  const lines = Array.from({ length: 200 }, (_, i) => line({ path: `/${"x".repeat(i)}` }));
  const [most = ""] = lines.slice(99);
  const { lines: all, quarantined } = await counted(lines.join(""), { maxLineBytes: most.length });
  assertEquals([all, quarantined], [200, 99]);
});

Deno.test("normalizeLog() counts minutes, errors and bytes by a program as by its scanner", async () => {
  const times = Array.from({ length: 1440 }, (_, i) => {
    const [hour, minute] = [Math.floor(i / 60), i % 60].map((n) => String(n).padStart(2, "0"));
    return `${hour}:${minute}:${String(10 + (i * 7) % 40)}`;
  });
  // Sums above 2 ** 53 depend on the order in which they are added up.
  const lines = ["27", "28", "01"].flatMap((day) =>
    times.map((time, i) =>
      line({ time, size: `${900_000_000_000_000 + i * 7}` })
        .replace("28/Feb", day === "01" ? "01/Mar" : `${day}/Feb`)
        .replace(" 200 ", i % 5 === 0 ? " 503 " : " 200 ")
        .repeat(1 + i % 3)
    )
  );
  const backAndForth = lines.slice(0, 200).map((one, i) => i % 2 === 0 ? one : lines[7] ?? "");
  const around = [line({ time: "00:00:05" }), line({ time: "23:59:59" })].map((one, at) =>
    one.replace("28/Feb", at === 0 ? "27/Feb" : "01/Mar")
  );
  const { metrics } = await counted(
    [lines[0], around[0], ...lines, around[1], lines.at(-1), ...backAndForth].join(""),
  );
  assertEquals(metrics.volume.bucketMinutes, 2);
  assertEquals(metrics.firstTimestamp, "2026-02-26T23:00:05.000Z");
  assertEquals(metrics.lastTimestamp, "2026-03-01T22:59:59.000Z");
  assertEquals(metrics.errors, metrics.statuses["503"]);
  const none = await counted(line({ size: "-" }).repeat(300));
  assertEquals(none.metrics.responseBytes, undefined);
});
