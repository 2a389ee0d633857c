import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import {
  type CheckReport,
  type Exercise,
  findExercise,
  judgeAll,
  learnCommand,
  type LearnOptions,
  readEvents,
} from "../../lib/workbook/mod.ts";
import { createStyle } from "../../lib/terminal/mod.ts";
import { granted } from "../_granted.ts";
import { checkOf, exercises, loadText, ROOT, temporaryWork } from "./_exercises.ts";
import { everyTest } from "../_sample.ts";

const ignore = !granted("read", "write", "net", "env");
const SOLUTION = join(ROOT, "notebooks/exercises/01/01.1_retry_after/solution.ts");

Deno.test({
  name: "learn with no arguments says what it is, and opens the first exercise",
  ignore,
  async fn() {
    await using work = await temporaryWork();
    const learn = learner(work.path);
    const { code, out } = await learn([]);
    assertEquals(code, 0);
    assertMatch(out, /you write yourself, each with an incident in production behind it/);
    assertMatch(
      out,
      /The task {3}\S+00\.1_untangle\/README\.md\n {2}Your file {2}\S+untangle\.ts\n/,
    );
    assertMatch(out, /Check it {3}deno task learn check --watch/);
    assertMatch(await Deno.readTextFile(join(work.path, "00.1/untangle.ts")), /TODO\(you\)/);
    const again = (await learn([])).out;
    assertMatch(
      again,
      /Go on with 00\.1[\s\S]+learn check 00\.1\n {2}Your file: \S+untangle\.ts\n$/,
    );
    assertEquals((await readEvents(work.path)).events.length, 1);
  },
});

Deno.test({
  name: "learn leads over start, check, hint and solution to the next exercise",
  ignore,
  async fn() {
    await using work = await temporaryWork();
    const learn = learner(work.path);
    const file = join(work.path, "01.1/retry_after.ts");
    assertMatch((await learn(["start", "1.1"])).out, /README\.md[\s\S]+retry_after\.ts/);
    const first = await learn(["check"]);
    assertEquals(first.code, 2);
    assertMatch(first.out, /Nothing is written yet/);
    assertEquals((await learn(["solution"])).code, 64);
    const hints = [await learn(["hint"]), await learn(["hint"]), await learn(["hint"])];
    assertEquals(hints.map(({ out }) => out.match(/^ {2}\d /gm)?.length), [1, 2, 3]);
    assertMatch(hints[2]?.out ?? "", /That was the last one/);
    await Deno.copyFile(SOLUTION, file);
    const last = await learn(["check"]);
    assertEquals(last.code, 0);
    assertMatch(last.out, /All 6 hold\. You can now read Retry-After[\s\S]+learn start 00\.1/);
    assertMatch((await learn(["solution"])).out, /one good way, and why\n\n {2}A header is text/);
    // The next one is not under way: what is checked again is the one that has just passed.
    assertMatch((await learn(["check"])).out, /All 6 hold/);
    const { length } = await exercises();
    assertStringIncludes((await learn(["progress"])).out, `1 of ${length} done`);
    await learn(["start", "00.1"]);
    assertMatch((await learn(["check", "01.1"])).out, /Or go on: deno task learn check 00\.1/);
    assertMatch((await learn([])).out, /✓ {2}01\.1/);
  },
});

Deno.test({
  name: "start goes on with work that is there, and reset keeps it",
  ignore,
  async fn() {
    await using work = await temporaryWork();
    const learn = learner(work.path);
    const file = join(work.path, "00.2/lines.ts");
    await learn(["start", "00.2"]);
    await Deno.writeTextFile(file, "// mine\n");
    const again = await learn(["start", "00.2"]);
    assertEquals([again.code, await Deno.readTextFile(file)], [0, "// mine\n"]);
    assertMatch(again.out, /lines\.ts {2}\(as you left it\)/);
    assertEquals((await learn(["reset", "00.2"])).code, 0);
    assertMatch(await Deno.readTextFile(file), /TODO\(you\)/);
    assertEquals(
      await Deno.readTextFile(join(work.path, "00.2/lines.before-reset-1.ts")),
      "// mine\n",
    );
  },
});

Deno.test({
  name: "skip leaves an exercise out, and solution --anyway remembers the look",
  ignore,
  async fn() {
    await using work = await temporaryWork();
    const learn = learner(work.path);
    await learn(["skip", "00.1"]);
    assertMatch((await learn([])).out, /– {2}00\.1[\s\S]+Next is 00\.2/);
    assertMatch(
      (await learn(["solution", "00.2", "--anyway"])).out,
      /export async function\* readLines/,
    );
    assertMatch((await learn(["progress"])).out, /seen before it passed/);
    const { events } = await readEvents(work.path);
    assertEquals(events.map(({ did }) => did), ["skip", "solution"]);
  },
});

