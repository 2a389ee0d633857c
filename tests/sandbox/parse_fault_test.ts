import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { UsageError } from "../../lib/errors/mod.ts";
import { FAULT_KINDS, type FaultKindInfo, parseFault, RETRY_HINTS } from "../../lib/sandbox/mod.ts";

Deno.test("parseFault() reads a page fault as happening once", () => {
  const fault = parseFault("quakes:429@page3");
  assertEquals(fault.route, "quakes");
  assertEquals(fault.place, { type: "page", page: 3 });
  assertEquals(fault.times, 1);
  assertEquals(fault.argument, { hint: { form: "retry-after", seconds: 1 } });
});

Deno.test("parseFault() reads request number, probability and no place", () => {
  assertEquals(parseFault("flights:500@req12").place, { type: "request", request: 12 });
  assertEquals(parseFault("flights:500@0.05").place, { type: "chance", chance: 0.05 });
  assertEquals(parseFault("flights:500").place, { type: "always" });
});

Deno.test("parseFault() lets a probability and an absent place go on without end", () => {
  assertEquals(parseFault("flights:500@0.05").times, Infinity);
  assertEquals(parseFault("flights:500").times, Infinity);
  assertEquals(parseFault("flights:500x3").times, 3);
  assertEquals(parseFault("flights:badrecord=1@page2").times, Infinity);
});

Deno.test("parseFault() reads a colon within the argument", () => {
  const { argument, place, times } = parseFault("quakes:429=retry-after-date:30@page3x2");
  assertEquals(argument, { hint: { form: "retry-after-date", seconds: 30 } });
  assertEquals(place, { type: "page", page: 3 });
  assertEquals(times, 2);
});

Deno.test("parseFault() reads durations, counts, rates and words", () => {
  assertEquals(parseFault("quakes:slow=2s").argument, { ms: 2000 });
  assertEquals(parseFault("quakes:slow=1.5s").argument, { ms: 1500 });
  assertEquals(parseFault("quakes:stall=250ms").argument, { ms: 250 });
  assertEquals(parseFault("flights:cap=50").argument, { count: 50 });
  assertEquals(parseFault("flights:limit=20/1s").argument, { count: 20, ms: 1000 });
  assertEquals(parseFault("flights:endless").argument, { word: "loop" });
  assertEquals(parseFault("flights:redirect=foreign").argument, { word: "foreign" });
});

const WRONG: readonly [spec: string, part: string][] = [
  ["", `expected "route:kind`],
  ["quakes", `expected "route:kind`],
  ["quaks:429", `unknown route "quaks"`],
  ["quakes:42", `unknown kind "42"`],
  ["quakes:toString", `unknown kind "toString"`],
  ["quakes:expired", `kind "expired" is for flights, strikes, found "quakes"`],
  ["quakes:429@page0", `unknown place "@page0"`],
  ["quakes:429@1.5", `unknown place "@1.5"`],
  ["quakes:429@0", `unknown place "@0"`],
  ["quakes:429@page2x0", `found "x0"`],
  ["quakes:429=soon", `unknown retry hint "soon"`],
  ["quakes:429=html:2", `retry hint "html" takes no wait`],
  ["quakes:429=retry-after:2s", `wait "2s" is no number`],
  ["quakes:500=now", `kind "500" takes no argument, found "=now"`],
  ["quakes:slow", `kind "slow" needs a duration as "=2s", found nothing`],
  ["quakes:slow=2", `found "=2"`],
  ["flights:cap=0", `kind "cap" needs a count`],
  ["flights:limit=20", `kind "limit" needs a rate`],
  ["flights:limit=20/0s", `kind "limit" needs a rate`],
  ["flights:endless=often", `kind "endless" takes one of loop, same, repeat, empty`],
  ["flights:endless@0.5", `kind "endless" takes "@pageN" or nothing`],
  ["flights:cap=5@page2", `kind "cap" holds for the whole listing`],
  ["flights:duplicate@page1", `found "@page1"`],
];

for (const [spec, part] of WRONG) {
  Deno.test(`parseFault() names the wrong part of "${spec}" and the known kinds`, () => {
    const error = assertThrows(() => parseFault(spec), UsageError);
    assertStringIncludes(error.message, `Cannot use fault "${spec}": `);
    assertStringIncludes(error.message, part);
    assertStringIncludes(error.message, `known kinds: ${Object.keys(FAULT_KINDS).join(", ")}`);
  });
}

Deno.test("parseFault() throws nothing but UsageError whatever it is given", () => {
  const piece = fc.constantFrom("quakes", ":", "429", "=", "@", "page", "1", "x", "0.5", "é", " ");
  const text = fc.oneof(fc.string(), fc.array(piece).map((pieces) => pieces.join("")));
  fc.assert(fc.property(text, (spec) => {
    try {
      const fault = parseFault(spec);
      assertEquals(fault.spec, spec);
    } catch (error) {
      assert(error instanceof UsageError);
    }
  }));
});

Deno.test("FAULT_KINDS says each meaning in a sentence and names kinds that can be parsed", () => {
  const needed: Record<string, string> = { slow: "=1s", stall: "=1s", limit: "=1/1s" };
  for (const [kind, info] of Object.entries<FaultKindInfo>(FAULT_KINDS)) {
    assert(/^[A-Z0-9].*\.$/s.test(info.meaning), kind);
    const argument = needed[kind] ?? (info.argument === "count" ? "=1" : "");
    for (const route of info.routes) parseFault(`${route}:${kind}${argument}`);
  }
});

Deno.test("RETRY_HINTS are all understood by 429 and 503", () => {
  for (const [name, { wait }] of Object.entries(RETRY_HINTS)) {
    parseFault(`quakes:429=${name}${wait ? ":5" : ""}`);
    parseFault(`quakes:503=${name}`);
  }
});
