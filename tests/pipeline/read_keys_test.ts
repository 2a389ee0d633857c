import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { hashKey, ReadKeys } from "../../lib/pipeline/sources/api/read_keys.ts";
import { granted } from "../_granted.ts";
import { namesIn } from "./_world.ts";

Deno.test({
  name: "ReadKeys finds every record again when most are in its file, and leaves no file",
  ignore: !granted("read", "write"),
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      using keys = new ReadKeys({ path: join(folder, "keys"), maxSlots: 1 << 12 });
      const count = 20_000;
      const offset = (n: number) => n * 1_000_003;
      for (let n = 0; n < count; n++) keys.add(hashKey(`["key-${n}"]`), offset(n));
      for (let n = 0; n < count; n++) assertEquals(keys.find(hashKey(`["key-${n}"]`)), [offset(n)]);
      for (let n = 0; n < count; n++) assertEquals(keys.find(hashKey(`["other-${n}"]`)), []);
      assertEquals(namesIn(folder), []);
      keys.clear();
      assertEquals(keys.find(hashKey('["key-1"]')), []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("ReadKeys gives every record with one hash, and hashes of text and bytes spread", () => {
  using keys = new ReadKeys({ path: "unused" });
  const hash = hashKey("a");
  keys.add(hash, 0);
  keys.add(hash, 7);
  assertEquals(keys.find(hash), [0, 7]);
  const hashes = new Set<string>();
  for (let n = 0; n < 50_000; n++) {
    const { low, high } = hashKey(n % 2 === 0 ? `${n}` : new TextEncoder().encode(`${n}`));
    hashes.add(`${low} ${high}`);
  }
  assertEquals(hashes.size, 50_000);
});
