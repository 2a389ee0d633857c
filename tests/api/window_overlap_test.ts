import { assert, assertEquals } from "@std/assert";
import { ApiClient, type StreamEnd, type WindowBounds } from "../../lib/api/mod.ts";
import { collect } from "./_collect.ts";
import { FakeClock } from "./_fake_clock.ts";
import { everyTest, sample } from "../_sample.ts";

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How an API changes a boundary before it compares. */
const ROUNDINGS = {
  no: (ms: number) => ms,
  down: (ms: number, unit: number) => Math.floor(ms / unit) * unit,
  up: (ms: number, unit: number) => Math.ceil(ms / unit) * unit,
  nearest: (ms: number, unit: number) => Math.round(ms / unit) * unit,
} as const;

interface Api {
  readonly times: readonly number[];
  readonly bounds: WindowBounds;
  readonly rounding: keyof typeof ROUNDINGS;
  readonly unit: number;
  /** Whether records say when they were. */
  readonly tells: boolean;
  /** Results of one query at most. @default 1000, with ms; otherwise in whole seconds */
  readonly cap?: number;
}

/** Reads six hours in windows of one hour whose bounds are not declared. */
async function read(
  { times, bounds, rounding, unit, tells, cap }: Api,
): Promise<{ readonly end: StreamEnd; readonly ids: number[]; readonly requests: number }> {
  let requests = 0;
  const fetch = (input: string | URL | Request) => {
    requests++;
    const query = new URL(String(input)).searchParams;
    const [from = 0, to = 0] = ["from", "to"].map((name) =>
      ROUNDINGS[rounding](timeOf(query.get(name) ?? ""), unit)
    );
    const found = times.flatMap((ms, id) => {
      const isIn = (bounds[0] === "[" ? ms >= from : ms > from) &&
        (bounds[1] === "]" ? ms <= to : ms < to);
      return isIn ? [{ id, ...(tells ? { at: new Date(ms).toISOString() } : {}) }] : [];
    });
    return Promise.resolve(Response.json({ d: found.slice(0, cap) }));
  };
  await using client = new ApiClient({
    baseUrl: "https://a.example",
    clock: new FakeClock(),
    fetch,
  });
  const { items, end } = await collect(client.pages({
    path: "/",
    records: "d",
    pagination: { type: "none" },
    window: {
      start_param: "from",
      end_param: "to",
      start: new Date(START).toISOString(),
      end: new Date(START + 6 * HOUR).toISOString(),
      step: HOUR,
      max_results: cap ?? 1000,
      format: cap === undefined ? "iso" : "epoch_s",
    },
  }));
  const ids = items.flatMap(({ records }) =>
    records.map(({ value }) => (value as { id: number }).id)
  );
  return { end, ids: ids.sort((a, b) => a - b), requests };
}

function timeOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

const PLACES: Readonly<Record<string, readonly number[]>> = {
  "anywhere": [123_457, HOUR + 17, 3 * HOUR, 3 * HOUR + 1, 4 * HOUR + 61_002, 5 * HOUR],
  "on every boundary": [1, 2, 3, 4, 5].map((n) => n * HOUR),
  "just before round times": [2 * HOUR - 1, 2 * HOUR, 3 * HOUR - 1, 4 * HOUR],
  "just after round times": [HOUR + 1, 2 * HOUR + 1, 3 * HOUR],
  "only on one boundary": [4 * HOUR],
  "in the last window and on a boundary": [4 * HOUR, 5 * HOUR + 12_345],
  "nowhere": [],
  "crowded": Array.from({ length: 14 }, (_, n) => HOUR + 1000 * (n % 3)),
};

function apiOf(place: string, api: Partial<Api>): Api {
  const times = (PLACES[place] ?? []).map((ms) => START + ms);
  return { times, bounds: "()", rounding: "no", unit: 1, tells: true, ...api };
}

everyTest(
  "pages() of overlapping windows is complete only with all records, however an API rounds",
  async () => {
    for (const place of Object.keys(PLACES)) {
      for (const bounds of ["[)", "[]", "(]", "()"] as const) {
        for (const rounding of ["down", "up", "nearest"] as const) {
          for (const unit of [10, 1000, MINUTE, 15 * MINUTE, HOUR]) {
            for (const tells of [true, false]) {
              const api = apiOf(place, { bounds, rounding, unit, tells });
              const { end, ids } = await read(api);
              const what = JSON.stringify({ place, bounds, rounding, unit, tells });
              assertEquals(ids.length, new Set(ids).size, what);
              if (!end.proven) {
                const codes = end.contradictions.map(({ code }) => code);
                assertEquals([bounds, codes], ["()", ["boundary-unclear"]], what);
              } else assertEquals(ids, api.times.map((_, id) => id), what);
            }
          }
        }
      }
    }
  },
);

