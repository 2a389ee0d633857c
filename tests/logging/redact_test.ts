import { assertEquals } from "@std/assert";
import { Secret } from "../../lib/secrets/mod.ts";
import { redact } from "../../lib/logging/mod.ts";

const CASES: readonly (readonly [string, string])[] = [
  ["GET https://ann:pw@api.example/v1", "GET https://***@api.example/v1"],
  ["https://api.example/?token=abc&page=2#top", "https://api.example/?token=***&page=2#top"],
  ["url: https://api.example?access_token=x", "url: https://api.example?access_token=***"],
  ["Authorization: Bearer abc, next", "Authorization: ***, next"],
  ["sent Bearer abcdefghijkl.mnop== there", "sent Bearer *** there"],
  ["X-API-Key=abc;b=c", "X-API-Key=***;b=c"],
  ['{"password": "a\\"b c", "page": 1}', '{"password": "***", "page": 1}'],
  ["{'apiKey':'x y'}", "{'apiKey':'***'}"],
  ["Set-Cookie: a=b; c=d\nDate: today", "Set-Cookie: ***\nDate: today"],
  ["Bearer token missing", "Bearer token missing"],
  ["page=3 primary_key=id token_url=x", "page=3 primary_key=id token_url=x"],
  ["password: ", "password: "],
  ["", ""],
];
for (const [text, expected] of CASES) {
  Deno.test(`redact() gives ${JSON.stringify(expected)} when the text is ${JSON.stringify(text)}`, () => {
    assertEquals(redact(text), expected);
  });
}

Deno.test("redact() leaves a text alone when nothing in it is a credential", () => {
  const text = 'Cannot fetch "https://api.example/v1?page=2": status 503, expected 200';
  assertEquals(redact(text), text);
});

Deno.test("redact() knows a secret that is registered after its first call", () => {
  assertEquals(redact("later-registered-value"), "later-registered-value");
  new Secret("later-registered-value", "LATER");
  assertEquals(redact("<later-registered-value>"), "<***>");
});
