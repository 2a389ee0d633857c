import { assertEquals } from "@std/assert";
import { Progress, type ProgressOptions } from "../../lib/terminal/mod.ts";
import { Screen } from "./_screen.ts";

function open(options: Partial<ProgressOptions> = {}) {
  const screen = new Screen();
  const clock = { ms: 0 };
  const progress = new Progress({
    write: screen.write,
    live: true,
    now: () => clock.ms,
    ...options,
  });
  return { screen, clock, progress };
}

Deno.test("Progress draws one line each, in the order in which they first came", () => {
  const { screen, clock, progress } = open();
  progress.update("a", "a 1");
  clock.ms += 100;
  progress.update("b", "b 1");
  clock.ms += 100;
  progress.update("a", "a 2");
  assertEquals(screen.text, "a 2\nb 1");
  progress[Symbol.dispose]();
});

Deno.test("Progress draws at most ten times a second, and a final line at once", () => {
  const { screen, clock, progress } = open();
  for (let i = 0; i < 100; i++) {
    progress.update("a", `a ${i}`);
    clock.ms += 10;
  }
  assertEquals(screen.writes.length, 10);
  progress.update("a", "a done", true);
  assertEquals(screen.text, "a done");
  progress[Symbol.dispose]();
});

Deno.test("Progress.print() writes a line above the drawn ones in one write", () => {
  const { screen, progress } = open();
  progress.update("a", "a 1");
  const before = screen.writes.length;
  progress.print("log 1");
  progress.print("log 2");
  assertEquals(screen.text, "log 1\nlog 2\na 1");
  assertEquals(screen.writes.length - before, 2);
  progress[Symbol.dispose]();
});

Deno.test("Progress shows lines that were held back when a line is printed", () => {
  const { screen, progress } = open();
  progress.update("a", "a 1");
  progress.update("a", "a 2");
  progress.print("log");
  assertEquals(screen.text, "log\na 2");
  progress[Symbol.dispose]();
});

Deno.test("Progress takes its lines away, leaves printed ones and shows the cursor when it is disposed of", () => {
  const { screen, progress } = open();
  progress.update("a", "a 1");
  progress.print("log");
  assertEquals(screen.cursor, false);
  progress[Symbol.dispose]();
  assertEquals([screen.text, screen.cursor], ["log", true]);
  progress[Symbol.dispose]();
  assertEquals(screen.writes.filter((text) => text.includes("?25h")).length, 1);
});

Deno.test("Progress writes nothing when it is disposed of before its first line", () => {
  const { screen, progress } = open();
  progress[Symbol.dispose]();
  assertEquals(screen.writes, []);
});

Deno.test("Progress cuts a line to the width, which may change", () => {
  let width = 10;
  const { screen, clock, progress } = open({ width: () => width });
  progress.update("a", "0123456789abc");
  assertEquals(screen.text, "01234567…");
  width = 6;
  clock.ms += 100;
  progress.update("a", "0123456789abc");
  assertEquals(screen.text, "0123…");
  progress[Symbol.dispose]();
});

Deno.test("Progress lets final lines go for good when there are more than fit", () => {
  const { screen, clock, progress } = open({ height: 2 });
  progress.update("a", "a done", true);
  for (const id of ["b", "c"]) {
    clock.ms += 100;
    progress.update(id, `${id} 1`);
  }
  assertEquals(screen.text, "a done\nb 1\nc 1");
  progress[Symbol.dispose]();
  assertEquals(screen.text, "a done");
});

Deno.test("Progress shows the latest lines when more are under way than fit", () => {
  const { screen, clock, progress } = open({ height: 2 });
  for (const id of ["a", "b", "c"]) {
    progress.update(id, id);
    clock.ms += 100;
  }
  assertEquals(screen.text, "b\nc");
  progress[Symbol.dispose]();
});

Deno.test("Progress writes only final and printed lines, without control codes, when it is not live", () => {
  const { screen, progress } = open({ live: false });
  progress.update("a", "a 1");
  progress.update("a", "a publishing", true);
  progress.update("a", "a publishing", true);
  progress.print("log");
  progress.update("a", "a done", true);
  progress[Symbol.dispose]();
  assertEquals(screen.writes, ["a publishing\n", "log\n", "a done\n"]);
});
