import { fromFileUrl } from "@std/path";
import { SandboxHandler } from "../lib/sandbox/mod.ts";
import { type Ask, STRAY_LINES, TRAFFIC } from "./_sample_traffic.ts";

/** First second of the log. */
const START = Date.UTC(2026, 2, 2, 5, 58, 12);

/** What goes wrong while the log is written: each kind leaves another trace. */
const FAULTS = [
  "quakes:429=retry-after:2@0.04",
  "quakes:502@req150x3",
  "flights:503=retry-after:1@0.015",
  "flights:slow=2500ms@0.02",
  "flights:expired@req400",
  "strikes:reset@0.03",
  "strikes:500@req31x4",
  "strikes:html200@req90",
];

/** One caller's next request. */
interface Turn {
  at: number;
  readonly asks: Generator<Ask, void, number>;
  next: Ask;
}

/**
 * Makes the sample access log: the sandbox's own, of a fixed list of requests on a fixed clock.
 *
 * Needs read permission for data/samples/, and no network: the sandbox answers without its server. Times and
 * latencies come from the seed, so that every call gives the same bytes.
 *
 * @returns The log, in Apache's combined format with microseconds and request id at the end of each line.
 */
export async function buildAccessLog(): Promise<Uint8Array> {
  const random = seededRandom(20_260_302);
  const lines: string[] = [];
  let now = START;
  let micros = 0;
  const handler = new SandboxHandler({
    samples: fromFileUrl(new URL("../data/samples", import.meta.url)),
    token: "sample-token",
    seed: 2026,
    faults: FAULTS,
    log: (line) => lines.push(line),
    clock: {
      now: () => now,
      monotonic: () => (micros += latency(random)) / 1000,
      sleep: (ms) => {
        micros += ms * 1000;
        return Promise.resolve();
      },
    },
  });
  const stray = [...STRAY_LINES];
  const turns = TRAFFIC.flatMap((caller) => firstTurn(caller.start, caller.asks(random)));
  for (let turn = earliest(turns); turn !== undefined; turn = earliest(turns)) {
    now = START + Math.round(turn.at * 1000);
    while ((stray[0]?.at ?? Infinity) < turn.at) lines.push(strayLine(stray.shift()));
    const status = await send(handler, turn.next);
    const { done, value } = turn.asks.next(status);
    if (done) turns.splice(turns.indexOf(turn), 1);
    else [turn.next, turn.at] = [value, turn.at + value.after];
  }
  return new TextEncoder().encode(lines.join(""));
}

function firstTurn(start: number, asks: Generator<Ask, void, number>): Turn[] {
  const { done, value } = asks.next(0);
  return done ? [] : [{ at: start + value.after, asks, next: value }];
}

function earliest(turns: readonly Turn[]): Turn | undefined {
  return turns.reduce<Turn | undefined>(
    (first, turn) => first === undefined || turn.at < first.at ? turn : first,
    undefined,
  );
}

async function send(handler: SandboxHandler, ask: Ask): Promise<number> {
  const request = new Request(`http://api.example${ask.path}`, {
    method: ask.method ?? "GET",
    headers: {
      ...(ask.agent === undefined ? {} : { "User-Agent": ask.agent }),
      ...(ask.referrer === undefined ? {} : { Referer: ask.referrer }),
      ...(ask.modifiedSince === undefined ? {} : { "If-Modified-Since": ask.modifiedSince }),
      ...(ask.authorization === undefined ? {} : { Authorization: ask.authorization }),
    },
    ...(ask.body === undefined ? {} : { body: ask.body }),
  });
  const response = await handler.handle(request, ask.client);
  await response.body?.cancel();
  return response.status;
}

function strayLine(line: { readonly at: number; readonly text: string } | undefined): string {
  if (line === undefined) return "";
  const [, day, month, year, time] = /, (\d+) (\w+) (\d+) (\S+)/.exec(
    new Date(START + line.at * 1000).toUTCString(),
  ) ?? [];
  return `${line.text.replace("TIME", `${day}/${month}/${year}:${time} +0000`)}\n`;
}

/** Draws a latency in microseconds: mostly below a millisecond, with the long tail of a real server. */
function latency(random: () => number): number {
  const normal = random() + random() + random() + random() - 2;
  return Math.round(120 + Math.exp(5.8 + 1.9 * normal));
}

function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    // Park and Miller's minimal standard generator: its products stay below 2^53.
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
