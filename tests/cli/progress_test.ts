import { assertEquals, assertStringIncludes } from "@std/assert";
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
