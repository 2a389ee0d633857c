import { assertEquals } from "@std/assert";
import { gzipSync } from "node:zlib";
import { granted } from "../../_granted.ts";
import { hunted, type Outcome, outcome } from "./_outcome.ts";
import { adversary } from "./_server.ts";

const ignore = !granted("net");
const TYPES = { json: "application/json", jsonl: "application/x-ndjson", csv: "text/csv" } as const;
type Format = keyof typeof TYPES;

async function read(format: Format, body: string | Uint8Array, spool?: string): Promise<Outcome> {
  await using server = adversary(() =>
    new Response(body as BodyInit, { headers: { "Content-Type": TYPES[format] } })
  );
  const options = spool === undefined
    ? {}
    : { spool: { folder: spool, threshold: 1, window: 16 }, maxBodyBytes: 1e9 };
  const { client } = hunted(server.url, options);
  const path = format === "json" ? { records: "items" } : {};
  return await outcome(client, { path: "/", format, ...path });
}

const LINES: Record<string, [string, string[]]> = {
  "ends without a line break": ['{"id":1}\n{"id":2}', ['{"id":1}', '{"id":2}']],
  "ends with CRLF": ['{"id":1}\r\n{"id":2}\r\n', ['{"id":1}', '{"id":2}']],
  "holds blank lines": ['\n{"id":1}\n\n \n{"id":2}\n\n', ['{"id":1}', '{"id":2}']],
  "starts with a BOM": ['\uFEFF{"id":1}\n{"id":2}\n', ['{"id":1}', '{"id":2}']],
  "holds line separators in strings": ['{"id":"\u2028\u0085"}\n', ['{"id":"\u2028\u0085"}']],
  "holds numbers beyond doubles": ['{"id":1e400,"b":1.10}\n', ['{"id":1e400,"b":1.10}']],
  "holds bare values": ['1\nnull\n"a"\n[]\n', ["1", "null", '"a"', "[]"]],
};

for (const [name, [body, texts]] of Object.entries(LINES)) {
  Deno.test({
    name: `ApiClient.pages() reads each line once when a JSON lines body ${name}`,
    ignore,
    async fn() {
      const { texts: found, end, code } = await read("jsonl", body);
      assertEquals([found, end?.proven, code], [texts, true, undefined]);
    },
  });
}

Deno.test({
  name: "ApiClient.pages() hands a bad line over as it is when the others are good",
  ignore,
  async fn() {
    const { texts, pages } = await read("jsonl", '{"id":1}\n{"id":\n{"id":3}\n');
    assertEquals(texts, ['{"id":1}', '{"id":', '{"id":3}']);
    const values = pages.flatMap(({ records }) => records.map(({ value }) => value));
    assertEquals(values, [{ id: 1 }, undefined, { id: 3 }]);
  },
});

const TABLES: Record<string, [string, unknown[]]> = {
  "is plain": ["id,b\n1,x\n2,y\n", [{ id: "1", b: "x" }, { id: "2", b: "y" }]],
  "has quotes, commas and line breaks in fields": [
    'id,b\r\n1,"a ""b"", c"\r\n2,"d\r\ne"\r\n',
    [{ id: "1", b: 'a "b", c' }, { id: "2", b: "d\r\ne" }],
  ],
  "starts with a BOM": ["\uFEFFid,b\n1,x\n", [{ id: "1", b: "x" }]],
  "ends without a line break": ["id,b\n1,x\n2,", [{ id: "1", b: "x" }, { id: "2", b: "" }]],
  "has only a header": ["id,b\n", []],
};

for (const [name, [body, expected]] of Object.entries(TABLES)) {
  Deno.test({
    name: `ApiClient.pages() reads each row once when a CSV body ${name}`,
    ignore,
    async fn() {
      const { pages, end, code } = await read("csv", body);
      const values = pages.flatMap(({ records }) => records.map(({ value }) => value));
      assertEquals([values, end?.proven, code], [expected, true, undefined]);
    },
  });
}

