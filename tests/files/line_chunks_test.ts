import { assertEquals, assertRejects } from "@std/assert";
import { lineChunks } from "../../lib/files/mod.ts";
import { ON_DISK, TempFolder, text } from "./_support.ts";

async function read(path: string): Promise<{ content: string; count: number; ends: boolean[] }> {
  let content = "";
  let count = 0;
  const ends: boolean[] = [];
  for await (const chunk of lineChunks(path)) {
    content += text(chunk.lines);
    count += chunk.count;
    ends.push(chunk.lines.at(-1) === 0x0a);
  }
  return { content, count, ends };
}

Deno.test("lineChunks() cuts a file behind line ends only", ON_DISK, async () => {
  using folder = new TempFolder();
  const content = Array.from({ length: 300_000 }, (_, i) => `{"id":${i}}\n`).join("");
  const found = await read(folder.write("a.jsonl", content).absolutePath);
  assertEquals(found.content === content, true);
  assertEquals(found.count, 300_000);
  assertEquals([found.ends.length > 1, found.ends.every(Boolean)], [true, true]);
});

Deno.test(
  "lineChunks() yields a line that is longer than a read, and a last one without an end",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const content = `a\n${"x".repeat(3_000_000)}\nlast`;
    const found = await read(folder.write("a.jsonl", content).absolutePath);
    assertEquals(found.content === content, true);
    assertEquals(found.count, 3);
  },
);

Deno.test(
  "lineChunks() yields nothing of an empty file and throws without a file",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    assertEquals((await read(folder.write("a", "").absolutePath)).count, 0);
    await assertRejects(() => read(folder.at("none")));
  },
);
