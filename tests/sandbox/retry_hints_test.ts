import { assertEquals, assertStringIncludes } from "@std/assert";
import { RETRY_HINTS, type RetryHintForm } from "../../lib/sandbox/mod.ts";
import { flights, get, NO_SERVER, NOW, QUAKES, start } from "./_sandbox.ts";

const EPOCH = Math.floor(NOW / 1000);
const RELEVANT = /^(retry-after|x-ratelimit-(limit|remaining|reset)|ratelimit.*)$/;

/** What each form sends for a wait of 65 s from Wed, 07 Feb 2018 12:00:00 GMT. */
const EXPECTED: Record<RetryHintForm, Record<string, string>> = {
  "retry-after": { "retry-after": "65" },
  "retry-after-date": { "retry-after": "Wed, 07 Feb 2018 12:01:05 GMT" },
  "retry-after-rfc850": { "retry-after": "Wednesday, 07-Feb-18 12:01:05 GMT" },
  "retry-after-asctime": { "retry-after": "Wed Feb  7 12:01:05 2018" },
  "ratelimit": { "ratelimit": '"default";r=0;t=65', "ratelimit-policy": '"default";q=20;w=65' },
  "ratelimit-fields": {
    "ratelimit-limit": "20",
    "ratelimit-remaining": "0",
    "ratelimit-reset": "65",
  },
  "x-ratelimit": {
    "x-ratelimit-limit": "60",
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": String(EPOCH + 65),
  },
  "x-ratelimit-delta": {
    "x-ratelimit-limit": "60",
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": "65",
  },
  "zero": { "retry-after": "0" },
  "past": { "retry-after": "Wed, 07 Feb 2018 11:00:00 GMT" },
  "malformed": { "retry-after": "in a moment" },
  "none": {},
  "html": {},
};

for (
  const [form, { wait }] of Object.entries(RETRY_HINTS) as [RetryHintForm, { wait: boolean }][]
) {
  Deno.test({
    name: `fault 429=${form} tells the wait in this form only`,
    ignore: NO_SERVER,
    async fn() {
      await using sandbox = await start({
        faults: [`quakes:429=${form}${wait ? ":65" : ""}@page1`],
      });
      const { status, headers, text } = await get(sandbox, `${QUAKES}?format=geojson`);
      assertEquals(status, 429);
      assertEquals(headers.get("date"), "Wed, 07 Feb 2018 12:00:00 GMT");
      assertEquals(Object.fromEntries([...headers].filter(([name]) => RELEVANT.test(name))), {
        ...EXPECTED[form],
      });
      const type = form === "html" ? "text/html" : "text/plain";
      assertStringIncludes(headers.get("content-type") ?? "", type);
      assertStringIncludes(text, form === "html" ? "<html>" : "Error 429: Too Many Requests");
    },
  });
}

Deno.test({
  name: "fault 429=x-ratelimit takes the place of the quota's headers",
  ignore: NO_SERVER,
  async fn() {
    await using sandbox = await start({ faults: ["flights:429=x-ratelimit:5@page1"] });
    const { status, headers } = await flights(sandbox, "");
    assertEquals(status, 429);
    assertEquals(headers.get("x-ratelimit-remaining"), "0");
    assertEquals(headers.get("x-ratelimit-reset"), String(EPOCH + 5));
  },
});

Deno.test({
  name: "fault 503 tells a wait only where a hint says so",
  ignore: NO_SERVER,
  async fn() {
    const faults = ["quakes:503@page1", "quakes:503=retry-after:9@page1", "quakes:503=html@page1"];
    await using sandbox = await start({ faults });
    const ask = () => get(sandbox, `${QUAKES}?format=geojson`);
    assertEquals((await ask()).headers.get("retry-after"), null);
    assertEquals((await ask()).headers.get("retry-after"), "9");
    assertStringIncludes((await ask()).text, "<html>");
  },
});
