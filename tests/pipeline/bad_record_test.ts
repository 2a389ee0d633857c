import { assert, assertEquals, assertMatch } from "@std/assert";
import { streamOf, type World, worldTest } from "./_world.ts";
import { sample } from "../_sample.ts";

const GOOD = [1, 2, 3].map((id) => `{"id":${id},"v":"é"}`);

/** Records that cannot be read, by what is wrong with them. */
const BAD: Record<string, { readonly text: string | Uint8Array; readonly code?: string }> = {
  NaN: { text: '{"id":9,"v":NaN}' },
  Infinity: { text: '{"id":9,"v":-Infinity}' },
  undefined: { text: '{"id":9,"v":undefined}' },
  "its key twice": { text: '{"id":9,"of":{"id":9},"id":8}' },
  "a trailing comma": { text: '{"id":9,}' },
  "a raw tab in a text": { text: '{"id":9,"v":"a\tb"}' },
  "a bad escape": { text: '{"id":9,"v":"\\x41"}' },
  "single quotes": { text: "{'id':9}" },
  "a leading zero": { text: '{"id":09}' },
  "a hundred thousand levels": { text: `{"id":9,"v":${"[".repeat(1e5)}${"]".repeat(1e5)}}` },
  "two thousand objects": { text: `{"id":9,"v":${'{"a":'.repeat(2000)}1${"}".repeat(2000)}}` },
  "a bad byte": { text: withByte('{"id":9,"v":"', 0xff, '"}') },
  "half a character": { text: withByte('{"id":9,"v":"', 0xc3, '"}') },
  "half of a surrogate pair": { text: '{"id":9,"v":"\\ud83d!"}' },
  "a number of 1,001 digits": { text: `{"id":9,"v":[-0.${"3".repeat(1000)}]}` },
  "a surrogate in UTF-8": {
    text: Uint8Array.of(...bytesOf('{"id":9,"v":"'), 0xed, 0xa0, 0x80, ...bytesOf('"}')),
  },
  "more than max_record_size": {
    text: `{"id":9,"v":"${"x".repeat(300_000)}"}`,
    code: "record-too-large",
  },
};

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function withByte(before: string, byte: number, after: string): Uint8Array {
  return Uint8Array.of(...bytesOf(before), byte, ...bytesOf(after));
}

