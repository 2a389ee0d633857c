import { assertEquals } from "@std/assert";
import { notebookDifference } from "../../tools/notebook_difference.ts";
import { notebookText } from "./_notebook.ts";

Deno.test("notebookDifference() names the first cell that differs, and both lines", () => {
  const a = notebookText([{ source: "1" }, { source: "2", id: "two" }]);
  const b = notebookText([{ source: "1" }, { source: "3", id: "two" }]);
  assertEquals(notebookDifference(a, b), 'cell 2 (two) holds "\\"2\\"", a run gives "\\"3\\""');
});

Deno.test("notebookDifference() sees cells that are gone, and a form that is not canonical", () => {
  const a = notebookText([{ source: "1" }]);
  assertEquals(notebookDifference(a, a), undefined);
  assertEquals(notebookDifference(a, `${a}\n`), "only its form differs");
  const longer = notebookDifference(a, notebookText([{ source: "1" }, { source: "2", id: "two" }]));
  assertEquals(longer?.startsWith("cell 2 (two) holds"), true);
});
