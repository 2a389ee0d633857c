import { assertEquals, assertRejects } from "@std/assert";
import { ApiClient, type StreamRequest } from "../../lib/api/mod.ts";
import { HttpError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { collect } from "./_collect.ts";
import { FakeClock } from "./_fake_clock.ts";
import { serve } from "./_server.ts";

const ignore = !granted("net");

/** Reads a stream from a server whose pages are these bodies. */
async function read(bodies: readonly string[], stream: Partial<StreamRequest>) {
  await using server = serve((request) => {
    const page = Number(new URL(request.url).searchParams.get("page") ?? 1);
    return new Response(bodies[page - 1], { headers: { "content-type": "application/json" } });
  });
  const retry = { limit: 0 };
  await using client = new ApiClient({ baseUrl: server.url, clock: new FakeClock(), retry });
  const { items, end } = await collect(client.pages({ path: "/", ...stream }));
  const records = items.flatMap((page) => [...page.records]);
  const texts = records.map(({ bytes }) => new TextDecoder().decode(bytes));
  // What a record means is what its bytes say, whatever was put in.
  assertEquals(records.map(({ value }) => value), texts.map((text) => JSON.parse(text)));
  return { texts, end, records };
}

function each(...path: string[]) {
  return { gather: { single: false, path } };
}

function one(...path: string[]) {
  return { gather: { single: true, path } };
}

/** A body, where the records are, and what comes. */
const SHAPES: readonly (readonly [string, Partial<StreamRequest>, readonly string[]])[] = [
  ['{"id": 1.0,\n "b": [2]}', one(), ['{"id": 1.0, "b": [2]}']],
  ['{"data": {"id": 9007199254740993}}', one("data"), ['{"id": 9007199254740993}']],
  ['{"data": {"a": {"x": 1.10}, "b\\"": {}}}', each("data", "*"), [
    '{"_key":"a","x": 1.10}',
    '{"_key":"b\\""}',
  ]],
  ['{"a": {"_key": 7}, "b": 5}', each("*"), ['{"_key": 7}', "5"]],
  [
    '{"g": {"de": {"items": [{"i": 1}, {"i": 2}]}, "fr": {"items": []}, "it": {}}}',
    each(
      ...["g", "*", "items"],
    ),
    ['{"_key":"de","i": 1}', '{"_key":"de","i": 2}'],
  ],
  ['[{"items": [{"i": 1}]}, {"items": [{"i": 2}]}]', each("*", "items"), ['{"i": 1}', '{"i": 2}']],
  ['{"a": {"b": [{"c": {"d": {"i": 1}}}]}}', each("a", "*", "*", "c", "*"), [
    '{"_key":"d","i": 1}',
  ]],
  ['{"data": {}}', each("data", "*"), []],
  ['{"data": []}', each("data", "*"), []],
];

Deno.test({
  name: "pages() gathers records that are no list, each as it was sent",
  ignore,
  async fn() {
    for (const [body, stream, wanted] of SHAPES) {
      const { texts, end } = await read([body], stream);
      assertEquals(texts, wanted, body);
      assertEquals([end.stopReason, end.read], ["single-page", wanted.length]);
    }
    const { records } = await read(['{"a": {"b": {"x": 1}}}'], each("a", "*"));
    assertEquals(records[0]?.byteOffset, 12);
  },
});

Deno.test({
  name:
    "pages() gathers nothing where the path leads to nothing, or a body is not what it should be",
  ignore,
  async fn() {
    const codes: readonly (readonly [string, Partial<StreamRequest>, string])[] = [
      ['{"data": {"a": {"i": 1}}}', each("date", "*"), "http-records-missing"],
      ['{"data": {"a": {"i": 1}}}', each("data", "*", "items"), "http-records-missing"],
      ['{"data": null}', each("data", "*"), "http-records-missing"],
      ['{"data": null}', one("data"), "http-records-missing"],
      ['{"data": {"a": 1, "a": 2}}', each("data", "*"), "http-body-invalid"],
      ['{"data": {"a": {"i": 1}', each("data", "*"), "http-body-invalid"],
    ];
    for (const [body, stream, code] of codes) {
      const error = await assertRejects(() => read([body], stream), HttpError);
      assertEquals(error.code, code, body);
    }
    const bodyError = (value: unknown) => (value as { error?: string }).error;
    const failing = () => read(['{"error": "no such item"}'], { ...one(), bodyError });
    assertEquals((await assertRejects(failing, HttpError)).code, "http-body-error");
  },
});

Deno.test({
  name: "pages() goes on by what a body says next to the records that it gathers",
  ignore,
  async fn() {
    const bodies = [
      '{"next": "2", "data": {"a": {"i": 1}, "b": {"i": 2}}}',
      '{"next": null, "data": {"c": {"i": 3}}}',
    ];
    const pagination = { type: "cursor", param: "page", path: "next" } as const;
    const { texts, end } = await read(bodies, { ...each("data", "*"), pagination });
    assertEquals([texts.length, end.stopReason, end.proven], [3, "no-next", true]);
  },
});

Deno.test({
  name: "pages() sees a next page around the records that it gathers, and none inside them",
  ignore,
  async fn() {
    const body = '{"data": {"a": {"total": 9, "next": "/b"}}, "has_more": true}';
    const { end } = await read([body], each("data", "*"));
    assertEquals(end.contradictions.map(({ message }) => /"has_more"/.test(message)), [true]);
    for (const stream of [one("data"), each("data", "*")]) {
      assertEquals((await read([body.replace("true", "false")], stream)).end.contradictions, []);
    }
    assertEquals((await read(['{"total": 9, "next": "/b"}'], one())).end.contradictions, []);
  },
});