function joined(parts: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const chunks = parts.map((part) => typeof part === "string" ? bytesOf(part) : part);
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Bodies of a form with these records. */
const FORMS = {
  json(records: readonly (string | Uint8Array)[]) {
    const parts = records.flatMap((record, index) => index === 0 ? [record] : [",\n ", record]);
    return joined(['{"meta":{"n":4},"items":[', ...parts, '],"next":null}']);
  },
  jsonl: (records: readonly (string | Uint8Array)[]) =>
    joined(records.flatMap((record) => [record, "\n"])),
};

/** More than what is kept in memory goes to a file. */
const FILLER = Array.from({ length: 18 }, (_, n) => `{"id":${1000 + n},"v":"${"y".repeat(1e6)}"}`);

async function readWith(world: World, format: keyof typeof FORMS, body: Uint8Array<ArrayBuffer>) {
  world.answer = () => new Response(body, { headers: { "content-type": "application/json" } });
  return await world.run({
    edit: (yaml) =>
      yaml.slice(0, yaml.indexOf("  - name: vendor")).replace(
        "primary_key: [id]",
        `primary_key: [id]
        max_record_size: ${body.length > 2 ** 24 ? "2MB" : "250kB"}
        format: ${format}${format === "json" ? "\n        records: items" : ""}`,
      ),
  });
}

/** First, in the middle and last, by turns. */
const PLACES = [0, 1, 3] as const;

const CASES = (["json", "jsonl"] as const).flatMap((format, turn) =>
  Object.entries(BAD).map(([name, bad], index) => {
    const at = PLACES[(index + turn) % PLACES.length] ?? 0;
    return { format, name, at, code: "record-invalid", ...bad };
  })
);

for (const { format, name, at, text, code } of sample(CASES, 4)) {
  worldTest(`runPipeline() rejects ${name} at ${at} of ${format} by itself`, async (world) => {
    const records = GOOD.toSpliced(at, 0, text as string);
    const summary = await readWith(world, format, FORMS[format](records));
    assertEquals(summary.rejects.map((reject) => [reject.code, reject.count]), [[code, 1]]);
    assertEquals([summary.exit_code, summary.totals.read], [2, 4]);
    assertEquals(world.rows("shop.items"), GOOD);
  });
}

for (const format of sample(["json", "jsonl"] as const)) {
  worldTest(`runPipeline() rejects bad records of ${format} in a large body`, async (world) => {
    const bad = Object.values(BAD).map(({ text }) => text).filter((text) => text.length < 250_000);
    const huge = `{"id":8,"v":"${"z".repeat(5e6)}"}`;
    const records = [huge, ...GOOD, ...bad, huge, ...FILLER, ...bad, huge];
    const summary = await readWith(world, format, FORMS[format](records));
    const counts = Object.fromEntries(summary.rejects.map(({ code, count }) => [code, count]));
    assertEquals(counts, { "record-invalid": 2 * bad.length, "record-too-large": 3 });
    assertEquals(world.rows("shop.items"), [...GOOD, ...FILLER]);
    const [example] = summary.rejects.filter(({ code }) => code === "record-too-large");
    assertMatch(example?.example ?? "", /5000015 bytes, max_record_size allows 2000000/);
  });
}

for (
  const [name, body] of Object.entries({
    "is cut off": '{"items":[{"id":1},{"id":2},{"id"',
    "is cut off between two records": '{"items":[{"id":1},{"id":2},',
    "is cut off after its records": '{"items":[{"id":1},{"id":2}]',
    "has a comma too many": '{"items":[{"id":1},,{"id":2}]}',
    "ends its records with a comma": '{"items":[{"id":1},{"id":2},]}',
    "is broken around its records": '{"n":NaN,"items":[{"id":1}]}',
    "closes by the wrong bracket": '{"items":[{"id":1}}}',
    "has an open text": '{"items":[{"id":"1},{"id":2}]}',
  })
) {
  worldTest(`runPipeline() publishes nothing of a body that ${name}`, async (world) => {
    const summary = await readWith(world, "json", joined([body]));
    assertEquals([summary.exit_code, summary.totals.written], [1, 0]);
    assertEquals(streamOf(summary, "shop.items").error_code, "http-body-invalid");
  });
}

worldTest("runPipeline() does not end where a cursor is in a bad record", async (world) => {
  world.answer = (url) => {
    const after = Number(url.searchParams.get("after") ?? "0");
    const body = after === 0
      ? '{"items":[{"id":1},{"id":2,"v":NaN}]}'
      : `{"items":[${after < 3 ? '{"id":3}' : ""}]}`;
    return new Response(body, { headers: { "content-type": "application/json" } });
  };
  const summary = await world.run({
    edit: (yaml) =>
      yaml.replace(
        "pagination: { type: none }",
        "records: items\n        pagination: { type: cursor, param: after, path: items.-1.id }",
      ),
  });
  assertEquals(summary.exit_code, 2);
  const { complete, contradictions } = streamOf(summary, "shop.items");
  assert(!complete);
  assertMatch(contradictions[0]?.message ?? "", /"items.-1.id" is in a record that is rejected/);
});

worldTest(
  "a record is rejected if its key comes twice, not if another object has a field of that name",
  async (world) => {
    const text = '[{"id":1,"of":{"id":2}},{"of":{"id":2},"id":3},{"id":"\\"id\\""}]';
    world.answer = () => new Response(text, { headers: { "content-type": "application/json" } });
    const run = await world.run();
    assertEquals([run.exit_code, streamOf(run, "shop.items").written], [0, 3]);
    const twice = text.replace("]", ',{"id":4,"id":5}]');
    world.answer = () => new Response(twice, { headers: { "content-type": "application/json" } });
    assertEquals(streamOf(await world.run(), "shop.items").rejected, 1);
  },
);
