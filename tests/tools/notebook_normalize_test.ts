import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Notebook, NotebookOutput } from "../../tools/notebook_normalize.ts";
import { normalizeNotebook, normalizeText } from "../../tools/notebook_normalize.ts";

const NOW = Date.parse("2026-11-21T10:00:00Z");
const OPTIONS = { root: "/home/ada/headwaters", now: NOW };

Deno.test("normalizeText() takes out paths, ports, ids, measured durations and times of the run", () => {
  const texts = {
    "at file:///home/ada/headwaters/lib/a.ts:1:2": "at file://<project>/lib/a.ts",
    "wrote /tmp/f3a/x.jsonl.": "wrote <tmp>.",
    "http://127.0.0.1:45123/usgs": "http://127.0.0.1:<port>/usgs",
    "run 01KAJ7Q0M3W8Z4X2V6T9R5P1ND": "run <id>",
    "id 3f2c1b9a-0d4e-4f6a-8b7c-1a2b3c4d5e6f": "id <id>",
    "took 12.34 ms, then 1.5 s": "took <n> ms, then <n> s",
    "at 2026-11-21T09:59:59.123Z": "at <time>",
  };
  for (const [text, wanted] of Object.entries(texts)) {
    assertEquals(normalizeText(text, OPTIONS), wanted);
  }
});

Deno.test("normalizeText() leaves data alone: old times, whole durations, plain numbers", () => {
  for (
    const text of ["2018-01-31T00:00:00.000Z", "Retry-After: 2 s", "waits 500 ms", "1.50", "12:30"]
  ) {
    assertEquals(normalizeText(text, OPTIONS), text);
  }
});

Deno.test("normalizeNotebook() empties cells tagged unstable and keeps the others", () => {
  const output: NotebookOutput = { output_type: "stream", name: "stdout", text: "in 3.1 ms\n" };
  const notebook = made([output], ["unstable"]);
  assertEquals(normalizeNotebook(notebook, OPTIONS).cells[0]?.outputs, []);
  assertEquals(normalizeNotebook(notebook, OPTIONS).cells[0]?.executionCount, null);
  assertEquals(normalizeNotebook(made([output]), OPTIONS).cells[0]?.outputs, [
    { output_type: "stream", name: "stdout", text: "in <n> ms\n" },
  ]);
});

Deno.test("normalizeNotebook() keeps its words readable in HTML", () => {
  const { cells } = normalizeNotebook(
    made([{
      output_type: "display_data",
      data: { "text/html": "<td>127.0.0.1:4000</td>", "text/plain": "127.0.0.1:4000", "x/y": 1 },
      metadata: {},
    }]),
    OPTIONS,
  );
  const [output] = cells[0]?.outputs ?? [];
  assertEquals(output !== undefined && "data" in output && output.data, {
    "text/html": "<td>127.0.0.1:&lt;port&gt;</td>",
    "text/plain": "127.0.0.1:<port>",
    "x/y": 1,
  });
});

Deno.test("normalizeNotebook() normalizes errors, and a second time changes nothing", () => {
  const once = normalizeNotebook(
    made([{
      output_type: "error",
      ename: "Error",
      evalue: "at /tmp/a",
      traceback: ["Error: at /tmp/a", "    at file:///home/ada/headwaters/lib/a.ts:1:2"],
    }]),
    OPTIONS,
  );
  assertStringIncludes(JSON.stringify(once), "<project>/lib/a.ts");
  assertEquals(normalizeNotebook(once, OPTIONS), once);
});

function made(outputs: NotebookOutput[], tags: string[] = []): Notebook {
  return {
    cells: [{ cell_type: "code", id: "a", tags, source: "1", outputs, executionCount: 1 }],
  };
}
