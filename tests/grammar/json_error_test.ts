import { assertEquals } from "@std/assert";
import { jsonErrorColumn } from "../../lib/grammar/mod.ts";

Deno.test("jsonErrorColumn() gives the column of what is wrong, also where V8 gives none", () => {
  for (
    const [text, column] of [
      ['{"id":2 "b":1}', 9],
      ['{"id":2,, "n":1}', 9],
      ['{"ä":x}', 6],
      ['{"a":[1,2}', 10],
      ['{"a":"b', 8],
      ['{"a":1', 7],
      ['{"a":nul}', 9],
      ["x", 1],
      [`{"long":"${"y".repeat(200)}","z":z}`, 216],
    ] as const
  ) {
    let thrown: unknown;
    try {
      JSON.parse(text);
    } catch (error) {
      thrown = error;
    }
    assertEquals(jsonErrorColumn(thrown, text), column, text.slice(0, 40));
  }
});
