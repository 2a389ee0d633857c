import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { StorageError } from "../../lib/errors/mod.ts";
import { GzipFile } from "../../lib/files/mod.ts";
import { MAY_MOUNT, mountSmallDisk } from "../_small_disk.ts";
import { bytes, ON_DISK, pieces, TempFolder, text } from "./_support.ts";

const CONTENT = bytes(
  Array.from({ length: 40_000 }, (_, i) => `${i},${(i * 7919) % 1000},row\n`).join(""),
);

Deno.test(
  "GzipFile() writes what gunzip reads back and reports its size and hash",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    await using file = new GzipFile(folder.at("a.gz"));
    for (const piece of pieces(CONTENT, [100_000])) await file.write(piece);
    let synced = -1;
    const result = await file.finish((open) => void (synced = open.statSync().size));

    const written = Deno.readFileSync(folder.at("a.gz"));
    assertEquals(text(gunzipSync(written)), text(CONTENT));
    assertEquals(result.bytes, written.length);
    assertEquals(synced, written.length);
    assertEquals(result.sha256, createHash("sha256").update(written).digest("hex"));
    assertEquals(file.bytesIn, CONTENT.length);
    assertEquals(file.bytesOut, written.length);
  },
);

Deno.test("GzipFile() writes the same bytes however the input was cut", ON_DISK, async () => {
  using folder = new TempFolder();
  const hashes = [];
  for (const length of [CONTENT.length, 7_777, 262_144]) {
    await using file = new GzipFile(folder.at(`${length}.gz`));
    for (const piece of pieces(CONTENT, [length])) await file.write(piece);
    hashes.push((await file.finish()).sha256);
  }
  assertEquals(new Set(hashes).size, 1);
});

Deno.test("GzipFile() writes a header without time and system", ON_DISK, async () => {
  using folder = new TempFolder();
  await using file = new GzipFile(folder.at("a.gz"));
  await file.finish();
  const header = [...Deno.readFileSync(folder.at("a.gz")).subarray(0, 10)];
  assertEquals(header, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
});

Deno.test("GzipFile() lets a buffer be reused after write()", ON_DISK, async () => {
  using folder = new TempFolder();
  await using file = new GzipFile(folder.at("a.gz"));
  const buffer = new Uint8Array(300_000).fill(0x61);
  await file.write(buffer);
  buffer.fill(0x62);
  await file.write(buffer.subarray(0, 1));
  await file.finish();
  const content = gunzipSync(Deno.readFileSync(folder.at("a.gz")));
  assertEquals(content.length, 300_001);
  assertEquals(content.indexOf(0x62), 300_000);
});

Deno.test("GzipFile() counts compressed bytes while it is written", ON_DISK, async () => {
  using folder = new TempFolder();
  await using file = new GzipFile(folder.at("a.gz"), { level: 1 });
  const noise = crypto.getRandomValues(new Uint8Array(65_536));
  for (let i = 0; i < 16; i++) await file.write(noise);
  assert(file.bytesOut > 500_000, `${file.bytesOut} bytes are out`);
});

Deno.test("GzipFile() refuses what it cannot do", ON_DISK, async () => {
  using folder = new TempFolder();
  assertThrows(() => new GzipFile(folder.at("a.gz"), { level: 0 }), RangeError, "level is 0");
  const missing = assertThrows(() => new GzipFile(folder.at("no/a.gz")), StorageError);
  assertEquals(missing.code, "storage-missing");
  await using file = new GzipFile(folder.at("a.gz"));
  await file.finish();
  await assertRejects(() => file.write(bytes("x")), TypeError, "it is finished");
  await assertRejects(() => file.finish(), TypeError, "it is finished");
});

Deno.test(
  "GzipFile() closes its file when it is left unfinished or its sync fails",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    {
      await using file = new GzipFile(folder.at("a.gz"));
      await file.write(CONTENT);
    }
    await assertRejects(
      async () => {
        await using file = new GzipFile(folder.at("b.gz"));
        await file.finish(() => {
          throw new Error("no sync");
        });
      },
      Error,
      "no sync",
    );
  },
);

Deno.test("GzipFile() reports a disk that is full", {
  ignore: ON_DISK.ignore || !MAY_MOUNT,
}, async () => {
  using folder = new TempFolder();
  await using _disk = await mountSmallDisk(folder.at(""));
  const error = await assertRejects(async () => {
    await using file = new GzipFile(folder.at("a.gz"));
    for (let i = 0; i < 64; i++) await file.write(crypto.getRandomValues(new Uint8Array(65_536)));
    await file.finish();
  }, StorageError);
  assertEquals(error.code, "storage-full");
});
