import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { renderBook } from "../../lib/workbook/mod.ts";
import { granted } from "../_granted.ts";

function notebook(...cells: readonly object[]): string {
  return JSON.stringify({ cells });
}

function markdown(source: string) {
  return { cell_type: "markdown", source };
}

Deno.test("renderBook() takes text, code and outputs, and escapes what is no HTML of ours", () => {
  const html = renderBook([{
    name: "00_x",
    text: notebook(
      markdown(
        "# 0 · First\n\n**bold** and `a < b` & _more_, 1 < 2\n\n| a | b |\n| - | - |\n| 1 | `x` |",
      ),
      markdown("- one\n  goes on\n- [ ] two\n\n1. three\n\n```ts\nif (a < b) {}\n```"),
      { cell_type: "code", source: ["a < b;\n", "c"], outputs: [{ text: ["<b>\n"] }] },
      { cell_type: "code", source: "t", outputs: [{ data: { "text/html": "<i>rich</i>" } }] },
      { cell_type: "code", source: "e", outputs: [{ ename: "Error", evalue: "no <" }] },
    ),
  }]);
  assertStringIncludes(html, '<a href="#00_x">First</a>');
  assertStringIncludes(
    html,
    "<p><b>bold</b> and <code>a &lt; b</code> &amp; <em>more</em>, 1 &lt; 2</p>",
  );
  assertStringIncludes(
    html,
    "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td><code>x</code></td></tr></table>",
  );
  assertStringIncludes(html, '<ul><li>one\ngoes on</li><li><input type="checkbox"> two</li></ul>');
  assertStringIncludes(html, "<ol><li>three</li></ol>");
  assertStringIncludes(html, "<pre><code>if (a &lt; b) {}</code></pre>");
  assertStringIncludes(html, "<pre>&lt;b&gt;\n</pre>");
  assertStringIncludes(html, '<div class="out"><i>rich</i></div>');
  assertStringIncludes(html, "<pre>Error: no &lt;</pre>");
});

Deno.test({
  name: "the seven notebooks are one book: every cell is in it, and it needs nothing else",
  ignore: !granted("read"),
  async fn() {
    const names = [...Deno.readDirSync("notebooks")].map(({ name }) => name)
      .filter((name) => name.endsWith(".ipynb")).sort();
    const chapters = await Promise.all(names.map(async (name) => ({
      name: name.replace(".ipynb", ""),
      text: await Deno.readTextFile(`notebooks/${name}`),
    })));
    assertEquals(chapters.length, 7);
    const html = renderBook(chapters);
    const cells = chapters.flatMap(({ text }) => JSON.parse(text).cells);
    const codes = cells.filter(({ cell_type }) => cell_type === "code").length;
    assert(html.split("<pre><code>").length - 1 >= codes);
    assertEquals(html.match(/<h1>/g)?.length, 7);
    assertEquals(html.match(/<details>/g)?.length, html.match(/<\/details>/g)?.length);
    // No Markdown is left, and nothing is loaded.
    assertEquals(html.match(/<p>(#|\||```)/g), null);
    assertEquals(html.match(/<(script|link|img|iframe)\b|src=/g), null);
    assertMatch(html, /<html lang="en">/);
  },
});
