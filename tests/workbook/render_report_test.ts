import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  type CheckReport,
  type Exercise,
  renderReport,
  type Verdict,
} from "../../lib/workbook/mod.ts";
import { createStyle } from "../../lib/terminal/mod.ts";

const EXERCISE: Exercise = {
  id: "09.1",
  title: "A title",
  kind: "core",
  minutes: 5,
  trains: "do it",
  forbidden: ["lib/api"],
  hints: ["a", "b", "c"],
  folder: "/root/notebooks/exercises/09/09.1_title",
  slug: "title",
};
const HOLDS: Verdict = { name: "first", state: "holds" };
const MISTAKE: Verdict = {
  name: "second",
  state: "mistake",
  id: "cursor-first",
  means: "You saved the cursor before the data",
  think: "What is lost?",
  seen: "page 3 is gone",
};

Deno.test("renderReport() explains the first mistake, and names no misconception that may only follow from it", () => {
  const text = render({
    verdicts: [HOLDS, MISTAKE, { ...MISTAKE, name: "third", means: "You lie" }],
  });
  assertMatch(text, /✓ first\n {2}✗ second\n {6}You saved the cursor before the data\.\n/);
  assertMatch(text, /Seen: {2}page 3 is gone\n {6}Think: What is lost\?\n {2}✗ third\n/);
  assert(!text.includes("You lie"));
  assertMatch(text, /✗ third\n {6}Seen: {2}page 3 is gone\n/);
  assertMatch(text, /1 of 3 hold\. Stuck\? deno task learn hint \(3 of 3 left\)/);
});

Deno.test("renderReport() says what stood in the way", () => {
  const forbidden = render({
    obstacle: { kind: "forbidden", chain: ["work/mine.ts", "lib/api/mod.ts"] },
  });
  assertMatch(
    forbidden,
    /imports the answer[\s\S]+-> lib\/api\/mod\.ts\n[\s\S]+neither lib\/api nor/,
  );
  const missing = render({ obstacle: { kind: "missing", names: ["a", "b"] } });
  assertMatch(missing, /does not export "a" and "b"/);
  const unloadable = render({ obstacle: { kind: "unloadable", error: "Error: no" } });
  assertMatch(unloadable, /cannot be loaded\n {6}Error: no/);
  const problem = { path: "work/mine.ts", line: 3, column: 9, message: "Bad.", source: " a = 1" };
  const types = render({ obstacle: { kind: "types", problems: [problem] } });
  assertMatch(types, /has 1 thing to say first\n {6}work\/mine\.ts:3:9\n {8}Bad\.\n {8}\| a = 1/);
  assert(!types.includes("rows.at(-1)"));
  for (
    const message of [
      "Object is possibly 'undefined'.",
      "'row' is possibly 'undefined'.",
      "Argument of type 'string | undefined' is not assignable to parameter of type 'string'.",
    ]
  ) {
    const index = render({ obstacle: { kind: "types", problems: [{ ...problem, message }] } });
    assertMatch(index, /rows\[n\] is undefined[\s\S]+rows\.at\(-1\)[\s\S]+rows\[n\]!/);
  }
});

Deno.test("renderReport() puts every other end into words", () => {
  const words = (verdict: Verdict) => render({ verdicts: [HOLDS, verdict] });
  assertMatch(
    words({ name: "x", state: "endless", after: 5000 }),
    /An endless loop: [\s\S]+1 held before/,
  );
  assertMatch(words({ name: "x", state: "stuck", after: 5000 }), /waits for something that never/);
  assertMatch(
    words({ name: "x", state: "died", how: "exit code 3" }),
    /process is gone: exit code 3/,
  );
  const threw: Verdict = { name: "x", state: "threw", error: "TypeError: no", line: 7 };
  assertMatch(words(threw), /Your code threw in line 7: TypeError: no\./);
  const denied: Verdict = { name: "x", state: "threw", error: "NotCapable: read" };
  assertMatch(words(denied), /gives your code only what the exercise needs/);
  assertMatch(
    render({ verdicts: [HOLDS], strays: ["Error: lost"] }),
    /nobody awaited it\n {6}Error: lost[\s\S]+All 1 hold, but it is not done: await the promise/,
  );
});

Deno.test("renderReport() praises in the words of the exercise, and shows what was printed", () => {
  const text = render({ verdicts: [HOLDS], printed: ["debug 1"], passed: true });
  assertMatch(text, /Your code printed:\n {4}debug 1\n\n {2}All 1 hold\. You can now do it\./);
});

Deno.test("renderReport() offers the solution when the hints are used up", () => {
  const text = render({ verdicts: [MISTAKE] }, 3);
  assertMatch(text, /learn solution --anyway/);
  assertEquals(text.includes("learn hint"), false);
});

function render(found: Partial<CheckReport>, hints: number = 0): string {
  const nothing = { verdicts: [], strays: [], printed: [], passed: false };
  const report = { exercise: EXERCISE, file: "/root/mine/mine.ts", ...nothing, ...found };
  return renderReport(report, { style: createStyle({ color: false }), root: "/root", hints });
}
