import { assertEquals } from "@std/assert";
import { gzipSync } from "node:zlib";
import { granted } from "../../_granted.ts";
import { hunted, outcome, statusOrCode } from "./_outcome.ts";
import { adversary, answer, rawAdversary } from "./_server.ts";

const ignore = !granted("net");
const encoder = new TextEncoder();
const GOOD = '{"items":[{"id":1},{"id":2}]}';

function body(bytes: string | Uint8Array, type = "application/json"): Response {
  return new Response(bytes as BodyInit, { headers: { "Content-Type": type } });
}

function join(...parts: (string | Uint8Array)[]): Uint8Array {
  const bytes = parts.map((part) => typeof part === "string" ? encoder.encode(part) : part);
  return new Uint8Array(bytes.flatMap((part) => [...part]));
}

/** Reads one page whose body is this; returns its records' own text, or the code. */
async function texts(bytes: string | Uint8Array, type?: string): Promise<string[] | string> {
  await using server = adversary(() => body(bytes, type));
  const read = await outcome(hunted(server.url).client, { path: "/", records: "items" });
  if (read.code === undefined) return read.texts;
  assertEquals([read.texts, read.end?.proven ?? false, server.heard.length], [[], false, 3]);
  return read.code;
}

const DEEP = "[".repeat(10_000) + "]".repeat(10_000);

const AS_SENT: Record<string, string> = {
  "an integer beyond 2^53": '{"id":9007199254740993}',
  "a decimal with a trailing zero": '{"id":1.10}',
  "a number beyond all doubles": '{"id":1e400,"b":-1e400,"c":1e-400}',
  "negative zero": '{"id":-0}',
  "a long decimal": `{"id":0.${"1234567890".repeat(50)}}`,
  "a lone surrogate": '{"id":"\\ud800 \\udfff"}',
  "escapes": '{"id":"\\u0041\\/\\b\\\\\\""}',
  "brackets in strings": '{"id":"]}[{\\"]}"}',
  "duplicate keys": '{"id":1,"id":2}',
  "the name of a prototype": '{"__proto__":{"a":1},"constructor":2}',
  "line separators in a string": '{"id":"\u2028\u2029\u0085"}',
  "a BOM in a string": '{"id":"\uFEFF"}',
  "an astral character": '{"id":"😀"}',
  "spaces and tabs": '{ \t"id" : [ 1 , 2 ] }',
  "ten thousand levels of nesting": `{"id":${DEEP}}`,
  "a bare number": "17",
  "a bare null": "null",
  "a bare string": '"a,b]"',
  "an empty object": "{}",
};

for (const [name, text] of Object.entries(AS_SENT)) {
  Deno.test({
    name: `ApiClient.pages() hands records over as sent when one holds ${name}`,
    ignore,
    fn: async () =>
      assertEquals(await texts(`{"items":[{"a":0},${text},{"z":0}]}`), [
        '{"a":0}',
        text,
        '{"z":0}',
      ]),
  });
}

const ACCEPTED: Record<string, string | Uint8Array> = {
  "a BOM stands in front": `\uFEFF${GOOD}`,
  "white space stands around": `\r\n\t ${GOOD} \n\r\n`,
  "the records come last": '{"x":{"items":[{"id":666}]},"y":["items"],"items":[{"id":1},{"id":2}]}',
  "the path's key is escaped": '{"\\u0069tem\\u0073":[{"id":1},{"id":2}]}',
  "decoys stand in strings": '{"a":"\\"items\\":[{\\"id\\":666}]","items":[{"id":1},{"id":2}]}',
  "line breaks stand between tokens": '{"items":[{"id"\r\n:1},\n{\r"id":\n2}\r\n]}',
};

for (const [name, text] of Object.entries(ACCEPTED)) {
  Deno.test({
    name: `ApiClient.pages() reads both records when ${name}`,
    ignore,
    fn: async () => assertEquals(await texts(text), ['{"id":1}', '{"id":2}']),
  });
}

