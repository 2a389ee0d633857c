import { assertEquals, assertRejects } from "@std/assert";
import { ApiClient, type Page, type StreamEnd, type StreamRequest } from "../../lib/api/mod.ts";
import { HttpError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { collect } from "./_collect.ts";
import { FakeClock } from "./_fake_clock.ts";
import { serve } from "./_server.ts";

const ignore = !granted("net");

interface Body {
  readonly body: string | Uint8Array<ArrayBuffer> | null;
  readonly type?: string;
  readonly status?: number;
}

function answer({ body, type = "application/json", status = 200 }: Body): Response {
  return new Response(body, { status, headers: type === "" ? {} : { "content-type": type } });
}

/** Reads a stream of one page from a server that gives these bodies in turn, the last one for ever. */
async function read(
  bodies: readonly Body[],
  stream: Partial<StreamRequest> = {},
): Promise<{ items: Page[]; end: StreamEnd; texts: string[]; asked: number }> {
  await using server = serve((_request, n) =>
    answer(bodies[Math.min(n, bodies.length) - 1] ?? { body: null })
  );
  const retry = { limit: bodies.length - 1 };
  await using client = new ApiClient({ baseUrl: server.url, clock: new FakeClock(), retry });
  const { items, end } = await collect(client.pages({ path: "/", ...stream }));
  const texts = items.flatMap((page) =>
    page.records.map(({ bytes }) => new TextDecoder().decode(bytes))
  );
  return { items, end, texts, asked: server.seen.length };
}

async function codeOf(body: Body, stream: Partial<StreamRequest> = {}): Promise<string> {
  const error = await assertRejects(() => read([body], stream), HttpError);
  return error.code;
}

Deno.test({
  name: "pages() hands values over as sent",
  ignore,
  async fn() {
    const values = ["9007199254740993", "1.10", "1e400", '"\\u00e9\\/\\ud800"', '{"a":1, "a":2}'];
    const { texts, end, items } = await read([{ body: `[${values.join(",")}]` }]);
    assertEquals(texts, values);
    assertEquals([end.stopReason, end.proven, end.read], ["single-page", true, 5]);
    assertEquals(Array.from(items[0]?.records ?? [])[1]?.byteOffset, 18);
    assertEquals(Array.from(items[0]?.records ?? [])[4]?.value, { a: 2 });
  },
});

Deno.test({
  name: "pages() strips a BOM and drops raw line breaks inside a record",
  ignore,
  async fn() {
    const { texts, items } = await read([{
      body: '\ufeff{"d": [{\r\n  "a": "x\\n",\n  "b": 1\n}]}',
    }], {
      records: "d",
    });
    assertEquals(texts, ['{  "a": "x\\n",  "b": 1}']);
    assertEquals(Array.from(items[0]?.records ?? [])[0]?.byteOffset, 10);
  },
});

Deno.test({
  name: "pages() takes a truncated body of status 200 for a passing fault",
  ignore,
  async fn() {
    const { texts, asked } = await read([{ body: '[{"id":1},{"i' }, { body: "[]{}" }, {
      body: "[7]",
    }]);
    assertEquals([texts, asked], [["7"], 3]);
    assertEquals(
      await codeOf({ body: '{"data":[{"id":1}' }, { records: "data" }),
      "http-body-invalid",
    );
    assertEquals(
      await codeOf({ body: new Uint8Array([0x5b, 0x22, 0xff, 0x22, 0x5d]) }),
      "http-body-invalid",
    );
  },
});

Deno.test({
  name:
    "pages() does not take 200 with an error body for an empty page: complaint 'silent partial data'",
  ignore,
  async fn() {
    const { texts, asked } = await read([{ body: '{"error":"try later"}' }, {
      body: '{"data":[1]}',
    }], {
      records: "data",
    });
    assertEquals([texts, asked], [["1"], 2]);
    for (const body of ['{"data":null}', '{"data":{}}', '{"x":[]}', "[]", '"data"']) {
      assertEquals(await codeOf({ body }, { records: "data" }), "http-records-missing", body);
    }
    assertEquals(await codeOf({ body: "{}" }), "http-records-missing");
  },
});

Deno.test({
  name: "pages() asks the predicate for errors inside a body of status 200",
  ignore,
  async fn() {
    const bodyError = (body: unknown) =>
      JSON.stringify(body).includes("errors") ? "partial" : undefined;
    const bodies = [{ body: '{"data":[1],"errors":[{}]}' }, { body: '{"data":[1,2]}' }];
    const { texts } = await read(bodies, { records: "data", bodyError });
    assertEquals(texts, ["1", "2"]);
    assertEquals(await codeOf({ body: '{"errors":[]}' }, { bodyError }), "http-body-error");
  },
});

Deno.test({
  name: "pages() looks at the content type before it parses",
  ignore,
  async fn() {
    for (
      const type of ["application/json; charset=utf-8", "application/geo+json", "text/plain", ""]
    ) {
      assertEquals((await read([{ body: "[1]", type }])).texts, ["1"], type);
    }
    for (const type of ["text/html", "application/xml", "image/png", "text/csv"]) {
      assertEquals(await codeOf({ body: "[1]", type }), "http-content-type", type);
    }
    assertEquals(await codeOf({ body: "a\n1\n" }, { format: "csv" }), "http-content-type");
  },
});

Deno.test({
  name: "pages() refuses a key on the path that occurs twice, without asking again",
  ignore,
  async fn() {
    const body = '{"data":[1],"data":[2]}';
    const error = await assertRejects(
      () => read([{ body }, { body }], { records: "data" }),
      HttpError,
    );
    assertEquals([error.code, error.transient], ["http-body-invalid", false]);
  },
});

Deno.test({
  name: "pages() takes 204 for an empty page",
  ignore,
  async fn() {
    const { end, items } = await read([{ body: null, status: 204, type: "" }]);
    assertEquals([end.read, items[0]?.records.length], [0, 0]);
  },
});

Deno.test({
  name: "pages() reads JSON lines, and hands a bad line over without a value",
  ignore,
  async fn() {
    const body = '\ufeff{"a":1}\r\n\n{"a":\r2}\nbroken\n {"a":3}';
    const { texts, items } = await read([{ body, type: "application/x-ndjson" }], {
      format: "jsonl",
    });
    assertEquals(texts, ['{"a":1}', '{"a":2}', "broken", ' {"a":3}']);
    const records = Array.from(items[0]?.records ?? []);
    assertEquals(records.map(({ value }) => value), [{ a: 1 }, { a: 2 }, undefined, { a: 3 }]);
    assertEquals(records.map(({ byteOffset }) => byteOffset), [3, 13, 22, 29]);
    const cutOff = { body: '{"a":1}\n{"a":', type: "" };
    assertEquals(await codeOf(cutOff, { format: "jsonl" }), "http-body-invalid");
  },
});

Deno.test({
  name: "pages() reads CSV into objects of strings, and hands a ragged row over as it came",
  ignore,
  async fn() {
    const body = '\ufeffid,name\r\n007,"a ""b"", c\nd"\r\n1,2,3\n2,\n3,x"y\n';
    const { texts, items } = await read([{ body, type: "text/csv" }], { format: "csv" });
    assertEquals(texts, [
      '{"id":"007","name":"a \\"b\\", c\\nd"}',
      "1,2,3",
      '{"id":"2","name":""}',
      '3,x"y',
    ]);
    const records = Array.from(items[0]?.records ?? []);
    assertEquals(records.map(({ value }) => value === undefined), [false, true, false, true]);
    assertEquals(body.slice(1).indexOf("1,2,3") + 3, records[1]?.byteOffset);
    for (const broken of ['a,b\n1,"2', "a,a\n1,2\n"]) {
      assertEquals(
        await codeOf({ body: broken, type: "text/csv" }, { format: "csv" }),
        "http-body-invalid",
      );
    }
  },
});
