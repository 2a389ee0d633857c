import { assertEquals } from "@std/assert";
import type { StreamRequest, WindowOptions } from "../../../lib/api/mod.ts";
import { granted } from "../../_granted.ts";
import { hunted, outcome, upTo, VirtualClock } from "./_outcome.ts";
import { adversary, type Heard } from "./_server.ts";

const ignore = !granted("net");
const IDS: WindowOptions = {
  start_param: "from",
  end_param: "to",
  format: "number",
  start: 1,
  end: 101,
  step: 100,
  max_results: 10,
  bounds: "[)",
};
const STREAM: StreamRequest = { path: "/", records: "items", window: IDS };

interface Rules {
  readonly cap?: number;
  readonly inclusive?: boolean;
  /** The value that each record is found by; its index is the record's id minus 1. */
  readonly values: readonly number[];
}

/** What a server answers that finds records by a value, up to its cap. */
function search({ url }: Heard, rules: Rules, read: (text: string) => number = Number): Response {
  const from = read(url.searchParams.get("from") ?? "");
  const to = read(url.searchParams.get("to") ?? "");
  const items = rules.values
    .map((value, index) => ({ id: index + 1, value }))
    .filter(({ value }) => value >= from && (rules.inclusive ? value <= to : value < to));
  return Response.json({ items: items.slice(0, rules.cap ?? Infinity) });
}

for (const max of [1, 2, 3, 10, 99, 100, 101]) {
  Deno.test({
    name: `ApiClient.pages() reads every record once when spans are capped to ${max}`,
    ignore,
    async fn() {
      const rules = { values: upTo(100), cap: max };
      await using server = adversary((request) => search(request, rules));
      const window = { ...IDS, max_results: max };
      const read = await outcome(hunted(server.url).client, { ...STREAM, window });
      if (max === 1) {
        // A span of one id that reaches the cap may hide another record: it must not be called complete.
        assertEquals(read.end?.proven ?? false, false);
      } else {
        assertEquals([read.ids, read.end?.proven, read.code], [upTo(100), true, undefined]);
      }
    },
  });
}

Deno.test({
  name: "ApiClient.pages() reads every record once when the end of a span belongs to it",
  ignore,
  async fn() {
    const rules = { values: upTo(100), cap: 7, inclusive: true };
    await using server = adversary((request) => search(request, rules));
    const window: WindowOptions = { ...IDS, max_results: 7, bounds: "[]" };
    const read = await outcome(hunted(server.url).client, { ...STREAM, window });
    assertEquals([read.ids, read.end?.proven], [upTo(100), true]);
  },
});

Deno.test({
  name: "ApiClient.pages() is not proven when one point holds more records than the cap",
  ignore,
  async fn() {
    const values = [...upTo(20), ...upTo(15).map(() => 42), 60, 61];
    await using server = adversary((request) => search(request, { values, cap: 10 }));
    const read = await outcome(hunted(server.url).client, STREAM);
    assertEquals(read.end?.proven ?? false, false);
    assertEquals(new Set(read.ids).size, read.ids.length);
  },
});

Deno.test({
  name: "ApiClient.pages() reads dense and empty spans once when they alternate",
  ignore,
  async fn() {
    const values = [1, 2, 3, ...upTo(30).map((n) => 40 + n / 8), 99, 100];
    await using server = adversary((request) => search(request, { values, cap: 10 }));
    const window = { ...IDS, step: 7, max_results: 10 };
    const read = await outcome(hunted(server.url).client, { ...STREAM, window });
    assertEquals([read.ids, read.end?.proven], [upTo(values.length), true]);
  },
});

