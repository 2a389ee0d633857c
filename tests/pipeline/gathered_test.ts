import { assertEquals, assertRejects } from "@std/assert";
import { ConfigError } from "../../lib/errors/mod.ts";
import { worldTest } from "./_world.ts";

worldTest("a stream takes in the values of an object, with their keys", async (world) => {
  const keys = (text: string) => (yaml: string) => yaml.replace("primary_key: [id]", text);
  world.answer = () => Response.json({ rates: { EUR: { rate: 1 }, USD: { rate: 1.1 }, XXX: 5 } });
  const edit = keys("records: rates.*\n        primary_key: [_key]");
  const { totals, rejects } = await world.run({ edit });
  assertEquals([totals.written, rejects[0]?.code], [2, "record-not-object"]);
  assertEquals(world.rows("shop.items"), ['{"_key":"EUR","rate":1}', '{"_key":"USD","rate":1.1}']);
  world.answer = () => Response.json({ rates: { EUR: { rate: 1 } } });
  await world.run({ edit: keys("records: rates\n        single: true\n        max_shrink: 100%") });
  assertEquals(world.rows("shop.items"), ['{"EUR":{"rate":1}}']);
  for (const key of ["records: rates.*", "single: true"]) {
    const csv = keys(`${key}\n        format: csv`);
    await assertRejects(() => world.config({ edit: csv }), ConfigError, "format: json alone");
  }
});
