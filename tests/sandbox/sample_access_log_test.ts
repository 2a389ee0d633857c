import { assert } from "@std/assert";
import { granted } from "../_granted.ts";
import { SAMPLES } from "./_sandbox.ts";

const STATUS = /^\S+ - \S+ \[[^\]]+\] "(?:[^"\\]|\\.)*" (\d{3}) /;

Deno.test({
  name:
    "the sample access log has every kind of status and line that a lesson needs, and no secret",
  ignore: !granted("read"),
  async fn() {
    const text = await Deno.readTextFile(`${SAMPLES}/logs/access.log`);
    assert(text.length <= 400_000);
    const statuses = new Set(text.split("\n").map((line) => STATUS.exec(line)?.[1]));
    const wanted = "200 204 304 400 401 404 408 429 500 502 503".split(" ");
    for (const status of wanted) assert(statuses.has(status), status);
    for (const piece of ['\\"big one\\"', '"-" 408 -', "\\x16", "::1", " bob ", "api_key=***"]) {
      assert(text.includes(piece), piece);
    }
    assert(!text.includes("sample-token"));
  },
});