const REFUSED: Record<string, string | Uint8Array> = {
  "empty": "",
  "only white space": " \n",
  "only a BOM": "\uFEFF",
  "cut in a record": GOOD.slice(0, -6),
  "cut before the last bracket": GOOD.slice(0, -1),
  "cut in a key behind the records": `${GOOD.slice(0, -1)},"mor`,
  "followed by garbage": `${GOOD}x`,
  "followed by a second document": `${GOOD}\n${GOOD}`,
  "two BOMs": `\uFEFF\uFEFF${GOOD}`,
  "NaN": '{"items":[{"id":1},{"id":NaN}]}',
  "Infinity": '{"items":[{"id":-Infinity}]}',
  "a trailing comma": '{"items":[{"id":1},]}',
  "a comment": `${GOOD}/* end */`,
  "a single-quoted string": "{'items':[]}",
  "a leading zero": '{"items":[{"id":01}]}',
  "a raw line break in a string": '{"items":[{"id":"a\nb"}]}',
  "a raw NUL in a string": '{"items":[{"id":"a\0b"}]}',
  "a bad escape": '{"items":[{"id":"\\x41"}]}',
  "invalid UTF-8 in a record": join('{"items":[{"id":"', new Uint8Array([0xe9]), '"}]}'),
  "an overlong form": join('{"items":[{"id":"', new Uint8Array([0xc0, 0x80]), '"}]}'),
  "a surrogate in UTF-8": join('{"items":[{"id":"', new Uint8Array([0xed, 0xa0, 0x80]), '"}]}'),
  "a cut UTF-8 sequence": join('{"items":[{"id":"', new Uint8Array([0xf0, 0x9f, 0x98]), '"}]}'),
  "invalid UTF-8 outside the records": join(
    GOOD.slice(0, -1),
    ',"m":"',
    new Uint8Array([0xff]),
    '"}',
  ),
};

for (const [name, bytes] of Object.entries(REFUSED)) {
  Deno.test({
    name: `ApiClient.pages() reads no record when the body is ${name}`,
    ignore,
    fn: async () => assertEquals(await texts(bytes), "http-body-invalid"),
  });
}

const AMBIGUOUS = [
  '{"items":[{"id":1}],"items":[{"id":2}]}',
  '{"items":[{"id":1}],"\\u0069tems":[]}',
];

for (const text of AMBIGUOUS) {
  Deno.test({
    name: `ApiClient.pages() chooses no list when the body is ${text}`,
    ignore,
    async fn() {
      await using server = adversary(() => body(text));
      const read = await outcome(hunted(server.url).client, { path: "/", records: "items" });
      assertEquals([read.ids, read.code], [[], "http-body-invalid"]);
    },
  });
}

const MISSING = [
  "{}",
  "[]",
  "null",
  '{"items":null,"notice":"down"}',
  '{"items":{}}',
  '{"items":"[]"}',
  '{"items":0}',
  '{"Items":[]}',
  '{"data":{"items":[]}}',
];

for (const text of MISSING) {
  Deno.test({
    name: `ApiClient.pages() finds the records missing when the body is ${text}`,
    ignore,
    fn: async () => assertEquals(await texts(text), "http-records-missing"),
  });
}

for (const path of ["constructor", "__proto__", "toString", "items.length", "items.constructor"]) {
  Deno.test({
    name: `ApiClient.pages() finds the records missing when their path is ${path}`,
    ignore,
    async fn() {
      await using server = adversary(() => body(GOOD));
      const { code, ids } = await outcome(hunted(server.url).client, { path: "/", records: path });
      assertEquals([code, ids], ["http-records-missing", []]);
    },
  });
}

const TYPES: [string, string[] | string][] = [
  ["application/json; charset=utf-8", ['{"id":1}', '{"id":2}']],
  ['Application/JSON;charset="UTF-8"', ['{"id":1}', '{"id":2}']],
  ["application/vnd.api+json", ['{"id":1}', '{"id":2}']],
  ['application/hal+json; profile="a;b"', ['{"id":1}', '{"id":2}']],
  ["text/html", "http-content-type"],
  ["text/html; charset=utf-8", "http-content-type"],
  ["application/xhtml+xml", "http-content-type"],
  ["text/xml", "http-content-type"],
  ["image/png", "http-content-type"],
];

