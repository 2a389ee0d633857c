import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { ApiClient, type Page, type StreamEnd, type StreamRequest } from "../../lib/api/mod.ts";
import { IngestError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { collect } from "./_collect.ts";
import { FakeClock } from "./_fake_clock.ts";
import { everyTest, runs } from "../_sample.ts";

const ignore = !granted("read", "write");

interface Setting {
  readonly bodies: readonly (string | Uint8Array<ArrayBuffer>)[];
  readonly stream?: Partial<StreamRequest>;
  /** The folder for bodies in files; without it they stay in memory. */
  readonly folder?: string;
  readonly window?: number;
}

interface Result {
  readonly pages?: Page[];
  readonly records?: unknown[][];
  readonly end?: StreamEnd;
  readonly code?: string;
}

/** Reads a stream whose answers are these bodies, the last one for ever. */
async function read({ bodies, stream = {}, folder, window = 7 }: Setting): Promise<Result> {
  let n = 0;
  await using client = new ApiClient({
    baseUrl: "https://a.example",
    clock: new FakeClock(),
    retry: { limit: bodies.length - 1 },
    fetch: () => Promise.resolve(new Response(bodies[Math.min(n++, bodies.length - 1)])),
    ...(folder === undefined ? {} : { spool: { folder, threshold: 0, window } }),
  });
  const pages: Page[] = [];
  const records: unknown[][] = [];
  const decoder = new TextDecoder();
  const generator = client.pages({ path: "/", ...stream });
  try {
    for (;;) {
      const step = await generator.next();
      if (step.done) return { pages, records, end: step.value };
      pages.push(step.value);
      for (const { bytes, value, byteOffset } of step.value.records) {
        records.push([decoder.decode(bytes), value, byteOffset]);
      }
    }
  } catch (error) {
    if (!(error instanceof IngestError)) throw error;
    return { code: error.code };
  }
}

async function inFolder(action: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await action(folder);
    assertEquals([...Deno.readDirSync(folder)], [], "a temporary file was left behind");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What must not depend on where the body is kept. */
function facts({ records, pages, code }: Result): unknown {
  return [
    code,
    records,
    pages?.map(({ sha256, bytes, records }) => [sha256, bytes, records.length]),
  ];
}

async function agree(setting: Setting): Promise<void> {
  await inFolder(async (folder) => {
    const memory = await read(setting);
    assertEquals(facts(await read({ ...setting, folder })), facts(memory));
  });
}

function text(value: unknown, gap: string): string {
  return JSON.stringify(value, null, gap);
}

everyTest({
  name: "pages() cuts the same records out of a file as out of memory, whatever stands around them",
  ignore,
  async fn() {
    const bodies = fc.tuple(
      fc.array(fc.jsonValue(), { maxLength: 8 }),
      fc.jsonValue(),
      fc.constantFrom("", " ", "\r\n\t"),
      fc.constantFrom<[string, string]>(["d", "d"], ["a.d", '{"x":{"d":[1]},"a":@}'], ["", "@"]),
      fc.integer({ min: 1, max: 40 }),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async ([array, other, gap, [records, frame], window]) => {
        const d = text(array, gap);
        const object = `{"o":${text(other, gap)},"\\u0064" : ${d}${gap},"z":${text(other, gap)}}`;
        const body = records === ""
          ? d
          : records === "d"
          ? object
          : frame.replace("@", () => object);
        await agree({ bodies: [body], stream: records === "" ? {} : { records }, window });
      }),
      { numRuns: runs(150) },
    );
  },
});

everyTest({
  name: "pages() refuses from a file exactly what it refuses from memory, cut or damaged anywhere",
  ignore,
  async fn() {
    const whole =
      '\ufeff{"m":{"t":3,"d":[0]}, "d":[{"a":"x\\"]\\u00e9é"},\n 1.10,[[]] ],"d2":[{}]}';
    const bytes = new TextEncoder().encode(whole);
    await inFolder(async (folder) => {
      for (let at = 0; at < bytes.length; at++) {
        const cut = bytes.slice(0, at);
        const without = bytes.filter((_, index) => index !== at);
        const twice = new Uint8Array([...bytes.slice(0, at + 1), ...bytes.slice(at)]);
        const wrong = bytes.with(at, 0x5d);
        for (const body of [cut, without, twice, wrong]) {
          const setting = { bodies: [body], stream: { records: "d" } };
          const spooled = await read({ ...setting, folder, window: 5 });
          assertEquals(facts(spooled), facts(await read(setting)), new TextDecoder().decode(body));
        }
      }
      assertEquals(
        (await read({ bodies: [bytes], stream: { records: "d" }, folder })).end?.read,
        3,
      );
    });
  },
});

everyTest({
  name: "pages() reads JSON lines and CSV from a file as from memory, whole, cut and damaged",
  ignore,
  async fn() {
    const texts = {
      jsonl: '\ufeff{"a":1}\r\n\n{"a":\r2}\nbroken\n{"é":3}\n\n[4]',
      csv: '\ufeffid,name\r\n007,"a ""b"", c\nd"\r\n1,2,3\n2,\r3,x"y\n"4",""\n',
    };
    await inFolder(async (folder) => {
      for (const format of ["jsonl", "csv"] as const) {
        const bytes = new TextEncoder().encode(texts[format]);
        for (let at = 4; at <= bytes.length; at++) {
          const bodies = [bytes.slice(0, at), bytes.filter((_, index) => index !== at)];
          for (const body of bodies) {
            const setting = { bodies: [body], stream: { format } };
            const spooled = await read({ ...setting, folder, window: 4 });
            assertEquals(
              facts(spooled),
              facts(await read(setting)),
              new TextDecoder().decode(body),
            );
          }
        }
      }
    });
  },
});

Deno.test({
  name:
    "pages() takes a truncated large body for a passing fault and hands none of its records over",
  ignore,
  async fn() {
    await inFolder(async (folder) => {
      const { records, end } = await read({ bodies: ['[{"id":1},{"id":2},{"i', "[7]"], folder });
      assertEquals([records, end?.proven], [[["7", 7, 1]], true]);
      const { code } = await read({ bodies: ['[{"id":1},{"i'], folder });
      assertEquals(code, "http-body-invalid");
    });
  },
});

Deno.test({
  name:
    "pages() follows cursor and total of a large body, also where the cursor is in its last record",
  ignore,
  async fn() {
    await inFolder(async (folder) => {
      const bodies = [
        '{"d":[{"id":"a"},{"id":"b"},{"id":"c"}],"t":4}',
        '{"t":4,"d":[{"id":"z"}]}',
        '{"t":4,"d":[]}',
      ];
      const asked: string[] = [];
      await using client = new ApiClient({
        baseUrl: "https://a.example",
        spool: { folder, threshold: 0 },
        fetch: (url) => {
          asked.push(new URL(String(url)).search);
          return Promise.resolve(new Response(bodies[asked.length - 1]));
        },
      });
      const pagination = { type: "cursor", param: "after", path: "d.-1.id", total: "t" } as const;
      const { items, end } = await collect(client.pages({ path: "/", records: "d", pagination }));
      assertEquals(asked, ["", "?after=c", "?after=z"]);
      assertEquals([end.stopReason, end.read, end.proven], ["total-reached", 4, true]);
      const first = items[0]?.records;
      assert(first !== undefined);
      assertEquals(first.length, 3);
      assertThrows(() => first.map((record) => record), TypeError, "next page was asked for");
    });
  },
});

Deno.test({
  name: "pages() stops with a guard where the cursor stands inside a record that is not kept",
  ignore,
  async fn() {
    await inFolder(async (folder) => {
      const pagination = { type: "cursor", param: "after", path: "d.1.id" } as const;
      const bodies = ['{"d":[{"id":"a"},{"id":"b"},{"id":"c"}]}'];
      const { end } = await read({ bodies, stream: { records: "d", pagination }, folder });
      assertEquals([end?.stopReason, end?.guard?.code], ["guard", "next-invalid"]);
    });
  },
});

Deno.test({
  name: "pages() says that it cannot count from the end of a large body on the way to its records",
  ignore,
  async fn() {
    await inFolder(async (folder) => {
      const setting = { bodies: ['[{"d":[0]},{"d":[1]}]'], folder };
      assertEquals(
        (await read({ ...setting, stream: { records: "-1.d" } })).code,
        "http-records-missing",
      );
      assertEquals((await read({ ...setting, stream: { records: "1.d" } })).records, [[
        "1",
        1,
        17,
      ]]);
    });
  },
});

Deno.test({
  name: "pages() removes the temporary file when the consumer leaves, and when the page is skipped",
  ignore,
  async fn() {
    await inFolder(async (folder) => {
      await using client = new ApiClient({
        baseUrl: "https://a.example",
        spool: { folder, threshold: 4, window: 8 },
        retry: { limit: 0 },
        fetch: () => Promise.resolve(new Response(`[{"id":${Math.random()}},{"id":2}]`)),
      });
      const pagination = { type: "page", page_param: "p" } as const;
      for await (const page of client.pages({ path: "/", pagination })) {
        for (const { value } of page.records) {
          assertEquals(Object.keys(value as Record<string, unknown>), ["id"]);
          break;
        }
        break;
      }
      const bad = await read({ bodies: ["[1,"], stream: { onPageError: "skip" }, folder });
      assertEquals(new TextDecoder().decode(bad.pages?.[0]?.skipped?.bodySample), "[1,");
    });
  },
});

Deno.test({
  name:
    "ApiClient refuses a body too large for memory that cannot be in a file, whatever it is for",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const size = String(256 * 2 ** 20 + 1);
      const gather = { single: true, path: [] };
      for (const [status, stream] of [[200, { gather }], [404, {}], [200, {}]] as const) {
        await using client = new ApiClient({
          baseUrl: "https://a.example",
          clock: new FakeClock(),
          retry: { limit: 0 },
          // Its length is enough to know.
          fetch: () => {
            const headers = { "content-type": "application/json", "content-length": size };
            return Promise.resolve(new Response('[{"id":1}]', { status, headers }));
          },
          spool: { folder },
        });
        const reading = collect(client.pages({ path: "/", ...stream }));
        const code = await reading.then(() => "", (error) => error.code);
        assertEquals(code, status === 200 && !("gather" in stream) ? "" : "http-too-large");
      }
    }),
});
