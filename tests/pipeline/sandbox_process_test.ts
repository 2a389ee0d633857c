import { assert, assertEquals } from "@std/assert";
import { startSandboxProcess } from "../../lib/pipeline/sandbox_process.ts";
import { granted } from "../_granted.ts";

const ignore = !granted("run");

Deno.test("the sandbox gets no variable but those that it is given", { ignore }, async () => {
  const names = "console.log(JSON.stringify({ url: Object.keys(Deno.env.toObject()).join() }))";
  await using sandbox = await startSandboxProcess(["eval", names], { NAMED: "1" });
  const found = sandbox.url.split(",");
  assert(found.includes("NAMED"));
  assertEquals(found.filter((name) => ["HOME", "USER", "LANG"].includes(name)), []);
});
