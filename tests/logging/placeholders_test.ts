import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import {
  fillSecrets,
  hideSecrets,
  maskBeginning,
  maskSecrets,
  redactRegistered,
} from "../../lib/logging/mod.ts";
import { Secret } from "../../lib/secrets/mod.ts";
import { granted } from "../_granted.ts";
import { everyTest } from "../_sample.ts";

const VALUE = "p+a ss/w&rd%41";
const WRITINGS: readonly ((value: string) => string)[] = [
  (value) => value,
  encodeURIComponent,
  (value) => new URLSearchParams({ v: value }).toString().slice(2),
  (value) => encodeURIComponent(encodeURIComponent(value)),
  (value) => btoa(`{"after":5,"key":"${value}"}`),
  (value) => new TextEncoder().encode(value).toHex(),
  (value) => JSON.stringify({ value }),
];

Deno.test("fillSecrets() gives back exactly what hideSecrets() has hidden", () => {
  new Secret(VALUE, "PLACE_TOKEN");
  const writing = fc.constantFrom(...WRITINGS);
  fc.assert(fc.property(fc.string(), writing, fc.string(), (before, write, after) => {
    const text = `${before}${write(VALUE)}${after}`;
    const hidden = hideSecrets(text);
    assertEquals(redactRegistered(hidden), hidden);
    assertEquals(fillSecrets(hidden), text);
    // Else a loop through such positions would not be noticed.
    assertEquals(hideSecrets(text), hidden);
  }));
});

Deno.test("fillSecrets() does not fill in what only looks like a placeholder", () => {
  new Secret(VALUE, "PLACE_TOKEN");
  for (const text of ["${secret:raw:PLACE_TOKEN}", "${sealed:abc}", `\${secret:uri:X}${VALUE}`]) {
    assertEquals(fillSecrets(hideSecrets(text)), text);
  }
});

Deno.test("fillSecrets() fills in the value that a secret has now", () => {
  const old = new Secret("old-value-1", "ROTATED");
  const hidden = hideSecrets("/next?key=old-value-1");
  old.forget();
  assertThrows(() => fillSecrets(hidden), Error, "no value now");
  new Secret("new-value-2", "ROTATED");
  assertEquals(fillSecrets(hidden), "/next?key=new-value-2");
});

Deno.test("maskBeginning() leaves no part of a secret that is cut off", () => {
  new Secret("cut-off-secret", "CUT");
  for (let length = 4; length < 14; length++) {
    assertEquals(maskBeginning(`said ${"cut-off-secret".slice(0, length)}`), "said ***");
  }
  const inBase64 = btoa("user:cut-off-secret");
  for (let length = 12; length < inBase64.length - 8; length++) {
    assertEquals(maskBeginning(`said ${inBase64.slice(0, length)}`), "said ***");
  }
  assertEquals(maskBeginning('{"id":1}'), '{"id":1}');
});

Deno.test("maskSecrets() says which secret was there", () => {
  new Secret("mask-this-value", "MASKED");
  assertEquals(maskSecrets("a mask-this-value b"), "a ${secret:raw:MASKED} b");
  const masked = maskSecrets(`Basic ${btoa("u:mask-this-value")}`);
  assert(!masked.includes(btoa("u:mask-this-value")), masked);
});

everyTest({
  name: "hideSecrets() seals what looks like a placeholder, also when there are no secrets",
  ignore: !granted("read"),
  async fn() {
    const texts = ["${secret:raw:X}", "${sealed:xx}", "c=${secret:uri:}", "plain"];
    const worker = new Worker(import.meta.resolve("./_hide_worker.ts"), { type: "module" });
    const answer = Promise.withResolvers<string[]>();
    worker.onmessage = ({ data }) => answer.resolve(data);
    worker.postMessage(texts);
    const hidden = await answer.promise;
    worker.terminate();
    assertEquals(hidden.map((text) => text.startsWith("${sealed:")), [true, true, true, false]);
    assert(!hidden.includes("${sealed:xx}"));
  },
});

Deno.test("fillSecrets() says in its own words that a text was not sealed here", () => {
  for (const text of ["${sealed:xx}", "${sealed:!}", "${sealed:}"]) {
    assertThrows(() => fillSecrets(text), Error, "it was encrypted with other values");
  }
});
