import { assertEquals } from "@std/assert";
import { items, streamOf, worldTest } from "./_world.ts";

function listing(yaml: string): string {
  return yaml.replace("primary_key: [id]", "primary_key: [id]\n        records: data");
}

for (
  const report of [
    { error: "rate limited" },
    { error: { code: 17 } },
    { errors: [{ message: "timeout" }] },
    { ok: false },
    { success: false },
  ]
) {
  const text = JSON.stringify(report);
  worldTest(`runPipeline() takes an empty list beside ${text} for no end`, async (world) => {
    world.answer = () => Response.json({ data: [], ...report });
    const summary = await world.run({ edit: listing });
    assertEquals(summary.exit_code, 1);
    assertEquals(streamOf(summary, "shop.items").error_code, "http-body-error");
    // What says that nothing is wrong is no report, and beside records it is a remark.
    const none = { error: null, errors: [], ok: true, success: true };
    world.answer = () => Response.json({ data: [], ...none });
    assertEquals((await world.run({ edit: listing })).exit_code, 0);
    world.answer = () => Response.json({ data: items(2), ...report });
    assertEquals((await world.run({ edit: listing })).totals.written, 2);
  });
}
