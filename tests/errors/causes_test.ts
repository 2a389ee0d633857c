import { assertEquals } from "@std/assert";
import { ERROR_CODES, type ErrorCode, EXAMPLES } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { sample } from "../_sample.ts";
import { cause } from "./causes/cause.ts";

for (const code of sample(Object.keys(ERROR_CODES) as ErrorCode[], 8)) {
  Deno.test({
    name: `a real cause raises ${code}, with the message that errors explain shows`,
    ignore: !granted("read", "write", "net", "run"),
    async fn() {
      assertEquals(await cause(code), { code, message: EXAMPLES[code] });
    },
  });
}
