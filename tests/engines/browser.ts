import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { renderBook } from "../../lib/workbook/mod.ts";
import { json, serve } from "../api/_server.ts";
import { inFolder, ROOT, runHeadwaters } from "../cli/_run_headwaters.ts";
import { missingChromium, showPage } from "./_chromium.ts";

const missing = await missingChromium();
if (missing !== undefined) console.log(`tests of pages in Chromium are left out: ${missing}`);

/** The name of a file, and a cell of it, that would run if any page took it for markup. */
const HOSTILE = "a<img src=x onerror=document.title=1><script>1<.csv";

/** A picture of an empty page has less. */
const LEAST_BYTES = 20_000;

function count(html: string, element: string): number {
  return html.match(new RegExp(`<${element}[ >]`, "g"))?.length ?? 0;
}

Deno.test({
  name: "Chromium",
  ignore: missing !== undefined,
  async fn(t) {
    await t.step(
      "it shows the report, and what is hostile in it as text",
      () =>
        inFolder(
          { [`drop/${HOSTILE}`]: "id,name\n1\n", "drop/b.csv": "id,name\n1,x\n" },
          async (cwd) => {
            await using api = serve((_request, n) => {
              const link = n < 3 ? { link: `</items?page=${n}>; rel="next"` } : {};
              return json([{ id: n }], { headers: link });
            });
            const yaml = "name: p\ntolerance: { files: 5 }\nsources:\n" +
              "  - { name: s, type: files, path: drop, min_age: 0s, include: ['*'] }\n" +
              `  - { name: a, type: api, base_url: "${api.url}", streams: [{ name: items, path: /items, ` +
              "pagination: { type: link } }] }\n";
            await Deno.writeTextFile(join(cwd, "p.yaml"), yaml);
            const run = await runHeadwaters(["pipeline", "run", "-c", "p.yaml", "--json"], { cwd });
            const { run_id } = JSON.parse(run.stdout);
            for (const [words, out] of [[[], "all.html"], [[run_id], "one.html"]] as const) {
              const report = ["pipeline", "report", ...words, "-a", "audit.db", "-o", out];
              const { code, stderr } = await runHeadwaters(report, { cwd });
              assertEquals(code, 0, stderr);
              const { html, picture, told } = await showPage(join(cwd, out));
              assertStringIncludes(html, run_id);
              assertEquals([count(html, "script"), count(html, "img"), told], [0, 0, []]);
              assert(count(html, "table") > 0 && count(html, "svg") > 0 && count(html, "rect") > 2);
              assert(picture.length > LEAST_BYTES, `${out}: ${picture.length} bytes`);
              if (words.length > 0) assertStringIncludes(html, "&lt;img src=x");
            }
          },
        ),
    );

    await t.step(
      "it shows the notebooks as one book, with every cell",
      () =>
        inFolder({}, async (cwd) => {
          const folder = join(ROOT, "notebooks");
          const names = [...Deno.readDirSync(folder)].map(({ name }) => name)
            .filter((name) => name.endsWith(".ipynb")).sort();
          const chapters = names.map((name) => ({
            name: name.slice(0, -".ipynb".length),
            text: Deno.readTextFileSync(join(folder, name)),
          }));
          const book = renderBook(chapters);
          await Deno.writeTextFile(join(cwd, "book.html"), book);
          const { html, picture, told } = await showPage(join(cwd, "book.html"));
          assertEquals([count(html, "script"), told], [0, []]);
          for (const element of ["h1", "h2", "pre", "table", "svg"]) {
            assertEquals(count(html, element), count(book, element), element);
          }
          assert(count(html, "pre") > 100);
          assert(picture.length > LEAST_BYTES, `${picture.length} bytes`);
        }),
    );
  },
});
