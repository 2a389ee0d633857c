import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { barChart, mediaBundle } from "../../lib/workbook/mod.ts";

Deno.test("barChart() draws SVG that stands alone as an image", () => {
  const svg = mediaBundle(barChart({ "a < b": 10, c: 5 }, { title: "T & U" }))["image/svg+xml"] ??
    "";
  assert(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"'));
  assertStringIncludes(svg, "a &lt; b");
  assertStringIncludes(svg, "<title>T &amp; U</title>");
  assert(svg.length < 2048, `${svg.length} bytes`);
});

Deno.test("barChart() gives the largest value the most room, others in proportion", () => {
  const svg = mediaBundle(barChart({ a: 100, b: 25, c: 0 }, { title: "t" }))["image/svg+xml"] ?? "";
  const widths = [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) =>
    Number(width)
  );
  assertEquals(widths.length, 3);
  assertEquals(Math.round((widths[0] ?? 0) / (widths[1] ?? 1)), 4);
  assertEquals(widths[2], 1);
});

Deno.test("barChart() draws zeros, and nothing at all, without dividing by zero", () => {
  assertEquals(String(barChart({ a: 0 }, { title: "t" })), "t\na   0");
  assertEquals(String(barChart({}, { title: "t" })), "t");
  for (const values of [{ a: 0 }, {}]) {
    const svg = mediaBundle(barChart(values, { title: "t" }))["image/svg+xml"] ?? "";
    assert(!/NaN|Infinity/.test(svg), svg);
  }
});

Deno.test("barChart() writes values as it is told", () => {
  const chart = barChart({ a: 2 }, { title: "t", format: (value) => `${value} MB` });
  assertStringIncludes(String(chart), " 2 MB");
  assertStringIncludes(mediaBundle(chart)["image/svg+xml"] ?? "", ">2 MB<");
});

Deno.test("barChart() refuses negative values", () => {
  assertThrows(() => barChart({ a: -1 }, { title: "t" }), RangeError, '"a"');
});
