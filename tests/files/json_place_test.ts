import { assertEquals } from "@std/assert";
import { FindingReport } from "../../lib/files/findings.ts";
import { JsonScanner } from "../../lib/files/json_scanner.ts";
import { JsonWriter } from "../../lib/files/_json_writer.ts";
import { rejectExcerpt } from "../../lib/terminal/mod.ts";

/** What is shown of each reject of a text that comes in pieces of a length. */
function shown(text: string, size: number): string[] {
  const found: string[] = [];
  const report = new FindingReport("a.json", {
    onReject: (reject) => found.push(rejectExcerpt("a.json", reject)),
  });
  const writer = new JsonWriter({ report, keys: undefined, onRecord: () => {} });
  const scanner = new JsonScanner(writer, { lines: false });
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) scanner.push(bytes.slice(at, at + size));
  scanner.finish();
  return found;
}

Deno.test("a fault in JSON is shown in its own line, by the column that the file has", () => {
  const text = '[\r\n\t{"id":1},\r\n\t{"t":"äö中" "x":1},\r\n  {"id": 3,\r\n   "ä": 4 5}, 7\r\n]';
  const expected = [
    '  a.json:3:13\n  3 |  {"t":"äö中" "x":1}\n    |              ^\n',
    '  a.json:5:11\n  5 |    "ä": 4 5}\n    |           ^\n',
    '  a.json:5:15\n  5 |    "ä": 4 5}, 7\n    |               ^\n',
  ];
  for (const size of [1, 7, 1000]) {
    assertEquals(shown(text, size).map((one) => one.replaceAll("...", "")).length, 3);
  }
  assertEquals(shown(text, 1000), expected);
});

Deno.test("a fault in a long line of JSON has the column of the line, and its end as text", () => {
  const before = `[${Array.from({ length: 2_000 }, (_, id) => `{"id":${id}}`).join()},`;
  const [first = ""] = shown(`${before}{"id":1 "x":2}]`, 100);
  assertEquals(first.split("\n")[0], `  a.json:1:${before.length + 9}`);
  const [, line = "", caret = ""] = first.split("\n");
  assertEquals(line.slice(caret.indexOf("^")), '"x":2}');
});
