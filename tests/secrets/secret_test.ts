import { assert, assertEquals, assertThrows } from "@std/assert";
import { inspect } from "node:util";
import { Secret } from "../../lib/secrets/mod.ts";

Deno.test("Secret prints as *** when turned into text in any way", () => {
  const secret = new Secret("hunter2-value", "PASSWORD");
  const texts = [
    String(secret),
    `${secret}`,
    secret + "",
    JSON.stringify([secret]),
    Deno.inspect({ nested: { secret } }),
    inspect({ nested: { secret } }),
    Object.entries(secret).join(),
  ];
  for (const text of texts) assert(!text.includes("hunter2-value"), text);
  assertEquals(`${secret}`, "***");
});

Deno.test("Secret.reveal() gives the value and name says where it came from", () => {
  const secret = new Secret("hunter2-value", "PASSWORD");
  assertEquals([secret.reveal(), secret.name], ["hunter2-value", "PASSWORD"]);
});

Deno.test("Secret.registered() holds a value when it was never revealed", () => {
  new Secret("never-revealed", "TOKEN");
  assert(Secret.registered().has("never-revealed"));
});

Deno.test("Secret refuses an empty value", () => {
  assertThrows(() => new Secret("", "TOKEN"), TypeError, 'Cannot create secret "TOKEN"');
});

Deno.test("Secret.forget() takes a value out of registered() once no other secret holds it", () => {
  const [one, other] = [new Secret("held-twice", "A"), new Secret("held-twice", "B")];
  const before = Secret.registered();
  one.forget();
  one.forget();
  assert(Secret.registered() === before, "nothing changed");
  assert(Secret.registered().has("held-twice"));
  other.forget();
  assertEquals(Secret.registered().has("held-twice"), false);
  assertEquals(`${one}`, "***");
});
