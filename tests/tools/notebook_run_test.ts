import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { describeFailure, runNotebook } from "../../tools/notebook_run.ts";
import { granted } from "../_granted.ts";
import { withNotebook } from "./_notebook.ts";
import { everyTest } from "../_sample.ts";

const ignore = !granted("read", "write", "net", "run");
const ROOT = fromFileUrl(new URL("../..", import.meta.url));

everyTest({
  name: "runNotebook() keeps every output of every cell, in order",
  ignore,
  async fn() {
    const many = Array.from(
      { length: 30 },
      (_, i) => ({ source: `console.log("cell ${i}"); ${i}` }),
    );
    const long = { source: "for (let i = 0; i < 2000; i++) console.log(`line ${i}`);" };
    await withNotebook([...many, long], async (path) => {
      const { notebook, failure } = await runNotebook(path);
      assertEquals(failure, undefined);
      for (const [i, cell] of notebook.cells.slice(0, 30).entries()) {
        assertEquals(cell.outputs, [
          { output_type: "stream", name: "stdout", text: `cell ${i}\n` },
          {
            output_type: "execute_result",
            data: { "text/plain": String(i) },
            metadata: {},
            execution_count: i + 1,
          },
        ]);
        assertEquals(cell.executionCount, i + 1);
      }
      const [output] = notebook.cells[30]?.outputs ?? [];
      const text = output?.output_type === "stream" ? output.text : "";
      assertEquals(text.split("\n").length, 2001);
    });
  },
});

everyTest({
  name: "runNotebook() names the failing cell and does not run those after it",
  ignore,
  async fn() {
    await withNotebook([
      { type: "markdown", source: "# A" },
      { source: "const a = 1;" },
      { source: 'throw new TypeError("broken");', id: "the-bad-one" },
      { source: "console.log(a);" },
    ], async (path) => {
      const { notebook, failure } = await runNotebook(path);
      assertEquals([failure?.cell, failure?.id], [3, "the-bad-one"]);
      assertMatch(failure?.message ?? "", /^TypeError.*broken/);
      assertEquals(notebook.cells[3]?.outputs, []);
      const told = failure === undefined ? "" : describeFailure("x.ipynb", failure);
      assertStringIncludes(told, "x.ipynb: cell 3 (the-bad-one) failed\n  TypeError");
      assertStringIncludes(told, "    | throw new TypeError");
    });
  },
});

everyTest({
  name:
    "runNotebook() wants an error from cells tagged raises-exception, and skips what is tagged so",
  ignore,
  async fn() {
    await withNotebook([
      { source: 'throw new Error("wanted")', tags: ["raises-exception"] },
      { source: "throw 1", tags: ["skip-execution"] },
      { source: "1", tags: ["raises-exception"] },
    ], async (path) => {
      const { notebook, failure } = await runNotebook(path);
      assertEquals(notebook.cells[0]?.outputs[0]?.output_type, "error");
      assertEquals([failure?.cell, failure?.message], [
        3,
        "it is tagged raises-exception and did not throw",
      ]);
    });
  },
});

everyTest({
  name: "runNotebook() gives up on a cell that takes too long",
  ignore,
  async fn() {
    await withNotebook([{ source: "await new Promise(() => {});" }], async (path) => {
      const { failure } = await runNotebook(path, { timeout: 200 });
      assertEquals([failure?.cell, failure?.message], [
        1,
        "Cannot finish the cell: it took longer than 200 ms",
      ]);
    });
  },
});

everyTest({
  name: "runNotebook() says when the kernel dies",
  ignore,
  async fn() {
    await withNotebook([{ source: "Deno.exit(3);" }], async (path) => {
      const { failure } = await runNotebook(path);
      assertEquals(failure?.message, "Cannot go on: the kernel ended with exit code 3");
    });
  },
});

everyTest({
  name: "a started notebook shows tables and charts and outlives errors in the background",
  ignore,
  async fn() {
    const work = await Deno.makeTempDir();
    const env = { HEADWATERS_WORK: work };
    try {
      await withNotebook([
        {
          source:
            'import * as nb from "./lib/workbook/mod.ts"; const place = await nb.startNotebook("00");',
        },
        { source: 'console.log("a"); await nb.show(nb.dataTable([{ x: 1 }])); console.log("b");' },
        { source: 'nb.barChart({ a: 1 }, { title: "t" })' },
        {
          source:
            'setTimeout(() => { throw new Error("late"); }); await new Promise((r) => setTimeout(r, 30));',
        },
        { source: '"alive"' },
      ], async (path) => {
        const { notebook, failure } = await runNotebook(path, { env, cwd: ROOT });
        assertEquals(failure, undefined);
        const types = notebook.cells.map((cell) =>
          cell.outputs.map((output) => output.output_type)
        );
        assertEquals(types, [[], ["stream", "display_data", "stream"], ["execute_result"], [
          "stream",
        ], ["execute_result"]]);
        const [chart] = notebook.cells[2]?.outputs ?? [];
        assertEquals(chart !== undefined && "data" in chart && Object.keys(chart.data).sort(), [
          "image/svg+xml",
          "text/plain",
        ]);
        const [late] = notebook.cells[3]?.outputs ?? [];
        assertStringIncludes(late?.output_type === "stream" ? late.text : "", "late");
      });
    } finally {
      await Deno.remove(work, { recursive: true });
    }
  },
});
