import { assertEquals, assertStringIncludes } from "@std/assert";
import { dataTable, mediaBundle } from "../../lib/workbook/mod.ts";

Deno.test("dataTable() escapes what would be markup", () => {
  const html = mediaBundle(dataTable([{ "<b>": '<script>"&' }]))["text/html"] ?? "";
  assertStringIncludes(html, ">&lt;b&gt;</th>");
  assertStringIncludes(html, ">&lt;script&gt;&quot;&amp;</td>");
});

Deno.test("dataTable() puts columns of numbers on the right and leaves missing values empty", () => {
  const shown = dataTable([{ a: "x", n: 1234.5 }, { a: null, n: 20_000 }, { n: 0.12345 }]);
  assertEquals(String(shown), "a       n\nx    1230\n   20,000\n    0.123\n");
  assertStringIncludes(mediaBundle(shown)["text/html"] ?? "", 'text-align:right">20,000<');
});

Deno.test("dataTable() counts the rows that it leaves out", () => {
  const rows = Array.from({ length: 30 }, (_, i) => ({ i }));
  const shown = mediaBundle(dataTable(rows, { limit: 2 }));
  assertEquals(shown["text/plain"], "i\n0\n1\n… and 28 more\n");
  assertStringIncludes(shown["text/html"] ?? "", "<p>… and 28 more</p>");
});

Deno.test("dataTable() shows the named columns only", () => {
  assertEquals(String(dataTable([{ a: 1, b: 2 }], { columns: ["b"] })), "b\n2\n");
});

Deno.test("dataTable() shows nested values as JSON and takes no rows", () => {
  assertEquals(String(dataTable([{ a: [1, "x"] }])), 'a\n[1,"x"]\n');
  assertEquals(String(dataTable([])), "");
});
