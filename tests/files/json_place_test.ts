import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { inventory, validateFile } from "../../lib/files/mod.ts";
import { rejectExcerpt } from "../../lib/terminal/mod.ts";
import { granted } from "../_granted.ts";

const ignore = !granted("read", "write");

/** What is shown of each reject of a file. */
async function shown(text: string): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  const found: string[] = [];
  try {
    await Deno.writeTextFile(join(folder, "a.json"), text);
    for await (const entry of inventory(folder)) {
      await validateFile(entry, {
        onReject: (reject) => found.push(rejectExcerpt("a.json", reject)),
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return found;
}

Deno.test(
  "a fault in JSON is shown in its own line, by the column that the file has",
  { ignore },
  async () => {
    const text = '[\r\n\t{"id":1},\r\n\t{"t":"äö中" "x":1},\r\n  {"id": 3,\r\n   "ä": 4 5}, 7\r\n]';
    const expected = [
      '  a.json:3:13\n  3 |  {"t":"äö中" "x":1}\n    |              ^\n',
      '  a.json:5:11\n  5 |    "ä": 4 5}\n    |           ^\n',
      '  a.json:5:15\n  5 |    "ä": 4 5}, 7\n    |               ^\n',
    ];
    assertEquals(await shown(text), expected);
  },
);

Deno.test("a fault in a long line of JSON has the column of the line, and its end as text", {
  ignore,
}, async () => {
  const before = `[${Array.from({ length: 2_000 }, (_, id) => `{"id":${id}}`).join()},`;
  const [first = ""] = await shown(`${before}{"id":1 "x":2}]`);
  assertEquals(first.split("\n")[0], `  a.json:1:${before.length + 9}`);
  const [, line = "", caret = ""] = first.split("\n");
  assertEquals(line.slice(caret.indexOf("^")), '"x":2}');
});
