import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import fc from "../_property.ts";
import { SandboxHandler } from "../../lib/sandbox/mod.ts";
import { granted } from "../_granted.ts";
import { runs } from "../_sample.ts";

Deno.test("SandboxHandler answers without any permission what needs no sample", async () => {
  const lines: string[] = [];
  const handler = new SandboxHandler({ clock: { now: () => 0 }, log: (line) => lines.push(line) });
  const response = await handler.handle(
    new Request("http://any.example/usgs/fdsnws/event/1/version?ü", {
      headers: { "user-agent": "tab\there" },
    }),
    "2001:db8::7",
  );
  assertEquals(await response.text(), "1.14.1");
  assertMatch(
    lines[0] ?? "",
    /^2001:db8::7 - - \[01\/Jan\/1970:00:00:00 \+0000\] "GET \/usgs\/\S+\?%C3%BC HTTP\/1\.1" 200 6 "-" "tab\\x09here" \d+ sb-000001-\w+\n$/,
  );
});

Deno.test("SandboxHandler counts requests by route and leaves out unknown paths", async () => {
  const handler = new SandboxHandler();
  for (
    const path of ["/usgs/", "/github/", "/next/x", "/openalex/x", "/oauth/token", "/", "/usgs"]
  ) {
    await handler.handle(new Request(`http://any.example${path}`));
  }
  assertEquals(handler.requests, { quakes: 1, flights: 2, strikes: 1, token: 1 });
});

Deno.test("SandboxHandler wants a User-Agent where GitHub does", async () => {
  const handler = new SandboxHandler();
  const request = new Request("http://any.example/github/repos/bts/flights/records");
  assertEquals((await handler.handle(request)).status, 403);
});

Deno.test("SandboxHandler ends a wait by stop() even if its clock rejects then", async () => {
  const clock = { sleep: (_ms: number, signal?: AbortSignal) => Promise.reject(signal?.reason) };
  const handler = new SandboxHandler({ faults: ["token:slow=1s"], clock });
  await assertRejects(() => handler.handle(tokenRequest()));
  handler.stop();
  assertEquals((await handler.handle(tokenRequest())).status, 200);
});

Deno.test({
  name: "SandboxHandler serves any sample as it is, whatever its layout",
  ignore: !granted("read", "write"),
  async fn() {
    const samples = await Deno.makeTempDir();
    const cases = [
      '[ {"a": 1.10} ,\n{"b":"x,]\\"}", "c" : [1, {"d":2}]},{"n":1e400}]',
      JSON.stringify([{ a: { b: [[]] } }, { c: "é\u2028" }], null, 2),
      "[]",
    ];
    for (const [index, text] of cases.entries()) {
      await Deno.writeTextFile(`${samples}/flights-20k.json`, text + " ".repeat(index));
      const sent = await readFlights(samples);
      assertEquals(JSON.parse(sent).map(withoutId), JSON.parse(text));
    }
    assertEquals(
      await readFlights(samples, '[ {"a": 1.10} ]'),
      '[{"id":1,"a": 1.10}]',
    );
    await Deno.remove(samples, { recursive: true });
  },
});

Deno.test({
  name: "SandboxHandler cuts any list of features out of any document",
  ignore: !granted("read", "write"),
  async fn() {
    const samples = await Deno.makeTempDir();
    const extra = fc.dictionary(fc.string(), fc.jsonValue());
    const property = fc.property(fc.array(extra), extra, fc.constantFrom(0, 2), check);
    const seen: Promise<void>[] = [];
    function check(fields: readonly object[], others: object, indent: number) {
      const features = fields.map((field, i) => ({
        field,
        id: `q${String(i).padStart(3, "0")}`,
        properties: { time: 1, updated: 1, mag: null },
        geometry: { coordinates: [1, 2, 3] },
      }));
      const document = { before: others, metadata: { features: [9] }, features, after: "]" };
      const file = `${samples}/${seen.length}`;
      seen.push(checkFeatures(file, JSON.stringify(document, null, indent)));
    }
    fc.assert(property, { numRuns: runs(40) });
    await Promise.all(seen);
    await Deno.remove(samples, { recursive: true });
  },
});

Deno.test({
  name: "SandboxHandler reads quoted fields and unknown columns of a CSV sample",
  ignore: !granted("read", "write"),
  async fn() {
    const samples = await Deno.makeTempDir();
    const csv = 'Airport Name,Cost Total $,Other\r\n"A, ""B""\nC",12,x\r\n,,\r\n';
    await Deno.writeTextFile(`${samples}/birdstrikes.csv`, csv);
    const response = await new SandboxHandler({ samples }).handle(
      new Request("http://any.example/openalex/strikes?api_key=sandbox-token"),
    );
    assertEquals((await response.json()).results, [
      { id: "S000001", airport_name: 'A, "B"\nC', cost_total: 12, Other: "x" },
      { id: "S000002", airport_name: "", cost_total: null, Other: "" },
    ]);
    await Deno.remove(samples, { recursive: true });
  },
});

async function checkFeatures(samples: string, document: string): Promise<void> {
  await Deno.mkdir(samples);
  await Deno.writeTextFile(`${samples}/earthquakes.json`, document);
  const response = await new SandboxHandler({ samples }).handle(
    new Request(
      "http://any.example/usgs/fdsnws/event/1/query?format=geojson&starttime=1970-01-01",
    ),
  );
  assertEquals((await response.json()).features, JSON.parse(document).features);
}

async function readFlights(samples: string, text?: string): Promise<string> {
  if (text !== undefined) await Deno.writeTextFile(`${samples}/flights-20k.json`, text);
  const request = new Request("http://any.example/github/repos/bts/flights/records", {
    headers: { Authorization: "Bearer sandbox-token", "User-Agent": "test" },
  });
  return await (await new SandboxHandler({ samples }).handle(request)).text();
}

function withoutId({ id: _id, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return rest;
}

function tokenRequest(): Request {
  return new Request("http://any.example/oauth/token", {
    method: "POST",
    body: "grant_type=client_credentials&client_secret=sandbox-token",
  });
}
