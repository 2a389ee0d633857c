import { assertEquals, assertStringIncludes } from "@std/assert";
import { everyWorldTest, type RunOptions, streamOf, type World, worldTest } from "./_world.ts";
import { everyTest, sample } from "../_sample.ts";

const HOUR = 3_600_000;
const START = Date.parse("2026-01-01T00:00:00Z");

interface Event {
  readonly id: number;
  readonly at: string;
}

/** An event every 15 minutes, many of them on boundaries of windows. */
function events(count: number): Event[] {
  return Array.from({ length: count }, (_, n) => ({
    id: n,
    at: new Date(START + (n * HOUR) / 4).toISOString(),
  }));
}

interface Api {
  readonly all: readonly Event[];
  /** Bounds as the API understands them. */
  readonly bounds: "[)" | "[]" | "(]" | "()";
  readonly cap?: number;
  /** What each answer adds to its records. */
  readonly volatile?: boolean;
}

function serve(
  world: World,
  { all, bounds, cap = Infinity, volatile = false }: Api,
): { requests: number } {
  const state = { requests: 0 };
  world.answer = (url) => {
    state.requests++;
    const [from, to] = ["a", "b"].map((name) => Date.parse(url.searchParams.get(name) ?? ""));
    const matches = all.filter(({ at }) => {
      const time = Date.parse(at);
      const isIn = (from ?? 0) < time && time < (to ?? 0);
      return isIn ||
        (bounds[0] === "[" && time === from && from !== undefined && from <= (to ?? 0) &&
          (time !== to || bounds[1] === "]")) ||
        (bounds[1] === "]" && time === to && (time !== from || bounds[0] === "["));
    });
    const size = Number(url.searchParams.get("n") ?? cap);
    const skip = Number(url.searchParams.get("o") ?? 0);
    const data = matches.slice(0, cap).slice(skip, skip + size);
    return Response.json(
      volatile ? data.map((one, n) => ({ ...one, n: `${url.search}${n}` })) : data,
    );
  };
  return state;
}

function windowed(
  more = "",
  options: { readonly key?: string; readonly pagination?: string } = {},
): RunOptions {
  const { key = "[]", pagination = "{ type: none }" } = options;
  const window =
    'window: { start_param: a, end_param: b, start: "2026-01-01T00:00:00Z", end: "2026-01-01T10:00:00Z", ' +
    `step: 1h, max_results: 20${more} }`;
  return {
    edit: (yaml) =>
      yaml.replace("pagination: { type: none }", `pagination: ${pagination}\n        ${window}`)
        .replace("primary_key: [id]", `primary_key: ${key}`),
  };
}

function found(world: World): number[] {
  return world.rows("shop.items").map((line) => JSON.parse(line).id).toSorted((a, b) => a - b);
}

for (const bounds of sample(["[)", "[]", "(]", "()"] as const)) {
  worldTest(
    `windows without bounds bring each record once from an API with ${bounds}`,
    async (world) => {
      const all = events(40);
      serve(world, { all, bounds });
      const run = await world.run(windowed());
      assertEquals([run.exit_code, found(world)], [0, all.map(({ id }) => id)]);
      const again = await world.run(windowed());
      assertEquals([again.exit_code, streamOf(again, "shop.items").written], [0, 0]);
    },
  );

  worldTest(
    `windows bring each record once where ${bounds} is declared and true`,
    async (world) => {
      const all = events(40);
      serve(world, { all, bounds });
      const run = await world.run(windowed(`, bounds: "${bounds}"`));
      assertEquals([run.exit_code, found(world)], [0, all.map(({ id }) => id)]);
    },
  );

  worldTest(`windows of ids bring each record once from an API with ${bounds}`, async (world) => {
    for (const declared of [`, bounds: "${bounds}"`, ""]) {
      const ids = Array.from({ length: 40 }, (_, n) => ({ id: n + 1 }));
      world.answer = (url) => {
        const [from = 0, to = 0] = ["a", "b"].map((name) => Number(url.searchParams.get(name)));
        return Response.json(
          ids.filter(({ id }) =>
            (bounds[0] === "[" ? id >= from : id > from) && (bounds[1] === "]" ? id <= to : id < to)
          ),
        );
      };
      const window =
        `window: { start_param: a, end_param: b, format: number, start: 1, end: 41, step: 7, max_results: 25${declared} }`;
      const run = await world.run({
        edit: (yaml) =>
          yaml.replace(
            "pagination: { type: none }",
            `pagination: { type: none }\n        ${window}`,
          ),
      });
      assertEquals([declared, run.exit_code, found(world)], [declared, 0, ids.map(({ id }) => id)]);
    }
  });
}

everyWorldTest(
  "windows without bounds are partial where a record never looks the same twice",
  async (world) => {
    serve(world, { all: events(40), bounds: "[]", volatile: true });
    const run = await world.run(windowed());
    assertEquals(run.exit_code, 2);
    assertEquals(
      streamOf(run, "shop.items").contradictions.map(({ code }) => code),
      ["boundary-unclear"],
    );
  },
);

