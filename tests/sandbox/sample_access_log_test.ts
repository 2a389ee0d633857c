import { assert, assertEquals } from "@std/assert";
// deno-lint-ignore headwaters/house-imports -- the builder of the samples, which uses it, does not hand it on
import { buildAccessLog } from "../../tools/_sample_access_log.ts";
import { granted } from "../_granted.ts";

const LINE =
  /^(?:\S+) - (?:\S+) \[\d\d\/Mar\/2026:\d\d:\d\d:\d\d \+0000\] "(?:[^"\\]|\\.)*" (\d{3}) (?:\d+|-) "(?:[^"\\]|\\.)*" "(?:[^"\\]|\\.)*" \d+ \S+$/;

Deno.test({
  name: "buildAccessLog() gives the same few thousand well-formed lines at every call",
  ignore: !granted("read"),
  async fn() {
    const bytes = await buildAccessLog();
    assertEquals(await buildAccessLog(), bytes);
    assert(bytes.length <= 400_000);
    const lines = new TextDecoder().decode(bytes).trimEnd().split("\n");
    assert(lines.length > 1500);
    const statuses = new Map<string, number>();
    for (const line of lines) {
      const status = LINE.exec(line)?.[1];
      assert(status !== undefined, line);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    for (
      const status of ["200", "204", "304", "400", "401", "404", "408", "429", "500", "502", "503"]
    ) {
      assert((statuses.get(status) ?? 0) > 0, status);
    }
    const text = lines.join("\n");
    assert(text.includes('\\"big one\\"') && text.includes('"-" 408 -') && text.includes("\\x16"));
    assert(!text.includes("sample-token"));
  },
});
