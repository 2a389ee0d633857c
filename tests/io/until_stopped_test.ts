import { assertEquals, assertRejects } from "@std/assert";
import { untilStopped } from "../../lib/io/mod.ts";

Deno.test("untilStopped() waits no longer than until a stop", async () => {
  const reason = new Error("stopped");
  const never = new Promise<never>(() => {});
  const stop = new AbortController();
  const waits = untilStopped(never, stop.signal);
  stop.abort(reason);
  await assertRejects(() => waits, Error, "stopped");
  await assertRejects(() => untilStopped(never, stop.signal), Error, "stopped");
});

Deno.test("untilStopped() hands on what comes, and a stop after it is nobody's fault", async () => {
  const stop = new AbortController();
  assertEquals(await untilStopped(Promise.resolve(1), stop.signal), 1);
  await assertRejects(() => untilStopped(Promise.reject(new Error("x")), stop.signal), Error, "x");
  stop.abort(new Error("stopped"));
  await Promise.resolve();
  assertEquals(await untilStopped(Promise.resolve(2), undefined), 2);
});
