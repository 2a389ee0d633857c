import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { RememberedRecords } from "../../lib/audit/mod.ts";
import { StorageError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { everyTest } from "../_sample.ts";
import { namesIn } from "../pipeline/_world.ts";

/** More than two parts. */
const COUNT = 140_000;
const FACTORS = [1, 7, 13];

everyTest({
  name: "RememberedRecords keeps all but the last part in a file without a name",
  ignore: !granted("read", "write"),
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const path = join(folder, "hashes");
      using records = new RememberedRecords(() => [], path);
      const hash = new Uint8Array(12);
      const words = new Uint32Array(hash.buffer);
      for (let n = 0; n < COUNT; n++) {
        words.set([n, n * 7, n * 13]);
        records.add(hash);
      }
      assertEquals(namesIn(folder), []);
      // Twice: a transaction may be begun again.
      for (let time = 0; time < 2; time++) {
        const found: number[] = [];
        for (const part of records.parts()) {
          for (const word of new Uint32Array(part.slice().buffer)) found.push(word);
        }
        assertEquals(found.length, COUNT * 3);
        assertEquals(
          found.findIndex((word, at) => word !== Math.floor(at / 3) * (FACTORS[at % 3] ?? 0)),
          -1,
        );
      }
      await Deno.writeTextFile(path, "theirs");
      using others = new RememberedRecords(() => [], path);
      const fill = () => {
        for (let n = 0; n < COUNT; n++) others.add(hash);
      };
      assertThrows(fill, StorageError, "something else has that name");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
