import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { ReadKeys } from "../../lib/api/paging/read_keys.ts";
import { StorageError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { namesIn } from "../pipeline/_world.ts";
import { everyTest } from "../_sample.ts";

everyTest({
  name: "ReadKeys finds every record again when most are in its file, and leaves no file",
  ignore: !granted("read", "write"),
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      using keys = new ReadKeys({ path: join(folder, "keys"), maxSlots: 1 << 12 });
      const count = 20_000;
      const offset = (n: number) => n * 1_000_003;
      for (let n = 0; n < count; n++) {
        assertEquals(find(keys, `key-${n}`), []);
        keys.add(offset(n));
      }
      for (let n = 0; n < count; n++) assertEquals(find(keys, `key-${n}`), [offset(n)]);
      for (let n = 0; n < count; n++) assertEquals(find(keys, `other-${n}`), []);
      assertEquals(namesIn(folder), []);
      keys.clear();
      assertEquals(find(keys, "key-1"), []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "ReadKeys empties no file that somebody else made under its name",
  ignore: !granted("read", "write"),
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const path = join(folder, "keys");
      await Deno.writeTextFile(path, "theirs");
      const spill = () => {
        using keys = new ReadKeys({ path, maxSlots: 1 << 12 });
        for (let n = 0; n < 4_000; n++) {
          keys.seek(n);
          keys.add(n);
        }
      };
      assertThrows(spill, StorageError, "something else has that name");
      assertEquals(await Deno.readTextFile(path), "theirs");
      await Deno.truncate(path);
      spill();
      assertEquals(namesIn(folder), []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("ReadKeys needs its file only once 13 of 16 slots are used", () => {
  using keys = new ReadKeys({ path: "missing/keys", maxSlots: 1 << 12 });
  for (let n = 0; n < 3_328; n++) {
    keys.seek(n);
    keys.add(n);
  }
  for (let n = 0; n < 3_328; n++) assert(keys.seek(n) && keys.offsets()[0] === n);
  keys.seek(3_328);
  assertThrows(() => keys.add(3_328));
});

everyTest(
  "ReadKeys gives every record with one key, and tells numbers, texts and bytes apart",
  () => {
    using keys = new ReadKeys({ path: "unused" });
    assertEquals(find(keys, "a"), []);
    keys.add(0);
    assertEquals(find(keys, "a"), [0]);
    keys.add(2 ** 40);
    assertEquals(find(keys, "a"), [0, 2 ** 40]);
    for (let n = 0; n < 50_000; n++) {
      const bytes = new TextEncoder().encode(`${n}`);
      for (const key of [n, n - 2 ** 45, `${n}`, bytes]) {
        assertEquals(find(keys, key), []);
        keys.add(n);
      }
    }
  },
);

function find(keys: ReadKeys, key: string | number | Uint8Array): number[] {
  return keys.seek(key) ? keys.offsets() : [];
}
