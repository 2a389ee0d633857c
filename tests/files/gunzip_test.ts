import { assertEquals, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { DataError } from "../../lib/errors/mod.ts";
import { gunzip } from "../../lib/files/mod.ts";
import { bytes, pieces, text } from "./_support.ts";

const MEMBER = gzipSync("one\n".repeat(100_000));

async function read(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<string> {
  let all = "";
  for await (const chunk of gunzip(chunks, { source: "a.gz" })) all += text(chunk);
  return all;
}

Deno.test("gunzip() reads several members cut anywhere as one content", async () => {
  const content = new Uint8Array([...MEMBER, ...gzipSync("two\n")]);
  assertEquals(await read(pieces(content, [1, 5, 64])), "one\n".repeat(100_000) + "two\n");
});

for (
  const [name, content] of [
    ["ends within the data", MEMBER.subarray(0, 200)],
    ["ends within the checksum", MEMBER.subarray(0, -3)],
    ["ends within the header of a second member", new Uint8Array([...MEMBER, 0x1f, 0x8b])],
    ["is no gzip", bytes("date,value\n")],
    ["is followed by something else", new Uint8Array([...MEMBER, ...bytes("more")])],
    ["fails its checksum", MEMBER.with(MEMBER.length - 6, 1)],
    ["is empty", new Uint8Array(0)],
    ["goes on behind zeros", new Uint8Array([...MEMBER, 0, 0, ...gzipSync("two\n")])],
    ["has anything behind a zero", new Uint8Array([...MEMBER, 0, 7])],
  ] as const
) {
  Deno.test(`gunzip() throws file-corrupt when the data ${name}`, async () => {
    for (const chunks of [[content], pieces(content, [MEMBER.length, 1])]) {
      const message = 'Cannot decompress "a.gz": ';
      const error = await assertRejects(() => read(chunks), DataError, message);
      assertEquals(error.code, "file-corrupt");
    }
  });
}

Deno.test("gunzip() passes over zeros behind the last member, wherever they are cut", async () => {
  const content = new Uint8Array([...MEMBER, ...new Uint8Array(1000)]);
  for (const lengths of [[content.length], [MEMBER.length], [MEMBER.length + 3, 100], [300]]) {
    assertEquals(await read(pieces(content, lengths)), "one\n".repeat(100_000));
  }
});

Deno.test("gunzip() yields all that was compressed before other bytes follow when it can open the data again", async () => {
  const two = gzipSync("two\n".repeat(70_000));
  for (const junk of ["JUNKJUNK", "x".repeat(10_000), "\x1f\x8b\x09aaaaaa"]) {
    const content = new Uint8Array([...MEMBER, ...two, ...new TextEncoder().encode(junk)]);
    for (const lengths of [[content.length], [300], [5000, 1]]) {
      const open = () => ReadableStream.from(pieces(content, lengths));
      let text = "";
      const error = await assertRejects(async () => {
        for await (const bytes of gunzip(open(), { source: "a.gz", reopen: open })) {
          text += new TextDecoder().decode(bytes);
        }
      }, DataError);
      assertEquals([error.code, text === "one\n".repeat(100_000) + "two\n".repeat(70_000)], [
        "file-corrupt",
        true,
      ]);
    }
  }
});

Deno.test("gunzip() passes an error of its source on", async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield MEMBER.subarray(0, 50);
    await Promise.resolve();
    throw new RangeError("source is gone");
  }
  await assertRejects(() => read(broken()), RangeError, "source is gone");
});

Deno.test("gunzip() closes its source when the reader stops early", async () => {
  let closed = false;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield await Promise.resolve(MEMBER);
    } finally {
      closed = true;
    }
  }
  for await (const _ of gunzip(source())) break;
  assertEquals(closed, true);
});
