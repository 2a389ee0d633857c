import { assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { DataError, StorageError } from "../../lib/errors/mod.ts";
import { hashFile } from "../../lib/files/mod.ts";
import { ON_DISK, TempFolder } from "./_support.ts";

Deno.test(
  "hashFile() returns sha256 and size of a file larger than one read",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const content = new Uint8Array(2_500_000).map((_, i) => i % 251);
    const { absolutePath } = folder.write("a.bin", content);
    const sha256 = createHash("sha256").update(content).digest("hex");
    assertEquals(await hashFile(absolutePath), { sha256, size: content.length });
  },
);

Deno.test("hashFile() knows the empty file", ON_DISK, async () => {
  using folder = new TempFolder();
  const { sha256, size } = await hashFile(folder.write("a", "").absolutePath);
  assertEquals(sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assertEquals(size, 0);
});

Deno.test(
  "hashFile() throws file-changed when the file grows while it is read",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const { absolutePath } = folder.write("a", new Uint8Array(3 << 20));
    Deno.utimeSync(absolutePath, 1000, 1000);
    // Asked once a read: changes the file behind the reader's back, without a clock.
    const signal = {
      aborted: false,
      throwIfAborted: () => Deno.writeFileSync(absolutePath, Uint8Array.of(1), { append: true }),
    } as unknown as AbortSignal;
    const error = await assertRejects(() => hashFile(absolutePath, { signal }), DataError);
    assertEquals(error.code, "file-changed");
    assertEquals(error.transient, true);
  },
);

Deno.test("hashFile() stops when it is told to", ON_DISK, async () => {
  using folder = new TempFolder();
  const { absolutePath } = folder.write("a", "x");
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => hashFile(absolutePath, { signal }), Error, "enough");
});

Deno.test("hashFile() throws storage-missing when there is no file", ON_DISK, async () => {
  using folder = new TempFolder();
  const error = await assertRejects(() => hashFile(folder.at("none")), StorageError);
  assertEquals(error.code, "storage-missing");
});