const BODIES: Record<string, [Format, string]> = {
  "strings hold brackets and escapes": [
    "json",
    '{"a":"]}","items":[{"id":"]}[{\\"\\\\"},{"id":2}]}',
  ],
  "a record is longer than the window": [
    "json",
    `{"items":[{"id":"${"ä😀".repeat(999)}"},{"id":2}]}`,
  ],
  "the path's key is escaped": ["json", '{"x":{"items":[9]},"\\u0069tems":[{"id":1},{"id":2}]}'],
  "a BOM and line breaks stand there": [
    "json",
    '\uFEFF{"items":\r\n[ {"id"\r\n:1},\n{"id":\n2}\n] }\n',
  ],
  "numbers are beyond doubles": ["json", '{"items":[{"id":1e400,"b":1.10,"c":9007199254740993}]}'],
  "there are none": ["json", '{"items":[ ],"more":false}'],
  "nesting is deep": ["json", `{"items":[${"[".repeat(3000)}${"]".repeat(3000)}]}`],
  "lines are long and short": ["jsonl", `{"id":"${"x".repeat(99)}"}\r\n\n{"id":2}\n{"id":3}`],
};

for (const [name, [format, body]] of Object.entries(BODIES)) {
  Deno.test({
    name: `ApiClient.pages() reads the same from a file as from memory when ${name}`,
    ignore: !granted("net", "read", "write"),
    async fn() {
      const folder = await Deno.makeTempDir();
      try {
        const memory = await read(format, body);
        await using server = adversary(() =>
          new Response(body, { headers: { "Content-Type": TYPES[format] } })
        );
        const spool = { folder, threshold: 1, window: 16 };
        await using client = hunted(server.url, { spool }).client;
        const path = format === "json" ? { records: "items" } : {};
        const texts: string[] = [];
        const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
        for await (const { bytes } of client.records({ path: "/", format, ...path })) {
          texts.push(decoder.decode(bytes));
        }
        assertEquals([texts, memory.code], [memory.texts, undefined]);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

const BROKEN = [
  '{"items":[{"id":1},{"id":2}',
  '{"items":[{"id":1},{"id":2}]',
  '{"items":[{"id":1},{"id":2}]}x',
  '{"items":[{"id":1},{"id":2},]}',
  '{"items":[{"id":1} {"id":2}]}',
  '{"items":[{"id":1},{"id":NaN}]}',
  '{"items":[{"id":1}],"items":[{"id":2}]}',
  '{"items":[{"id":1}],"more":{"a":}}',
  '{"items":[{"id":"a\nb"}]}',
  '{"items":[{"id":01}]}',
  '{"items":[{"id":"\\x"}]}',
];

for (const body of BROKEN) {
  Deno.test({
    name: `ApiClient.pages() reads no record from a file when the body is ${JSON.stringify(body)}`,
    ignore: !granted("net", "read", "write"),
    async fn() {
      const folder = await Deno.makeTempDir();
      try {
        const { ids, code, end } = await read("json", body, folder);
        assertEquals([ids, code, end?.proven ?? false], [[], "http-body-invalid", false]);
        assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), []);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

const SPOILT: Record<string, () => Response> = {
  "invalid UTF-8 stands in a record": () =>
    new Response(
      new Uint8Array([
        ...new TextEncoder().encode('{"items":[{"id":"'),
        0xff,
        0x22,
        0x7d,
        0x5d,
        0x7d,
      ]),
    ),
  "the gzip body is cut": () =>
    new Response(gzipSync('{"items":[{"id":1},{"id":2}]}').subarray(0, 30) as BodyInit, {
      headers: { "Content-Encoding": "gzip" },
    }),
  "the connection breaks": () =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"items":[{"id":1},'));
          controller.error(new Error("cut"));
        },
      }),
    ),
};

for (const [name, spoil] of Object.entries(SPOILT)) {
  Deno.test({
    name: `ApiClient.pages() reads the records once from a file when ${name} the first time`,
    ignore: !granted("net", "read", "write"),
    async fn() {
      const folder = await Deno.makeTempDir();
      try {
        await using server = adversary((_, n) => {
          const response = n === 1 ? spoil() : new Response('{"items":[{"id":1},{"id":2}]}');
          response.headers.set("Content-Type", "application/json");
          return response;
        });
        const spool = { folder, threshold: 1, window: 16 };
        const { client } = hunted(server.url, { spool });
        const ids: unknown[] = [];
        for await (const { value } of client.records({ path: "/", records: "items" })) {
          ids.push((value as { id: number }).id);
        }
        assertEquals([ids, server.heard.length], [[1, 2], 2]);
        assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), []);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}
