import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { lineChart, mediaBundle } from "../../lib/workbook/mod.ts";

const OPTIONS = { title: "records over time", x: "ms" };

Deno.test("lineChart() draws a path for each line, and a legend", () => {
  const chart = lineChart({ one: [[0, 0], [10, 50]], two: [[0, 20], [10, 40]] }, OPTIONS);
  const svg = mediaBundle(chart)["image/svg+xml"] ?? "";
  const paths = [...svg.matchAll(/<path d="([^"]+)" fill="none"/g)].map(([, path]) => path);
  assertEquals(paths, ["M64 200L624 48", "M64 139.2L624 78.4"]);
  assertStringIncludes(svg, ">one</text>");
  assert(svg.length < 2600, `${svg.length} bytes`);
});

Deno.test("lineChart() draws steps where values hold until the next", () => {
  const chart = lineChart({ one: [[0, 0], [10, 50]] }, { ...OPTIONS, steps: true });
  assertStringIncludes(mediaBundle(chart)["image/svg+xml"] ?? "", 'd="M64 200H624V48"');
});

Deno.test("lineChart() draws a single point and a flat line at zero", () => {
  for (const points of [[[5, 5]], [[0, 0], [1, 0]]] as const) {
    const svg = mediaBundle(lineChart({ one: points }, OPTIONS))["image/svg+xml"] ?? "";
    assert(!/NaN|Infinity/.test(svg), svg);
  }
});

Deno.test("lineChart() says its shape in plain text", () => {
  const chart = lineChart({ up: [[0, 0], [1, 5], [2, 10]] }, OPTIONS);
  assertEquals(String(chart), "records over time\nup  ▁▅█ ends at 10");
});

Deno.test("lineChart() refuses to draw nothing", () => {
  assertThrows(() => lineChart({ one: [] }, OPTIONS), RangeError, "records over time");
  assertThrows(() => lineChart({ one: [[0, NaN]] }, OPTIONS), RangeError, "not finite");
});