for (const [type, expected] of TYPES) {
  Deno.test({
    name: `ApiClient.pages() judges the body by its type when that is ${type}`,
    ignore,
    fn: async () => assertEquals(await texts(GOOD, type), expected),
  });
}

Deno.test({
  name: "ApiClient.pages() reads the records once when a bad body is followed by a good one",
  ignore,
  async fn() {
    await using server = adversary((_, n) => body(n === 1 ? GOOD.slice(0, -3) : GOOD));
    const read = await outcome(hunted(server.url).client, { path: "/", records: "items" });
    assertEquals([read.ids, read.end?.proven, read.pages[0]?.attempts], [[1, 2], true, 2]);
  },
});

const CUTS: Record<string, string> = {
  "a chunk is cut": `1d\r\n${GOOD.slice(0, 12)}`,
  "the last chunk is missing": `1d\r\n${GOOD}\r\n`,
  "the end of the last chunk is missing": `1d\r\n${GOOD}\r\n0\r\n`,
  "a chunk size is no number": `zz\r\n${GOOD}\r\n0\r\n\r\n`,
  "a chunk is longer than its size": `1a\r\n${GOOD}\r\n0\r\n\r\n`,
  "a chunk size overflows": `1000000000000001d\r\n${GOOD}\r\n0\r\n\r\n`,
};
const CHUNKED =
  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

for (const [name, chunks] of Object.entries(CUTS)) {
  Deno.test({
    name: `ApiClient.pages() reads the records once when ${name} the first time`,
    ignore,
    async fn() {
      await using server = rawAdversary(async (wire, n) => {
        await wire.request();
        await wire.write(
          n === 1 ? CHUNKED + chunks : answer(GOOD, { headers: ["Connection: close"] }),
        );
      });
      await using client = hunted(server.url).client;
      const read = await outcome(client, { path: "/", records: "items" });
      assertEquals([read.ids, read.end?.proven, read.pages[0]?.attempts], [[1, 2], true, 2]);
    },
  });
}

Deno.test({
  name: "ApiClient.pages() reads no record when every body is cut",
  ignore,
  async fn() {
    let requests = 0;
    await using server = rawAdversary(async (wire) => {
      await wire.request();
      requests++;
      await wire.write(CHUNKED + CUTS["the last chunk is missing"]);
    });
    await using client = hunted(server.url).client;
    const read = await outcome(client, { path: "/", records: "items" });
    assertEquals([read.ids, read.code, requests], [[], "http-reset", 3]);
  },
});

Deno.test({
  name: "ApiClient.pages() reads no record when the body is shorter than Content-Length",
  ignore,
  async fn() {
    await using server = rawAdversary(async (wire) => {
      await wire.request();
      await wire.write(answer(GOOD).replace("Content-Length: 29", "Content-Length: 99"));
    });
    await using client = hunted(server.url).client;
    const read = await outcome(client, { path: "/", records: "items" });
    assertEquals([read.ids, read.code], [[], "http-reset"]);
  },
});

Deno.test({
  name: "ApiClient.pages() invents no record when a second answer hides behind Content-Length",
  ignore,
  async fn() {
    const smuggled = answer('{"items":[{"id":666}]}');
    const served: string[] = [];
    await using server = rawAdversary(async (wire) => {
      for (let text = await wire.request(); text !== undefined; text = await wire.request()) {
        const page = /page=(\d+)/.exec(text)?.[1] ?? "0";
        served.push(page);
        await wire.write(answer(`{"items":[{"id":${page}}]}`) + smuggled);
      }
    });
    await using client = hunted(server.url).client;
    const pagination = { type: "page", page_param: "page", max_pages: 3 } as const;
    const read = await outcome(client, { path: "/", records: "items", pagination });
    assertEquals(read.ids, [1, 2, 3]);
  },
});

