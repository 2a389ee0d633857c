import { assertEquals, assertStringIncludes } from "@std/assert";
import { FetchProgress } from "../../lib/cli/api/fetch_progress.ts";
import { ReadProgress } from "../../lib/cli/progress.ts";

Deno.test("ReadProgress shows nothing for a second, then how much is read, and makes room", () => {
  let shown = "";
  let result = "";
  let now = 0;
  const context = {
    write: (text: string) => void (result += text),
    tell: (text: string) => void (shown += text),
    width: 80,
  };
  {
    const options = { verb: "split", total: 4_000_000, live: true, now: () => now };
    using progress = new ReadProgress(context, options);
    progress.read("a\x1b.csv", 1_000_000);
    assertEquals(shown, "");
    now = 1001;
    progress.read("a\x1b.csv", 1_000_000);
    assertStringIncludes(shown, "split a\\x1b.csv  50 %  2.0 MB of 4.0 MB");
    shown = "";
    progress.write("a row\n");
    assertEquals([result, shown.endsWith("\x1b[?25h")], ["a row\n", true]);
  }
  shown = "";
  using quiet = new ReadProgress(context, { verb: "split", total: 1, live: false });
  quiet.read("a.csv", 1);
  assertEquals(shown, "");
});

Deno.test("FetchProgress says at once what it waits for: on a terminal, and elsewhere if it is long", () => {
  let said = "";
  const context = { tell: (text: string) => void (said += text), width: 120 };
  const now = () => Date.parse("2026-01-01T00:00:00Z");
  using terminal = new FetchProgress(context, { live: true, now });
  terminal.wait(60_000, "Retry-After: 60\x1b");
  assertStringIncludes(said, "waiting 1 m, until 2026-01-01T00:01:00Z (Retry-After: 60\\x1b)");
  said = "";
  using pipe = new FetchProgress(context, { live: false, now });
  pipe.wait(5_000, "retry 1");
  assertEquals(said, "");
  pipe.wait(5_001, "retry 2");
  assertEquals(said, "waiting 5.0 s, until 2026-01-01T00:00:05Z (retry 2)\n");
});