worldTest("a window that brings a page or a round number and no total is split", async (world) => {
  // 40 events in two hours; the API gives 10 at most, and says so nowhere.
  const all = Array.from({ length: 40 }, (_, n) => ({
    id: n,
    at: new Date(START + n * 3 * 60_000).toISOString(),
  }));
  for (
    const pagination of sample([
      "{ type: none }",
      "{ type: offset, offset_param: o, size_param: n, size: 10 }",
      "{ type: offset, offset_param: o, size_param: n, size: 5 }",
    ], 2)
  ) {
    serve(world, { all, bounds: "[)", cap: 10 });
    const run = await world.run(windowed(', bounds: "[)"', { pagination }));
    assertEquals([run.exit_code, found(world)], [0, all.map(({ id }) => id)], pagination);
  }
}, everyTest);

everyWorldTest("windows of an API that ignores them end, and are partial", async (world) => {
  const all = events(10);
  world.answer = () => Response.json(all);
  const run = await world.run(windowed(', bounds: "[)"', { key: "[id]" }));
  assertEquals([run.exit_code, found(world)], [2, all.map(({ id }) => id)]);
});

worldTest("as many records of one moment as fit on a page are all of them", async (world) => {
  const at = new Date(START + 9 * HOUR).toISOString();
  const all = Array.from({ length: 10 }, (_, id) => ({ id, at }));
  serve(world, { all, bounds: "[)" });
  const run = await world.run(windowed(', bounds: "[)"', { key: "[id]" }));
  assertEquals([run.exit_code, run.reasons, found(world)], [0, [], all.map(({ id }) => id)]);
});

everyWorldTest(
  "windows without bounds bring nothing from before a watermark again",
  async (world) => {
    const last = START + 9 * HOUR;
    // The second run asks from one step before the watermark less the lag: what is earlier is not known any more.
    const all = [-3, -2, -1, 0, 1, 2].map((ms, id) => ({
      id,
      at: new Date(last - HOUR + ms).toISOString(),
    }));
    all.push({ id: 6, at: new Date(last).toISOString() });
    for (const bounds of ["[)", "()"] as const) {
      serve(world, { all, bounds });
      const options = windowed("", { key: "[id]" });
      const edit = (yaml: string) =>
        (options.edit?.(yaml) ?? yaml).replace(
          "name: items",
          `name: items${bounds.length}${bounds === "()" ? "x" : ""}`,
        )
          .replace(
            "        window:",
            "        incremental: { field: at, start_param: a, lag: 1h }\n        window:",
          );
      const written = async () => {
        const { streams } = await world.run({ edit });
        return streams[0]?.written;
      };
      assertEquals([await written(), await written(), await written()], [7, 0, 0]);
    }
  },
);

everyWorldTest(
  "windows are partial where [) is declared, [] is true and no key tells",
  async (world) => {
    const all = events(40);
    serve(world, { all, bounds: "[]" });
    for (const [key, exit, codes] of [["[]", 2, ["pages-overlap"]], ["[id]", 0, []]] as const) {
      const run = await world.run(windowed(', bounds: "[)"', { key }));
      const { contradictions } = streamOf(run, "shop.items");
      assertEquals([run.exit_code, contradictions.map(({ code }) => code)], [exit, codes]);
      assertEquals(found(world), all.map(({ id }) => id));
    }
  },
);

everyWorldTest("windows are partial from the first one on that an API refuses", async (world) => {
  for (const status of [400, 403, 410]) {
    serve(world, { all: events(40), bounds: "[)" });
    const { answer } = world;
    world.answer = (url, request) =>
      (url.searchParams.get("a") ?? "") >= "2026-01-01T04"
        ? Response.json({ message: "not in your plan" }, { status })
        : answer?.(url, request) ?? Response.error();
    const run = await world.run(windowed(', bounds: "[)"'));
    assertEquals([run.exit_code, found(world).length], [2, 16], `${status}`);
    assertStringIncludes(run.reasons.join(), "not in your plan");
  }
});

everyWorldTest("a window of which the API shows no later pages is split", async (world) => {
  const all = events(40);
  serve(world, { all, bounds: "[)" });
  const { answer } = world;
  world.answer = (url, request) =>
    Number(url.searchParams.get("o")) >= 6
      ? Response.json({ message: "offset is too large" }, { status: 400 })
      : answer?.(url, request) ?? Response.error();
  const pagination = "{ type: offset, offset_param: o, size_param: n, size: 3 }";
  const options = windowed(', bounds: "[)"', { pagination });
  const run = await world.run({
    edit: (yaml) => (options.edit?.(yaml) ?? yaml).replace("step: 1h", "step: 5h"),
  });
  assertEquals([run.exit_code, found(world)], [0, all.map(({ id }) => id)]);
});
