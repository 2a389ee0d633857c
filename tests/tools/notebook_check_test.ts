import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkNotebooks } from "../../tools/notebook_check.ts";
import { granted } from "../_granted.ts";
import { withNotebook } from "./_notebook.ts";
import { everyTest } from "../_sample.ts";

const ignore = !granted("read", "write", "run");

everyTest({
  name:
    "checkNotebooks() finds wrong types across cells, lint, deep imports, long cells, each with its place, and no more",
  ignore,
  async fn() {
    const long = Array.from({ length: 15 }, (_, i) => `console.log(${i});`).join("\n");
    await withNotebook([
      { type: "markdown", source: "# A" },
      { source: "const pages = 3;", id: "first" },
      { source: "\nconst text: string = pages;", id: "second" },
      { source: "const f = () => 1;\nf();", id: "arrow" },
      { source: long, id: "long" },
      { source: 'import { parseLink } from "../lib/api/headers/parse_link.ts";', id: "deep" },
      { source: "const skipped: string = 1;", tags: ["skip-check"] },
      // Nothing is wrong with cells that share names and imports.
      { source: 'import { assertEquals } from "@std/assert";' },
      { source: "const one = await Promise.resolve(1);" },
      { source: "assertEquals(one, 1);" },
    ], async (path) => {
      const [tooLong = "", deep = "", types = "", lint = "", ...others] = await checkNotebooks([
        path,
      ]);
      assertEquals(others, []);
      assertStringIncludes(tooLong, "made.ipynb cell 5 (long): has 15 lines");
      assertStringIncludes(deep, "made.ipynb cell 6 (deep): imports");
      assertStringIncludes(types, "made.ipynb cell 3 (second) line 2 column 7");
      assertStringIncludes(lint, "made.ipynb cell 4 (arrow) line 1 column 11");
    });
  },
});
