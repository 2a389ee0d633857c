import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { findLink, parseETag, parseLink } from "../../lib/api/mod.ts";
import { everyTest, runs } from "../_sample.ts";

Deno.test("parseLink() keeps commas and semicolons inside <> and quotes", () => {
  const links = parseLink('<https://a/?x=1,2;3>; title="a, b; c"; rel="next", <b>; rel=prev');
  assertEquals(links.map(({ target, rels }) => [target, rels]), [
    ["https://a/?x=1,2;3", ["next"]],
    ["b", ["prev"]],
  ]);
  assertEquals(links[0]?.params.get("title"), "a, b; c");
});

Deno.test("findLink() finds a relation without case, unquoted, in a list, in a repeated header", () => {
  assertEquals(findLink("<a>; REL=NEXT", "next"), "a");
  assertEquals(findLink('<a>;rel="last  Next"', "next"), "a");
  const headers = new Headers([["link", "<a>; rel=first"], ["link", "<b>; rel=next"]]);
  assertEquals(findLink(headers.get("link"), "next"), "b");
});

Deno.test("findLink() takes the first rel only, and does not find next in other parameters", () => {
  assertEquals(findLink("<a>; rel=prev; rel=next", "next"), undefined);
  assertEquals(findLink('<a>; title="rel=next"; rel=prev', "next"), undefined);
  assertEquals(findLink("<a>; rev=next", "next"), undefined);
  assertEquals(findLink("<a>; rel=nextish", "next"), undefined);
});

Deno.test("parseLink() drops a broken link and reads the ones behind it", () => {
  assertEquals(findLink("garbage, <b>; rel=next", "next"), "b");
  assertEquals(findLink('<a> rel="x, <q>; rel=next", <b>; rel=next', "next"), "b");
  assertEquals(parseLink("<a; rel=next"), []);
  assertEquals(parseLink('<a>; rel="next'), []);
  assertEquals(parseLink(null), []);
});

everyTest("parseLink() reads back every target it is given, among others", () => {
  const target = fc.webUrl({ withQueryParameters: true });
  fc.assert(
    fc.property(fc.array(target, { maxLength: 4 }), target, (others, next) => {
      const header = [...others.map((url) => `<${url}>; rel="prev"`), `<${next}>;rel=next`].join(
        ", ",
      );
      assertEquals(findLink(header, "next"), next);
    }),
    { numRuns: runs(8) },
  );
});

Deno.test("parseLink() ends on any text", () => {
  const part = fc.constantFrom("<", ">", ";", ",", '"', "=", "rel", "next", " ", "\\", "a");
  const hostile = fc.array(part, { maxLength: 50 }).map((parts) => parts.join(""));
  fc.assert(fc.property(fc.oneof(hostile, fc.string()), (text) => {
    for (const { target } of parseLink(text)) assertEquals(text.includes(target), true);
  }));
});

Deno.test("parseETag() takes strong and weak tags, and nothing without quotes", () => {
  assertEquals(parseETag('"a b"'), undefined);
  assertEquals(parseETag('"a"'), { weak: false, value: "a" });
  assertEquals(parseETag('W/"a"'), { weak: true, value: "a" });
  for (const text of ["a", 'w/"a"', '"a', '"a""b"', "", null]) {
    assertEquals(parseETag(text), undefined);
  }
});
