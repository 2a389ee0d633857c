import { assertEquals } from "@std/assert";
import { everyTest } from "../_sample.ts";
import { streamOf, type World, worldTest } from "./_world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Item {
  readonly id: number;
  readonly at: string;
}

/** Where an API begins that is asked for a time. */
const APIS: Readonly<Record<string, (asked: number) => (at: number) => boolean>> = {
  "leaves out the value": (asked) => (at) => at > asked,
  "rounds up to the second": (asked) => (at) => at >= Math.ceil(asked / 1000) * 1000,
  "rounds up to the hour": (asked) => (at) => at >= Math.ceil(asked / HOUR) * HOUR,
  "rounds up to the day": (asked) => (at) => at >= Math.ceil(asked / DAY) * DAY,
  "leaves out the minute": (asked) => (at) => Math.floor(at / MINUTE) > Math.floor(asked / MINUTE),
  "leaves out the day": (asked) => (at) => Math.floor(at / DAY) > Math.floor(asked / DAY),
  "leaves out the day of Tokyo": (asked) => (at) =>
    Math.floor((at + 9 * HOUR) / DAY) > Math.floor((asked + 9 * HOUR) / DAY),
  "leaves out the month": (asked) => (at) =>
    new Date(at).toISOString().slice(0, 7) > new Date(asked).toISOString().slice(0, 7),
};

function serve(world: World, shows: (asked: number) => (at: number) => boolean, page = 2): void {
  world.answer = ({ searchParams: params }) => {
    const since = params.get("since");
    const all = (world.items as Item[]).filter(({ at }) =>
      since === null || shows(Date.parse(since))(Date.parse(at))
    );
    const from = (Number(params.get("page")) - 1) * page;
    const items = all.slice(from, from + page);
    return Response.json({ items, total: all.length });
  };
}

function edit(yaml: string): string {
  return yaml
    .replace(
      "pagination: { type: none }",
      "pagination: { type: page, page_param: page, total: total }",
    )
    .replace("path: /items", "path: /items\n        records: items")
    .replace(
      "primary_key: [id]",
      "primary_key: [id]\n        incremental: { field: at, start_param: since }",
    );
}

function ids(world: World): number[] {
  return world.rows("shop.items").map((row) => (JSON.parse(row) as Item).id).toSorted((a, b) =>
    a - b
  );
}

function item(id: number, at: string): Item {
  return { id, at: `2026-11-2${at}Z` };
}

for (const [name, shows] of Object.entries(APIS)) {
  const test = name === "rounds up to the day" ? Deno.test : everyTest;
  worldTest(`an incremental read of an API that ${name} lacks nothing`, async (world) => {
    serve(world, shows);
    world.items = [item(1, "3T10:00:00.100"), item(2, "4T10:00:00.500")];
    assertEquals((await world.run({ edit })).exit_code, 0);
    // What comes late, and in the rest of the second, minute, hour, day and month.
    world.items.push(
      item(3, "4T10:00:00.500"),
      item(4, "4T10:00:00.600"),
      item(5, "4T10:00:40.000"),
      item(6, "4T10:30:00.000"),
      item(7, "4T20:00:00.000"),
      item(8, "5T20:00:00.000"),
    );
    const second = await world.run({ edit });
    assertEquals([second.exit_code, streamOf(second, "shop.items").written], [0, 6]);
    const third = await world.run({ edit });
    assertEquals([third.exit_code, streamOf(third, "shop.items").written], [0, 0]);
    assertEquals(ids(world), [1, 2, 3, 4, 5, 6, 7, 8]);
  }, test);
}

worldTest("a boundary record that was deleted or changed leaves a read complete", async (world) => {
  serve(world, (asked) => (at) => at >= asked);
  world.items = [item(1, "3T10:00:00"), item(2, "4T10:00:00")];
  await world.run({ edit });
  world.items = [item(3, "5T10:00:00")];
  assertEquals((await world.run({ edit })).exit_code, 0);
  world.items = [item(3, "6T10:00:00")];
  const asked = new Set<string | null>();
  const { answer } = world;
  world.answer = (url, request) => {
    asked.add(url.searchParams.get("since"));
    return answer?.(url, request) ?? Response.error();
  };
  const third = await world.run({ edit });
  // No further start was tried: the record of the boundary has come, with a later time.
  assertEquals([third.exit_code, asked.size], [0, 1]);
}, everyTest);

worldTest(
  "an API that hides its boundary and refuses to begin earlier is not complete",
  async (world) => {
    const first = Date.parse("2026-11-24T09:59:59Z");
    serve(world, (asked) => (at) => at >= Math.ceil(asked / DAY) * DAY);
    const answer = world.answer;
    world.answer = (url, request) =>
      Date.parse(url.searchParams.get("since") ?? "2030") < first
        ? new Response("too early", { status: 400 })
        : answer?.(url, request) ?? Response.error();
    world.items = [item(1, "4T10:00:00")];
    await world.run({ edit });
    world.items.push(item(2, "4T20:00:00"), item(3, "5T20:00:00"));
    const second = await world.run({ edit });
    const { contradictions } = streamOf(second, "shop.items");
    assertEquals([second.exit_code, contradictions[0]?.code], [2, "start-unclear"]);
  },
  everyTest,
);

for (const isOpen of [true, false]) {
  worldTest(
    `a text as start of an API that means ${isOpen ? "after" : "from"} it`,
    async (world) => {
      world.answer = ({ searchParams }) => {
        const since = searchParams.get("since") ?? "";
        const all = world.items as Item[];
        return Response.json(all.filter(({ at }) => isOpen ? at > since : at >= since));
      };
      const form = (yaml: string) =>
        yaml.replace(
          "primary_key: [id]",
          "primary_key: [id]\n        incremental: { field: at, start_param: since, format: string }",
        );
      world.items = [{ id: 1, at: "v10" }, { id: 2, at: "v11" }];
      await world.run({ edit: form });
      world.items.push({ id: 3, at: "v11" }, { id: 4, at: "v12" });
      assertEquals((await world.run({ edit: form })).exit_code, 0);
      assertEquals(streamOf(await world.run({ edit: form }), "shop.items").written, 0);
      assertEquals(ids(world), [1, 2, 3, 4]);
    },
    everyTest,
  );
}

for (const unit of [1000, HOUR, DAY]) {
  worldTest(
    `the first window of an API that rounds up by ${unit} ms lacks nothing`,
    async (world) => {
      const start = Date.parse("2026-11-20T10:30:00Z");
      world.items = Array.from({ length: 30 }, (_, id) => ({
        id,
        at: new Date(start + id * 2.7 * HOUR + id % 3 * 777).toISOString(),
      }));
      const round = (text: string | null) => Math.ceil(Date.parse(text ?? "") / unit) * unit;
      world.answer = ({ searchParams: asked }) => {
        const [from, to] = [asked.get("from"), asked.get("to")].map(round);
        const data = (world.items as Item[]).filter(({ at }) =>
          Date.parse(at) > (from ?? 0) && Date.parse(at) <= (to ?? 0)
        );
        return Response.json({ data, total: data.length });
      };
      const window = `window: { start_param: from, end_param: to, start: "${
        new Date(start).toISOString()
      }", step: 2d, max_results: 99 }`;
      const run = await world.run({
        edit: (yaml) =>
          yaml.replace(
            "pagination: { type: none }",
            `pagination: { type: none, total: total }\n        records: data\n        ${window}`,
          ),
      });
      assertEquals([run.exit_code, ids(world)], [0, world.items.map((_, id) => id)]);
    },
    everyTest,
  );
}
