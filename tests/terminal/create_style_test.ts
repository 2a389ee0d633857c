import { assertEquals } from "@std/assert";
import { createStyle, type Style } from "../../lib/terminal/mod.ts";

const NAMES: readonly (keyof Style)[] = ["bold", "dim", "red", "green", "yellow", "cyan"];

Deno.test("createStyle() gives every text back unchanged when there is no colour", () => {
  const style = createStyle({ color: false });
  assertEquals(NAMES.map((name) => style[name]("x")), NAMES.map(() => "x"));
});

Deno.test("createStyle() sets a text off and ends it when there is colour", () => {
  const style = createStyle({ color: true });
  assertEquals(NAMES.map((name) => style[name]("x")), [
    "\x1b[1mx\x1b[22m",
    "\x1b[2mx\x1b[22m",
    "\x1b[31mx\x1b[39m",
    "\x1b[32mx\x1b[39m",
    "\x1b[33mx\x1b[39m",
    "\x1b[36mx\x1b[39m",
  ]);
  assertEquals(style.red(""), "");
});

Deno.test("createStyle() decides by itself when nothing is passed", () => {
  const color = Deno.stdout.isTerminal() && !Deno.noColor;
  assertEquals(createStyle().bold("x") !== "x", color);
});