for (const form of ["iso", "epoch_s", "epoch_ms"] as const) {
  Deno.test({
    name: `ApiClient.pages() reads every record once when spans of time are sent as ${form}`,
    ignore,
    async fn() {
      const start = Date.UTC(2026, 0, 1);
      const hour = 3_600_000;
      const scale = form === "epoch_s" ? 1000 : 1;
      const toMs = (text: string) => form === "iso" ? Date.parse(text) : Number(text) * scale;
      // At borders of spans, just before and just behind them.
      const values = upTo(48).flatMap((n) => [start + n * hour - 1000, start + n * hour]).sort();
      await using server = adversary((request) => search(request, { values, cap: 9 }, toMs));
      const window: WindowOptions = {
        start_param: "from",
        end_param: "to",
        format: form,
        start: "2026-01-01T00:00:00Z",
        end: "2026-01-03T00:00:01Z",
        step: 24 * hour,
        max_results: 9,
      };
      const read = await outcome(hunted(server.url).client, { ...STREAM, window });
      assertEquals([read.ids, read.end?.proven], [upTo(values.length), true]);
    },
  });
}

Deno.test({
  name:
    "ApiClient.pages() reads every record once when each span is paged and goes on after a crash",
  ignore,
  async fn() {
    await using server = adversary((request) => {
      const { searchParams } = request.url;
      const [from, to, offset] = ["from", "to", "offset"].map((n) => Number(searchParams.get(n)));
      const all = upTo(100).filter((id) => id >= (from ?? 0) && id < (to ?? 0)).slice(0, 30);
      return Response.json({ items: all.slice(offset, (offset ?? 0) + 4).map((id) => ({ id })) });
    });
    const pagination = {
      type: "offset",
      offset_param: "offset",
      size_param: "limit",
      size: 4,
    } as const;
    const stream = { ...STREAM, window: { ...IDS, max_results: 30 }, pagination };
    const whole = await outcome(hunted(server.url).client, stream);
    assertEquals([whole.ids, whole.end?.proven], [upTo(100), true]);
    let before = 0;
    for (const page of whole.pages) {
      before += page.records.length;
      if (page.next === undefined) continue;
      const state = JSON.parse(JSON.stringify(page.next));
      const rest = await outcome(hunted(server.url).client, stream, { state });
      assertEquals([rest.ids, rest.end], [whole.ids.slice(before), whole.end]);
    }
  },
});

Deno.test({
  name: "ApiClient.pages() keeps its last border when time passes while it reads up to now",
  ignore,
  async fn() {
    const clock = new VirtualClock(Date.UTC(2026, 0, 2));
    const begun = clock.now();
    const ends: number[] = [];
    await using server = adversary(({ url }) => {
      ends.push(Date.parse(url.searchParams.get("to") ?? ""));
      clock.advance(3_600_000);
      return Response.json({ items: [] });
    });
    const { client } = hunted(server.url, { clock });
    const { end: _, ...open } = { ...IDS, format: "iso" as const, start: "2026-01-01T00:00:00Z" };
    const window = { ...open, step: 6 * 3_600_000 };
    const read = await outcome(client, { ...STREAM, window });
    assertEquals([read.end?.proven, Math.max(...ends)], [true, begun]);
  },
});

for (const heeded of ["the first", "the last", "neither"] as const) {
  Deno.test({
    name:
      `ApiClient.pages() does not divide a span for ever when the API heeds ${heeded} of its ends`,
    ignore,
    async fn() {
      let asked = 0;
      await using server = adversary(({ url }) => {
        asked++;
        const [from, to, at] = ["from", "to", "o"].map((n) => Number(url.searchParams.get(n)));
        const all = upTo(100).filter((id) =>
          heeded === "neither" ||
          (heeded === "the first" ? id * 1000 >= (from ?? 0) : id * 1000 < (to ?? 0))
        );
        const items = all.slice(at, (at ?? 0) + 10).map((id) => ({ id }));
        return asked > 500 ? Response.error() : Response.json({ items, total: all.length });
      });
      const window = { ...IDS, end: 1_000_001, step: 1_000_000, max_results: 30 };
      const pagination = {
        type: "offset",
        offset_param: "o",
        size_param: "n",
        size: 10,
        total: "total",
      } as const;
      const read = await outcome(hunted(server.url).client, { ...STREAM, window, pagination });
      const code = heeded === "the last" ? "page-repeated" : "window-capped";
      assertEquals([read.end?.guard?.code, read.end?.proven], [code, false]);
      assertEquals(asked < 100, true, `${asked} requests`);
    },
  });
}
