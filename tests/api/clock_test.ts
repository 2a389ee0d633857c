import { assert, assertRejects } from "@std/assert";
import { SYSTEM_CLOCK } from "../../lib/api/mod.ts";

Deno.test("SYSTEM_CLOCK.sleep() is never early", async () => {
  for (const ms of [0.5, 1, 3.3, 7]) {
    const start = SYSTEM_CLOCK.monotonic();
    await SYSTEM_CLOCK.sleep(ms);
    assert(SYSTEM_CLOCK.monotonic() - start >= ms);
  }
});

Deno.test("SYSTEM_CLOCK.sleep() ends with the signal's reason", async () => {
  const controller = new AbortController();
  const sleeping = SYSTEM_CLOCK.sleep(60_000, controller.signal);
  controller.abort(new Error("wake up"));
  await assertRejects(() => sleeping, Error, "wake up");
  await assertRejects(() => SYSTEM_CLOCK.sleep(1, controller.signal), Error, "wake up");
});
