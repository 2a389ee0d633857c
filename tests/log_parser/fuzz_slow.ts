import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { assert, assertEquals } from "@std/assert";
import { type LogSummary, normalizeLog, patternExamples } from "../../lib/log_parser/mod.ts";

/** Mutated lines in all; `deno test ... -- --lines N` takes others. */
const LINES = Number(/--lines[ =](\d+)/.exec(Deno.args.join(" "))?.[1] ?? 10_000_000);
const LINES_OF_A_LOG = 20_000;
/** A file of two such lines, its formats learned; work that grows with the square takes seconds. */
const MOST_MS = 1000;
const encoder = new TextEncoder();

/** Lines of every kind that code reads; those of the patterns are their examples. */
const SEEDS = [
  '203.0.113.7 - frank [17/May/2015:10:05:03 +0000] "GET /a?b=1 HTTP/1.1" 200 1 "http://r/" "curl/8"',
  '<34>1 2003-10-11T22:14:15.003Z host app 12 ID47 [a@1 x="y"] message',
  "<34>Oct 11 22:14:15 host app[1]: message",
  '{"ts":"2024-05-01T10:00:00Z","level":"error","msg":"x","duration_ms":1.5,"n":{"a":[1,2]}}',
  'ts=2024-05-01T10:00:00Z level=info msg="a b" status=200',
  "2024-05-01 10:00:00,123 ERROR [main] a.b.C: boom",
  "java.lang.IllegalStateException: x",
  "\tat a.b.C.d(C.java:1)",
  "[Sun Dec 04 04:47:44 2005] [error] [client 203.0.113.9] x",
  '2024/05/01 10:00:00 [error] 12#34: *5 x, client: 203.0.113.9, request: "GET / HTTP/1.1"',
  "2026-01-28T16:04:05.4Z stdout P part ",
  '{"log":"x\\n","stream":"stdout","time":"2026-01-28T16:04:05.4Z"}',
  "time:2024-05-01T10:00:00Z\tstatus:200",
  "#Fields: date time cs-method sc-status",
  "web-1  | 2024-05-01 10:00:00 INFO x",
  "1714557600 INFO epoch",
  "",
];

/** The same numbers each time. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => (state = (state * 48271) % 2147483647) % below;
}

function mutated(line: string, random: (below: number) => number): string {
  let text = line;
  for (let n = random(4); n > 0; n--) {
    const at = random(text.length + 1);
    const kind = random(7);
    const odd = [
      " ",
      '"',
      "\\",
      "[",
      "]",
      "{",
      "}",
      "é",
      "\t",
      "\x1b[31m",
      ":",
      "=",
      "0",
      "-",
      ",",
    ];
    if (kind === 0) text = text.slice(0, at);
    else if (kind === 1) text = text.slice(at);
    else if (kind === 2) text = text.slice(0, at) + odd[random(odd.length)] + text.slice(at);
    else if (kind === 3) text = text.slice(0, at) + text.slice(at + 1 + random(5));
    else if (kind === 4) {
      text = text.slice(0, at) + (odd[random(odd.length)] ?? "").repeat(random(300)) +
        text.slice(at);
    } else if (kind === 5) text = text.slice(0, at) + text + text.slice(at);
    else text = text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at + 1);
  }
  return text;
}

/** Time that this process has worked: a machine that does something else does not count. */
function workedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Size of what is kept: how much garbage lies around is the engine's affair, and the test makes most of it. */
function keptBytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return Deno.memoryUsage().heapUsed;
}

async function read(
  bytes: Uint8Array,
  records: boolean,
): Promise<LogSummary & { readonly rejected: number }> {
  async function* chunks() {
    await Promise.resolve();
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
  }
  const about = { source: "fuzz.log", fileHash: "0".repeat(16), mtimeMs: 0, records };
  const batches = normalizeLog(chunks(), about);
  let rejected = 0;
  for (;;) {
    const step = await batches.next();
    if (step.done) return { ...step.value, rejected };
    rejected += step.value.rejects.length;
  }
}

Deno.test({
  name: `normalizeLog() accounts for each of ${
    LINES.toLocaleString("en")
  } mutated lines, in bounded time and memory`,
  async fn() {
    const examples = Object.values(await patternExamples()).flat().map(({ line }) => line);
    const seeds = [...SEEDS, ...examples];
    let slowest = { ms: 0, log: 0 };
    let keptByOne = 0;
    for (let done = 0, log = 1; done < LINES; done += LINES_OF_A_LOG, log++) {
      const random = generator(log);
      const one = seeds[random(seeds.length)] ?? "";
      // Most logs are of one kind, with some lines of others.
      const lines = Array.from(
        { length: LINES_OF_A_LOG },
        () => mutated(random(5) < 4 ? one : seeds[random(seeds.length)] ?? "", random),
      );
      const bytes = encoder.encode(`${lines.join("\n")}\n`);
      const started = workedMs();
      const summary = await read(bytes, log % 2 === 0);
      const ms = (workedMs() - started) / LINES_OF_A_LOG;
      if (ms > slowest.ms) slowest = { ms, log };
      if (log === 1) keptByOne = keptBytes();
      const wanted = bytes.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0);
      assertEquals([log, summary.lines, summary.rejected], [log, wanted, summary.quarantined]);
    }
    assert(slowest.ms < 1, `log ${slowest.log} took ${slowest.ms} ms a line`);
    const more = keptBytes() - keptByOne;
    assert(more < 20e6, `${Math.round(more / 1e6)} MB more are kept than after one log`);
  },
});

Deno.test("normalizeLog() reads no line for long, whatever it is made of", async () => {
  const examples = Object.values(await patternExamples()).flat().map(({ line }) => line);
  const marks = [" ", '"', "[", ":", "]", "a ", "a=", "1"];
  const most = 60_000;
  const slow: string[] = [];
  for (const seed of [...SEEDS, ...examples]) {
    for (const mark of marks) {
      for (const at of [Math.floor(seed.length / 3), seed.length]) {
        const run = mark.repeat(Math.floor((most - seed.length) / mark.length));
        const bytes = encoder.encode(`${seed}\n${seed.slice(0, at)}${run}${seed.slice(at)}\n`);
        let best = Infinity;
        // It is parsed twice, for the vote and for the record, and something else may run at the moment.
        for (let i = 0; i < 3 && best > MOST_MS; i++) {
          const started = workedMs();
          await read(bytes, true);
          best = Math.min(best, workedMs() - started);
        }
        if (best > MOST_MS) {
          slow.push(
            `${Math.round(best)} ms: ${seed.slice(0, 40)} with ${JSON.stringify(mark)} at ${at}`,
          );
        }
      }
    }
  }
  assertEquals(slow, []);
});
