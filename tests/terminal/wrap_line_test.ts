import { assert, assertEquals } from "@std/assert";
import { wrapLine } from "../../lib/terminal/mod.ts";

Deno.test("wrapLine() keeps the end of a line of the log, which says what to do", () => {
  const line =
    "02:00:01 warn  run  A file was rejected  source=vendor path=drop/2026/11/orders.csv " +
    'message="header is \\"id\\", expected \\"order_id\\"; ask the vendor, or change expect"';
  const lines = wrapLine(line, 79).split("\n");
  assert(lines.length > 1 && lines.every((one) => one.length <= 79), lines.join("\n"));
  assertEquals(lines.map((one) => one.trimStart()).join(" "), line);
  assertEquals(wrapLine("02:00:01 info  run  Done", 79), "02:00:01 info  run  Done");
  assertEquals(wrapLine(`02:00:01 ${"word ".repeat(500)}`, 79).split("\n").length, 5);
});
