import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { loadConfig, type RunSummary } from "../../lib/pipeline/mod.ts";
import { runPipeline } from "../../phases/06_pipeline.ts";
import { granted } from "../_granted.ts";
import { readLake } from "../crash/_read_lake.ts";
import { streamOf, worldTest } from "./_world.ts";
import { everyTest } from "../_sample.ts";

const ignore = !granted("read", "write", "net");

/** A pipeline of one incremental stream, whose server answers with JSON as it is written here. */
interface Bench {
  /** Runs the pipeline against what the API answers to a `since`; `null` is the first time. */
  run(answer: Answer, total?: number): Promise<Stream>;
  lines(): readonly string[];
}

/** What the API answers to a `since`, or to all that it is asked. */
type Answer = (since: string | null, asked: URLSearchParams) => readonly string[];

type Stream = RunSummary["streams"][number];

function test(
  name: string,
  keys: string,
  fn: (bench: Bench) => Promise<void>,
  register = Deno.test,
): void {
  register({
    name: `runPipeline() ${name}`,
    ignore,
    fn: async () => {
      const folder = await Deno.makeTempDir();
      try {
        await fn({
          run: (answer, total) => runOnce(folder, keys, answer, total),
          lines: () => readLake(join(folder, "lake")).streams["api.all"] ?? [],
        });
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

function testEvery(...[name, keys, fn]: Parameters<typeof test>): void {
  test(name, keys, fn, everyTest);
}

async function runOnce(
  folder: string,
  keys: string,
  answer: Answer,
  total?: number,
): Promise<Stream> {
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    ({ url }) => {
      const asked = new URL(url).searchParams;
      const items = answer(asked.get("since"), asked);
      const body = `{"total":${total ?? items.length},"items":[${items.join(",")}]}`;
      return new Response(body, { headers: { "content-type": "application/json" } });
    },
  );
  const yaml = join(folder, "pipeline.yaml");
  await Deno.writeTextFile(
    yaml,
    `name: one
lake: lake
audit: audit.db
log_dir: logs
sources:
  - name: api
    type: api
    base_url: http://127.0.0.1:${server.addr.port}
    streams:
      - name: all
        path: /all
        records: items
        pagination: { type: none, total: total }
        ${keys}
`,
  );
  const config = await loadConfig(yaml, { root: folder });
  const summary = await runPipeline(config);
  const [stream] = summary.streams;
  assert(stream !== undefined, "one stream was run");
  return stream;
}

/** What an API has that takes `since` to mean "at or after", or "after". */
function since(records: readonly string[], { open = false } = {}) {
  const at = (record: string) => Date.parse((JSON.parse(record) as { u: string }).u);
  return (text: string | null) =>
    records.filter((record) => {
      if (text === null) return true;
      return open ? at(record) > Date.parse(text) : at(record) >= Date.parse(text);
    });
}

const BY_TIME = "primary_key: [id]\n        incremental: { field: u, start_param: since }";
const BY_NUMBER =
  "primary_key: [n]\n        incremental: { field: n, start_param: since, format: number }";

test("keeps two updates of one record within a millisecond", BY_TIME, async ({ run, lines }) => {
  const records = [
    '{"id":1,"u":"2026-01-01T00:00:00.123456Z","v":1}',
    '{"id":1,"u":"2026-01-01T00:00:00.123789Z","v":2}',
  ];
  const first = await run(since(records));
  assertEquals([first.written, first.duplicates], [2, 0]);
  const second = await run(since(records));
  assertEquals([second.written, second.duplicates], [0, 2]);
  assertEquals(lines().length, 2);
});

for (const open of [true, false]) {
  test(
    `reads what came late with the watermark's own time where since means ${
      open ? "after" : "from"
    }`,
    BY_TIME,
    async ({ run, lines }) => {
      const records = [
        '{"id":1,"u":"2026-01-01T00:00:00Z"}',
        '{"id":2,"u":"2026-01-02T00:00:00Z"}',
      ];
      await run(since(records, { open }));
      records.push('{"id":3,"u":"2026-01-02T00:00:00Z"}', '{"id":4,"u":"2026-01-03T00:00:00Z"}');
      assertEquals((await run(since(records, { open }))).written, 2);
      assertEquals(lines().toSorted(), records);
    },
  );
}

test("never asks beyond a number that no double holds", BY_NUMBER, async ({ run, lines }) => {
  const all = ["9007199254740993", "9007199254740995", "9007199254740997", "1234567890123456789"]
    .map((n) => `{"n":${n}}`);
  const asked: bigint[] = [];
  const answer = (records: readonly string[]) => (text: string | null) => {
    if (text === null) return records;
    asked.push(BigInt(text));
    return records.filter((record) => BigInt(record.slice(5, -1)) >= BigInt(text));
  };
  await run(answer(all.slice(0, 2)));
  await run(answer(all.slice(0, 3)));
  await run(answer(all));
  await run(answer(all));
  assert(
    (asked[0] ?? 0n) < 9007199254740995n && (asked[2] ?? 0n) < 1234567890123456789n,
    `${asked}`,
  );
  assertEquals(lines().toSorted(), all.toSorted(), "each once, the neighbours too");
});

test(
  "tells records without a key apart by their own text",
  "incremental: { field: u, start_param: since }",
  async ({ run, lines }) => {
    const records = ["1.10", "1.1", "9007199254740993", "9007199254740992"]
      .map((p) => `{"u":"2026-01-01T00:00:00Z","p":${p}}`);
    assertEquals((await run(since(records))).written, 4);
    assertEquals((await run(since(records))).duplicates, 4);
    assertEquals(lines().length, 4);
  },
);

test(
  "adds nothing twice where the parameter is coarser than the field",
  "primary_key: [id]\n        incremental: { field: u, start_param: since, format: iso, param_format: epoch_s }",
  async ({ run, lines }) => {
    const records = ["10.200", "10.900"].map((s, id) =>
      `{"id":${id},"u":"2026-01-01T00:00:${s}Z"}`
    );
    const answer = (text: string | null) =>
      since(records)(text && new Date(Number(text) * 1000).toISOString());
    await run(answer);
    assertEquals((await run(answer)).written, 0);
    assertEquals(lines().length, 2);
  },
);

test(
  "rejects a cursor value that is no time, each time, and adds nothing twice for it",
  "primary_key: [id]\n        incremental: { field: u, start_param: since, format: epoch_s }",
  async ({ run, lines }) => {
    const records = ['{"id":1,"u":1700000000}', '{"id":2,"u":1700000000000000}'];
    for (const written of [1, 0]) {
      const stream = await run(() => records);
      assertEquals([stream.written, stream.rejected], [written, 1]);
      assertEquals(stream.watermark_to, "2023-11-14T22:13:20.000Z");
    }
    assertEquals(lines(), records.slice(0, 1));
  },
);

test(
  "moves on from a read that was partial once it comes whole, all of it known",
  BY_NUMBER,
  async ({ run, lines }) => {
    const records = Array.from({ length: 25 }, (_, n) => `{"n":${n + 1}}`);
    const from = (text: string | null) =>
      records.filter((record) => text === null || JSON.parse(record).n >= Number(text));
    const first = await run(from, 26);
    assertEquals([first.complete, first.written], [false, 25]);
    const second = await run(from);
    assertEquals([second.complete, second.written, second.watermark_to], [true, 0, "25"]);
    for (let again = 0; again < 2; again++) assertEquals((await run(from)).written, 0);
    assertEquals(lines().length, 25, "each once");
  },
);

worldTest(
  "runPipeline() names the sign when the declared total changes while it is read",
  async (world) => {
    const sizes = [4, 5];
    world.answer = (url) => {
      const page = Number(url.searchParams.get("p"));
      const rows = [[1, 2, 3], [4, 5]][page - 1] ?? [];
      return Response.json({ total: sizes[page - 1], data: rows.map((id) => ({ id })) });
    };
    const pages = "{ type: page, page_param: p, size_param: n, size: 3, total: total }";
    const summary = await world.run({
      edit: (yaml) =>
        yaml.replace("pagination: { type: none }", `pagination: ${pages}\n        records: data`),
    });
    const { outcome, contradictions, written } = streamOf(summary, "shop.items");
    assertEquals([outcome, written], ["partial", 5]);
    assertEquals(contradictions.map(({ code }) => code), ["total-changed", "listing-moved"]);
    assertStringIncludes(
      summary.reasons.join(),
      "the declared total changed while the records were read, to 5",
    );
  },
);

testEvery(
  "remembers all of a long read that was not complete",
  BY_NUMBER,
  async ({ run, lines }) => {
    const records = Array.from({ length: 50_500 }, (_, n) => `{"n":${n}}`);
    const first = await run(() => records, records.length + 1);
    assertEquals([first.complete, first.written], [false, records.length]);
    const second = await run(() => records, records.length + 1);
    assertEquals([second.written, second.duplicates], [0, records.length]);
    assertEquals(lines().length, records.length);
  },
);

for (
  const [keys, first] of [
    ["start: 2026-01-02", "2026-01-01T23:59:59.999Z"],
    ["start: 2026-01-02, lag: 1d", "2026-01-01T23:59:59.999Z"],
    ["start: 2026-01-02, timezone: Asia/Tokyo, param_format: epoch_s", "1767193199"],
    ["start: a7, format: string", "a7"],
  ] as const
) {
  test(
    `asks from the configured start until there is a watermark: ${keys}`,
    `primary_key: [id]\n        incremental: { field: u, start_param: since, ${keys} }`,
    async ({ run, lines }) => {
      const asked: (string | null)[] = [];
      const isText = keys.includes("string");
      const records = [
        `{"id":1,"u":"${isText ? "a1" : "2025-12-31T00:00:00Z"}"}`,
        `{"id":2,"u":"${isText ? "b2" : "2026-01-05T00:00:00Z"}"}`,
      ];
      const answer: Answer = (since) => {
        asked.push(since);
        return records;
      };
      assertEquals((await run(answer)).out_of_range, 1);
      assertEquals(asked, [first]);
      assertEquals(lines().length, 1, "a record from before the start is not wanted");
      await run(answer);
      assert(asked[1] !== first, "the watermark has taken its place");
    },
  );
}

for (
  const [format, read] of [
    ["iso", (text: string) => Date.parse(text)],
    ["epoch_s", (text: string) => Number(text) * 1000],
    ["epoch_ms", Number],
  ] as const
) {
  test(
    `ends the range that it asks for when the run began: ${format}`,
    `primary_key: [id]\n        incremental: { field: u, start_param: since, end_param: until, param_format: ${format} }`,
    async ({ run }) => {
      const started = Date.now();
      const asked: number[] = [];
      const stream = await run((_, query) => {
        asked.push(read(query.get("until") ?? ""));
        return ['{"id":1,"u":"2026-01-01T00:00:00Z"}'];
      });
      assertEquals(stream.written, 1);
      const [end = 0] = asked;
      assert(end >= started && end <= Date.now() + 1000, `${end}`);
    },
  );
}

test(
  "reads values without a zone in the configured one",
  "primary_key: [id]\n        incremental: { field: u, start_param: since, timezone: America/New_York }",
  async ({ run, lines }) => {
    const asked: (string | null)[] = [];
    const answer: Answer = (since) => {
      asked.push(since);
      if (since !== null) return [];
      return ['{"id":1,"u":"2026-07-01T08:00:00"}', '{"id":2,"u":"2026-07-01T11:00:00Z"}'];
    };
    await run(answer);
    await run(answer);
    assertEquals(asked.slice(0, 2), [null, "2026-07-01T11:59:59.999Z"]);
    assertEquals(lines().length, 2);
  },
);

test(
  "follows escaped dots in the key and in the field",
  "primary_key: ['@odata\\.id']\n        incremental: { field: 'meta.last\\.change', start_param: since }",
  async ({ run, lines }) => {
    const records = [
      '{"@odata.id":"a","meta":{"last.change":"2026-01-01T00:00:00Z"}}',
      '{"@odata":{"id":"b"}}',
    ];
    const { written, rejected } = await run(() => records);
    assertEquals([written, rejected], [1, 1]);
    assertEquals(lines(), [records[0] ?? ""]);
  },
);

for (
  const [format, updated] of [["iso", "2026-11-20T19:00:00Z"], ["date", "2026-11-20"]] as const
) {
  worldTest(
    `runPipeline() publishes a record changed again at the same ${format}`,
    async (world) => {
      const edit = (yaml: string) =>
        yaml.replace(
          "primary_key: [id]",
          `primary_key: [id]\n        incremental: { field: u, format: ${format}, start_param: since }`,
        );
      for (const v of [1, 1, 2, 2, 3]) {
        world.items = [{ id: 1, u: "2026-11-19", v: 0 }, { id: 2, u: updated, v }];
        if (format === "iso") world.items.shift();
        assertEquals((await world.run({ edit })).exit_code, 0);
      }
      const versions = world.rows("shop.items").map((row) => JSON.parse(row).v).filter(Boolean);
      assertEquals(versions, [1, 2, 3]);
    },
  );
}

worldTest("another primary_key brings nothing twice at the watermark", async (world) => {
  world.items = [1, 2].map((id) => ({ id, at: "2026-11-20T00:00:00Z" }));
  const written: number[] = [];
  for (const key of ["[id]", "[at, id]", "[]", "[id]"]) {
    const { streams } = await world.run({
      edit: (yaml) =>
        yaml.replace(
          "primary_key: [id]",
          `primary_key: ${key}\n        incremental: { field: at, start_param: since }`,
        ),
    });
    written.push(streams[0]?.written ?? NaN);
  }
  assertEquals(written, [2, 0, 0, 0]);
});