Deno.test({
  name: "ApiClient.pages() refuses an answer when it has two different Content-Lengths",
  ignore,
  async fn() {
    await using server = rawAdversary(async (wire) => {
      await wire.request();
      await wire.write(answer(GOOD, { headers: ["Content-Length: 5"] }));
    });
    await using client = hunted(server.url).client;
    const read = await outcome(client, { path: "/", records: "items" });
    assertEquals([read.ids, read.end?.proven ?? false], [[], false]);
    assertEquals(`${read.code}`.startsWith("http-"), true, read.code ?? "none");
  },
});

const ZIPPED = gzipSync(GOOD);
const BAD_CRC = ZIPPED.slice();
BAD_CRC[BAD_CRC.length - 8] = (BAD_CRC[BAD_CRC.length - 8] ?? 0) ^ 255;
const BAD_GZIP: Record<string, Uint8Array> = {
  "cut in its middle": ZIPPED.subarray(0, ZIPPED.length - 14),
  "cut in its trailer": ZIPPED.subarray(0, ZIPPED.length - 3),
  "wrong in its checksum": BAD_CRC,
  "no gzip at all": encoder.encode(GOOD),
};

for (const [name, bytes] of Object.entries(BAD_GZIP)) {
  Deno.test({
    name: `ApiClient.pages() reads no record when the gzip body is ${name}`,
    ignore,
    async fn() {
      await using server = adversary(() =>
        new Response(bytes as BodyInit, {
          headers: { "Content-Type": "application/json", "Content-Encoding": "gzip" },
        })
      );
      const read = await outcome(hunted(server.url).client, { path: "/", records: "items" });
      assertEquals([read.ids, read.end?.proven ?? false, server.heard.length], [[], false, 3]);
      assertEquals(
        ["http-reset", "http-body-invalid"].includes(`${read.code}`),
        true,
        read.code ?? "none",
      );
    },
  });
}

Deno.test({
  name: "ApiClient.request() does not wait for the body when Content-Length is above the limit",
  ignore,
  async fn() {
    let heard = 0;
    await using server = rawAdversary(async (wire) => {
      if (await wire.request() === undefined) return;
      heard++;
      await wire.write("HTTP/1.1 200 OK\r\nContent-Length: 2000001\r\n\r\n[");
      await wire.request();
    });
    await using client = hunted(server.url, { maxBodyBytes: 2_000_000, timeout: 5000 }).client;
    assertEquals(await statusOrCode(client.request({ path: "/" })), "http-too-large");
    assertEquals(heard, 1);
  },
});

Deno.test({
  name: "ApiClient.request() stops at the limit when a small body unpacks to a huge one",
  ignore,
  async fn() {
    const bomb = gzipSync(new Uint8Array(20_000_000));
    await using server = adversary(() =>
      new Response(bomb as BodyInit, {
        headers: { "Content-Type": "application/json", "Content-Encoding": "gzip" },
      })
    );
    const { client } = hunted(server.url, { maxBodyBytes: 1_000_000 });
    assertEquals(await statusOrCode(client.request({ path: "/" })), "http-too-large");
    assertEquals(server.heard.length, 1);
  },
});

Deno.test({
  name: "ApiClient.pages() refuses a body of 200 when it reports an error",
  ignore,
  async fn() {
    await using server = adversary((_, n) =>
      Response.json(n === 1 ? { items: [{ id: 666 }], errors: ["late"] } : JSON.parse(GOOD))
    );
    const read = await outcome(hunted(server.url).client, {
      path: "/",
      records: "items",
      bodyError: (value) => (value as { errors?: string[] }).errors?.[0],
    });
    assertEquals([read.ids, read.end?.proven, read.pages[0]?.attempts], [[1, 2], true, 2]);
  },
});

Deno.test({
  name: "ApiClient.pages() reports the error when every body of 200 holds one",
  ignore,
  async fn() {
    await using server = adversary(() => Response.json({ items: [{ id: 666 }], error: "no" }));
    const read = await outcome(hunted(server.url).client, {
      path: "/",
      records: "items",
      bodyError: (value) => (value as { error?: string }).error,
    });
    assertEquals([read.ids, read.code, server.heard.length], [[], "http-body-error", 3]);
  },
});
