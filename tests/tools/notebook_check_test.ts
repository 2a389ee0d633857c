import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { checkNotebook } from "../../tools/notebook_check.ts";
import { granted } from "../_granted.ts";
import { withNotebook } from "./_notebook.ts";

const ignore = !granted("read", "write", "run");
const config = fromFileUrl(new URL("../../deno.json", import.meta.url));

Deno.test({
  name: "checkNotebook() finds wrong types across cells and names the cell",
  ignore,
  async fn() {
    await withNotebook([
      { type: "markdown", source: "# A" },
      { source: "const pages = 3;", id: "first" },
      { source: "\nconst text: string = pages;", id: "second" },
    ], async (path) => {
      const [problem = "", ...others] = await checkNotebook(path, { config });
      assertEquals(others, []);
      assertStringIncludes(problem, "Type 'number' is not assignable to type 'string'");
      assertStringIncludes(problem, "cell 3 (second) line 2 column 7");
    });
  },
});

Deno.test({
  name: "checkNotebook() applies the lint rules, wants mod.ts and short cells",
  ignore,
  async fn() {
    const long = Array.from({ length: 15 }, (_, i) => `console.log(${i});`).join("\n");
    await withNotebook([
      { source: "const f = () => 1;\nf();", id: "arrow" },
      { source: long, id: "long" },
      {
        source: 'const lazy = () => import("../lib/api/clock.ts");',
        id: "deep",
        tags: ["skip-check"],
      },
    ], async (path) => {
      const problems = await checkNotebook(path, { config });
      assertEquals(problems.length, 2, problems.join("\n"));
      assertStringIncludes(problems[0] ?? "", "cell 2 (long): has 15 lines");
      assertStringIncludes(problems[1] ?? "", "cell 1 (arrow) line 1 column 11");
    });
  },
});

Deno.test({
  name: "checkNotebook() wants an area's mod.ts",
  ignore,
  async fn() {
    const source = `import { parseLink } from "../lib/api/parse_link.ts";`;
    await withNotebook([{ source, id: "deep" }], async (path) => {
      const problems = await checkNotebook(path, { config });
      assertStringIncludes(problems[0] ?? "", "cell 1 (deep): imports");
    });
  },
});

Deno.test({
  name: "checkNotebook() is content with cells that share names and imports",
  ignore,
  async fn() {
    await withNotebook([
      { source: 'import { assertEquals } from "@std/assert";' },
      { source: "const one = await Promise.resolve(1);" },
      { source: "assertEquals(one, 1);" },
    ], async (path) => {
      assertEquals(await checkNotebook(path, { config }), []);
    });
  },
});
