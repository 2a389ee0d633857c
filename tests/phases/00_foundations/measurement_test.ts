import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  judgeComputing,
  judgeReading,
  judgeWaiting,
} from "../../../phases/00_foundations/judge_measurement.ts";
import { layersOf } from "../../../phases/00_foundations/read_arrows.ts";
import { readPins } from "../../../phases/00_foundations/read_pins.ts";
import { granted } from "../../_granted.ts";

Deno.test("judgeReading() follows the figures, not a script", () => {
  const plain = { ms: 400, bytes: 200e6 };
  const clear = judgeReading({ plain, other: { ms: 200, bytes: 20e6 } }, 50e6);
  assertStringIncludes(clear, "cost 4.0x its size");
  assertStringIncludes(clear, "10x less and was 2.0x as fast");
  assertStringIncludes(clear, "10 GB file would need 40.0 GB");
  const slower = judgeReading({ plain, other: { ms: 800, bytes: 20e6 } }, 50e6);
  assertStringIncludes(slower, "2.0x slower");
  assertStringIncludes(judgeReading({ plain, other: plain }, 50e6), "both ways cost the same");
});

Deno.test("judgeWaiting() and judgeComputing() say so where nothing was gained", () => {
  const same = { ms: 100, bytes: 0 };
  assertStringIncludes(
    judgeWaiting({ plain: same, other: same }, 8),
    "not the waiting, is the limit",
  );
  assertStringIncludes(
    judgeWaiting({ plain: same, other: { ms: 20, bytes: 0 } }, 8),
    "5.0x as fast",
  );
  const about = { promiseMs: 100, threads: 2 };
  assertStringIncludes(judgeComputing({ plain: same, other: same }, about), "no core to spare");
  const gained = judgeComputing({ plain: same, other: { ms: 50, bytes: 1e6 } }, about);
  assertStringIncludes(gained, "2 Workers 2.0x, for 1.0 MB more memory");
});

Deno.test("layersOf() finds a circle", () => {
  const arrows = new Map([["a", new Set(["b"])], ["b", new Set(["a"])], ["c", new Set<string>()]]);
  assertEquals(layersOf(arrows), undefined);
});

Deno.test({
  name: "readPins() finds what is not pinned",
  ignore: !granted("read", "write"),
  async fn() {
    const folder = await Deno.makeTempDir();
    const imports = {
      a: "npm:a@1.2.3",
      b: "npm:@x/b@^1",
      c: "npm:c",
      d: "./d.ts",
      e: "npm:e@1.0.0/sub.js",
    };
    await Deno.writeTextFile(
      `${folder}/deno.json`,
      JSON.stringify({ imports, lock: { frozen: true } }),
    );
    const npm = { "a@1.2.3": { integrity: "sha512-x" }, "b@1.0.0": {} };
    await Deno.writeTextFile(`${folder}/deno.lock`, JSON.stringify({ npm }));
    assertEquals(await readPins(folder), {
      imports: 4,
      floating: ["npm:@x/b@^1", "npm:c"],
      locked: 2,
      unchecked: ["b@1.0.0"],
      frozen: true,
    });
    await Deno.remove(folder, { recursive: true });
  },
});