Deno.test({
  name: "wrong words get exit code 64 and the nearest right one",
  ignore,
  async fn() {
    await using work = await temporaryWork();
    const learn = learner(work.path);
    const cases = [
      [["start", "01.9"], /Cannot find exercise "01\.9": did you mean 01\.5, "The total that lies/],
      [["start", "cursor"], /did you mean 01\.2/],
      [["start", "99"], /there are 00\.1, 00\.2/],
      [["check", "--wach"], /did you mean "--watch"/],
      [["hint", "--watch"], /Cannot use flag "--watch": it is for "check", found "hint"/],
      [["chek", "--watch"], /Cannot use command "chek": .+ did you mean "check"\?/],
      [["strat", "00.2"], /Cannot use command "strat": .+ did you mean "start"\?/],
      [["hint"], /no exercise is under way; deno task learn start 00\.1 opens/],
      [["solution"], /it is not started; deno task learn start 00\.1 opens it/],
      [["chek"], /Cannot use command "chek": it is unknown; did you mean "check"\?/],
      [["progress", "01.1"], /Cannot use word "01\.1": nothing is expected here/],
      [["check", "01.3"], /Cannot check 01\.3: it is not started; deno task learn start 01\.3/],
    ] as const;
    for (const [args, wanted] of cases) {
      const { code, err, out } = await learn(args);
      assertEquals([code, out], [64, ""], args.join(" "));
      assertMatch(err, wanted);
    }
    assertMatch(
      (await learn(["--help"])).out,
      /^Exercises: write a piece[\s\S]+start[\s\S]+--watch/,
    );
  },
});

Deno.test({
  name: "learn ends quietly when the reader of its output has seen enough",
  ignore,
  async fn() {
    await using work = await temporaryWork();
    const write = () => {
      throw new Deno.errors.BrokenPipe();
    };
    const { code, err } = await learner(work.path, { write })(["progress"]);
    assertEquals([code, err], [141, ""]);
  },
});

everyTest({
  name: "output fits into 100 columns",
  ignore,
  async fn() {
    await using work = await temporaryWork();
    const learn = learner(work.path);
    const texts: string[] = [];
    for (const { id } of await exercises()) {
      for (const command of ["start", "hint", "hint", "hint", "skip"]) {
        texts.push((await learn([command, id])).out);
      }
      texts.push((await learn(["solution", id, "--anyway"])).out);
    }
    texts.push(
      (await learn([])).out,
      (await learn(["progress"])).out,
      (await learn(["--help"])).out,
    );
    const wide = texts.join("").split("\n").filter((line) => line.length > 100);
    assertEquals(wide, []);
  },
});

Deno.test({
  name: "findExercise() takes an id with or without its zero, and a name",
  ignore: !granted("read"),
  async fn() {
    const catalogue = await exercises();
    for (const word of ["01.2", "1.2", "cursor_paginator", "Cursor_Paginator"]) {
      assertEquals(findExercise(word, catalogue).id, "01.2");
    }
  },
});

Deno.test({
  name: "learn check --watch checks again on save, and ends with the last result",
  ignore,
  async fn() {
    await using work = await temporaryWork();
    await learner(work.path)(["start", "01.1"]);
    const stop = new AbortController();
    const file = join(work.path, "01.1/retry_after.ts");
    let checks = 0;
    const check = async (exercise: Exercise, path: string) => {
      const report = await checkHere(exercise, path);
      // The watcher is there before the first check begins.
      if (++checks === 1) setTimeout(() => Deno.copyFile(SOLUTION, file), 20);
      else setTimeout(() => stop.abort(), 0);
      return report;
    };
    const learn = learner(work.path, { check, signal: stop.signal });
    const { code, out } = await learn(["check", "--watch"]);
    assertMatch(out, /Nothing is written yet[\s\S]+Waiting for retry_after\.ts[\s\S]+All 6 hold/);
    assertEquals([code, checks], [0, 2]);
  },
});

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Judges a file in this process; check_file_slow.ts tries the one that is meant. */
async function checkHere(exercise: Exercise, file: string): Promise<CheckReport> {
  const verdicts = await judgeAll(
    await checkOf(exercise),
    await loadText(await Deno.readTextFile(file)),
  );
  const passed = verdicts.every(({ state }) => state === "holds");
  return { exercise, file, verdicts, strays: [], printed: [], passed };
}

/** Runs `learn` in this process, on a work folder of its own. */
function learner(
  work: string,
  more: Partial<LearnOptions> = {},
): (args: readonly string[]) => Promise<Answer> {
  return async (args) => {
    let [out, err] = ["", ""];
    const write = (text: string) => {
      out += text;
      return 0;
    };
    const complain = (text: string) => {
      err += text;
      return 0;
    };
    const style = createStyle({ color: false });
    const options = { root: ROOT, work, style, write, complain, check: checkHere, ...more };
    return { code: await learnCommand(args, options), out, err };
  };
}
