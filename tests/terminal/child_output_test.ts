import { assertEquals } from "@std/assert";
import { ChildOutput, escapedTo, jsonDocument } from "../../lib/terminal/mod.ts";

function split(...texts: readonly string[]) {
  const output = new ChildOutput();
  for (const text of texts) output.add(new TextEncoder().encode(text));
  return output.split();
}

Deno.test("ChildOutput finds the document among what a source wrote past us", () => {
  for (const value of [{ a: { b: [{}] }, c: [] }, [{ a: [[1]] }, {}], [], {}]) {
    const document = jsonDocument(value);
    assertEquals(split(document), { document, rest: "" });
    const before = `{\n  "its": 1\n}\nloading {`;
    assertEquals(split(before, document), { document, rest: before });
  }
  const document = jsonDocument({ a: 1 });
  assertEquals(split(document, "bye\n"), { document, rest: "bye\n" });
});

Deno.test("ChildOutput takes half a document for none", () => {
  const text = jsonDocument({ a: { b: 1 }, c: "é" });
  for (const end of [0, 1, 5, 18, text.length - 1]) {
    assertEquals(split(text.slice(0, end)), { document: undefined, rest: text.slice(0, end) });
  }
});

Deno.test("ChildOutput joins a character that came in two pieces", () => {
  const output = new ChildOutput();
  const bytes = new TextEncoder().encode(jsonDocument({ a: "é" }));
  for (const byte of bytes) output.add(Uint8Array.of(byte));
  assertEquals(output.split().document, jsonDocument({ a: "é" }));
});

Deno.test("escapedTo() takes from a text what steers a terminal, and leaves JSON what it means", () => {
  let written = "";
  const take = escapedTo((text) => written += text);
  const value = { "\x1b[2J": "\x9b1m\u202eé" };
  for (const byte of new TextEncoder().encode(`${JSON.stringify(value)}\n\x1b[2J\r\n`)) {
    take(Uint8Array.of(byte));
  }
  const [json = "", ...rest] = written.split("\n");
  assertEquals([JSON.parse(json), rest], [value, ["\\u001b[2J\\u000d", ""]]);
  // deno-lint-ignore no-control-regex
  assertEquals(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(written), false);
});
