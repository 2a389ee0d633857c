import { assertEquals, assertRejects } from "@std/assert";
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { DataError } from "../../lib/errors/mod.ts";
import { decompressed } from "../../lib/files/mod.ts";

const TEXT = Array.from({ length: 30_000 }, (_, i) => `line ${i * 7919}\n`).join("");
const CHECKED = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
/** A frame to skip (RFC 8878, 3.1.2), of three bytes. */
const SKIPPED = new Uint8Array([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

async function read(bytes: Uint8Array, size = 1000): Promise<string> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) {
      await Promise.resolve();
      yield bytes.subarray(at, at + size);
    }
  }
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of decompressed(chunks(), "x.log")) {
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

Deno.test("decompressed() passes on plain text, gzip and zstd, of one piece or several", async () => {
  const [zstd, checked] = [zstdCompressSync(TEXT), zstdCompressSync(TEXT, CHECKED)];
  for (const bytes of [new TextEncoder().encode(TEXT), gzipSync(TEXT), zstd, checked]) {
    assertEquals(await read(bytes), TEXT);
    assertEquals(await read(bytes.subarray(0), 100_000), TEXT);
  }
  assertEquals(await read(joined(zstd, SKIPPED, checked, SKIPPED)), TEXT + TEXT);
  assertEquals(await read(zstdCompressSync("")), "");
  assertEquals(
    await read(joined(zstdCompressSync("x".repeat(1000)), zstd)),
    "x".repeat(1000) + TEXT,
  );
  for (const text of ["", "a", "\x1f"]) {
    assertEquals(await read(new TextEncoder().encode(text), 1), text);
  }
});

Deno.test("decompressed() throws file-corrupt wherever zstd is cut, and for a wrong checksum", async () => {
  const whole = zstdCompressSync(TEXT, CHECKED);
  for (
    const at of [5, 9, 10, 500, Math.floor(whole.length / 2), whole.length - 5, whole.length - 1]
  ) {
    const error = await assertRejects(() => read(whole.slice(0, at)), DataError);
    assertEquals([at, error.code], [at, "file-corrupt"]);
  }
  const wrong = whole.slice();
  wrong[whole.length - 1] = (wrong[whole.length - 1] ?? 0) ^ 255;
  assertEquals((await assertRejects(() => read(wrong), DataError)).code, "file-corrupt");
});

Deno.test("decompressed() says what nothing here reads, and how to read it", async () => {
  const bzip2 = new TextEncoder().encode("BZh91AY&SY");
  const error = await assertRejects(
    () => read(bzip2),
    DataError,
    "bzip2 -dc FILE | headwaters logs parse -",
  );
  assertEquals(error.code, "file-type");
});
