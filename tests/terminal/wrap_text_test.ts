import { assert, assertEquals } from "@std/assert";
import { UsageError } from "../../lib/errors/mod.ts";
import { displayWidth, reportFailure, wrapText } from "../../lib/terminal/mod.ts";

Deno.test("wrapText() keeps columns, colors, quotes and command lines whole", () => {
  const row = "  row-quote  \x1b[31m6\x1b[39m  a quote is not closed before the end";
  assertEquals(wrapText(row, 30).split("\n"), [
    "  row-quote  \x1b[31m6\x1b[39m  a quote is not",
    "                closed before",
    "                the end",
  ]);
  const command = "headwaters files decompress a.zip --out FOLDER";
  assertEquals(wrapText(`Cannot write "a b": taken; take them out: ${command}`, 24).split("\n"), [
    'Cannot write "a b":',
    "  taken; take them out:",
    `  ${command}`,
  ]);
  assertEquals(
    wrapText("Cannot run headwaters audit: unknown command, expected one of", 30).split("\n"),
    [
      "Cannot run headwaters audit:",
      "  unknown command, expected",
      "  one of",
    ],
  );
  assertEquals(wrapText(`  ${command}   why files were rejected`, 55).split("\n"), [
    `  ${command}   why`,
    "    files were rejected",
  ]);
  assertEquals(wrapText(`it is wrong (see ${command}) now`, 24).split("\n"), [
    "it is wrong (see",
    `  ${command})`,
    "  now",
  ]);
});

Deno.test("wrapText() leaves short lines and those without a limit as they are", () => {
  const lines = "a  b \n\n  c\n  deno run \\\n";
  assertEquals(wrapText(lines, 5), lines);
  assertEquals(wrapText("word ".repeat(99), Infinity), "word ".repeat(99));
});

Deno.test("reportFailure() keeps its sentences within the columns", () => {
  let told = "";
  const words = Array.from({ length: 30 }, (_, at) => `code-${at}`).join(", ");
  const error = new UsageError("usage", `Cannot use flag "--on": expected one of ${words}`);
  reportFailure(error, { json: false, width: 80, tell: (text) => told += text });
  assert(told.split("\n").every((line) => displayWidth(line) <= 80), told);
  assertEquals(told.replace(/\n +/g, " ").trim(), error.message);
});