everyTest(
  "pages() of overlapping windows is complete for every API that rounds nothing, for a few requests more",
  async () => {
    for (const place of Object.keys(PLACES)) {
      for (const bounds of sample(["[)", "()", "[]", "(]"] as const, 2)) {
        for (const tells of place === "anywhere" ? [true, false] : [true]) {
          const api = apiOf(place, { bounds, tells });
          const { end, ids, requests } = await read(api);
          assertEquals(
            [ids, end.proven],
            [api.times.map((_, id) => id), true],
            `${place} ${bounds}`,
          );
          // Six windows, one to learn, two for each boundary with a record, and where no time is told those that look for it.
          assert(requests <= (tells ? 13 : 40), `${place} ${bounds}: ${requests}`);
        }
      }
    }
  },
);

for (
  const [what, place, api, isComplete] of [
    ["overlap by as much as the API rounds", "anywhere", { rounding: "down", unit: MINUTE }, true],
    ["begin again at the first if that comes late", "in the last window and on a boundary", {
      rounding: "nearest",
      unit: 1000,
    }, true],
    ["are not complete if all are empty and the whole is not", "only on one boundary", {
      rounding: "down",
      unit: 1000,
    }, false],
    [
      "learn from another window what the first does not tell",
      "in the last window and on a boundary",
      {
        rounding: "down",
        unit: 15 * MINUTE,
      },
      true,
    ],
    ["take a crowd in three seconds if a moment is a window", "crowded", {
      bounds: "[]",
      cap: 14,
    }, true],
  ] as const
) {
  Deno.test(`pages() whose bounds are not declared ${what}`, async () => {
    const asked = apiOf(place, api);
    const { end, ids } = await read(asked);
    const codes = isComplete ? [] : ["boundary-unclear"];
    assertEquals(end.contradictions.map(({ code }) => code), codes);
    if (isComplete) assertEquals(ids, asked.times.map((_, id) => id));
  });
}

Deno.test("pages() divides no window far below its overlap, where a crowd is over the cap", async () => {
  const crowd = Array.from(
    { length: 20 },
    (_, n) => 3 * HOUR + 94_000 + (n % 10) * 5_000 + (n < 10 ? 0 : 150_000),
  );
  // Times from which only the widest unit can be told.
  const times = [124_000, 124_000, ...crowd].map((ms) => START + ms);
  const api = { times, bounds: "[]", rounding: "no", unit: 1, tells: true, cap: 14 } as const;
  const { end, ids, requests } = await read(api);
  assertEquals(end.contradictions.map(({ code }) => code), ["window-capped"]);
  assertEquals(new Set(ids).size, ids.length);
  assert(requests < 200, `${requests}`);
});

for (
  const [bounds, below, codes] of [
    ["[)", false, []],
    ["[]", false, []],
    ["(]", false, ["boundary-unclear"]],
    ["()", false, ["boundary-unclear"]],
    ["[]", true, ["boundary-unclear"]],
  ] as const
) {
  const what = `${bounds}${below ? " if there is one below" : ""}`;
  Deno.test(`pages() never calls ids complete of which the first may be missing, ${what}`, async () => {
    const ids = Array.from({ length: below ? 21 : 20 }, (_, n) => n + (below ? 9 : 10));
    const fetch = (input: string | URL | Request) => {
      const query = new URL(String(input)).searchParams;
      const [from, to] = ["from", "to"].map((name) => Number(query.get(name)));
      const isIn = (id: number) =>
        (bounds[0] === "[" ? id >= (from ?? 0) : id > (from ?? 0)) &&
        ((bounds as string)[1] === "]" ? id <= (to ?? 0) : id < (to ?? 0));
      return Promise.resolve(Response.json(ids.filter(isIn).map((id) => ({ id }))));
    };
    await using client = new ApiClient({
      baseUrl: "https://a.example",
      clock: new FakeClock(),
      fetch,
    });
    const window = { start_param: "from", end_param: "to", format: "number" } as const;
    const { end, items } = await collect(client.pages({
      path: "/",
      pagination: { type: "none" },
      window: { ...window, start: 10, end: 30, step: 10, max_results: 100 },
    }));
    assertEquals(end.contradictions.map(({ code }) => code), [...codes]);
    const found = items.flatMap(({ records }) => records.map(({ value }) => value));
    if (codes.length === 0) assertEquals(found, ids.map((id) => ({ id })));
  });
}
