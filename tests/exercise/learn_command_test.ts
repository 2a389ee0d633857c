import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { findExercise, learnCommand, readEvents } from "../../lib/exercise/mod.ts";
import { createStyle } from "../../lib/terminal/mod.ts";
import { granted } from "../_granted.ts";
import { exercises, ROOT, temporaryWork } from "./_exercises.ts";

const ignore = !granted("read", "write", "net", "run", "env");
const SOLUTION = join(ROOT, "notebooks/exercises/01/01.1_retry_after/solution.ts");

Deno.test({
  name: "learn leads from the overview over start, check, hint and solution to the next exercise",
  ignore,
  async fn() {
    await using work = await temporaryWork();
    const learn = learner(work.path);
    const file = join(work.path, "01.1/retry_after.ts");
    assertMatch((await learn([])).out, /Begin with 00\.1, "Untangle the configuration"/);
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
    assertMatch((await learn(["progress"])).out, /1 of 7 done/);
    await learn(["start", "00.1"]);
    assertMatch((await learn(["check", "01.1"])).out, /or go on: deno task learn check 00\.1/);
    assertMatch((await learn([])).out, /✓ {2}01\.1/);
  },
});

Deno.test({
  name: "start never overwrites work without --force, and reset keeps it",
  ignore,
  async fn() {
    await using work = await temporaryWork();
    const learn = learner(work.path);
    const file = join(work.path, "00.2/lines.ts");
    await learn(["start", "00.2"]);
    await Deno.writeTextFile(file, "// mine\n");
    const again = await learn(["start", "00.2"]);
    assertEquals(again.code, 64);
    assertMatch(again.err, /^Cannot start 00\.2: your work is there already/);
    assertEquals(await Deno.readTextFile(file), "// mine\n");
    assertEquals((await learn(["reset", "00.2"])).code, 0);
    assertMatch(await Deno.readTextFile(file), /TODO\(you\)/);
    assertEquals(
      await Deno.readTextFile(join(work.path, "00.2/lines.before-reset-1.ts")),
      "// mine\n",
    );
    await Deno.writeTextFile(file, "// mine\n");
    assertEquals((await learn(["start", "00.2", "--force"])).code, 0);
    assertMatch(await Deno.readTextFile(file), /TODO\(you\)/);
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
      [["hint", "--watch"], /Cannot use flag "--watch": it belongs to "check", found "hint"/],
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
  name: "learn check --watch checks again on save, and ends at Ctrl-C with the last result",
  ignore: ignore || Deno.build.os === "windows",
  async fn() {
    await using work = await temporaryWork();
    await learner(work.path)(["start", "01.1"]);
    const file = join(work.path, "01.1/retry_after.ts");
    await Deno.writeTextFile(file, `export { parseRetryAfter } from "${ROOT}/lib/api/mod.ts";\n`);
    const args = ["--no-prompt", "--no-lock", "--allow-read", `--allow-write=${work.path}`];
    const script = [join(ROOT, "tools/learn.ts"), "check", "--watch", "--work", work.path];
    const process = new Deno.Command("deno", {
      args: ["run", ...args, "--allow-run=deno", ...script],
      cwd: ROOT,
      stdout: "piped",
      stderr: "inherit",
      env: { NO_COLOR: "1" },
    }).spawn();
    let text = "";
    let saved = false;
    for await (const part of process.stdout.pipeThrough(decoder())) {
      text += part;
      if (!saved && text.includes("Waiting for retry_after.ts")) {
        saved = true;
        await Deno.copyFile(SOLUTION, file);
      }
      if (text.split("Waiting for").length > 2) process.kill("SIGINT");
    }
    assertMatch(text, /It imports the answer[\s\S]+All 6 hold/);
    assertEquals((await process.status).code, 0);
    assert(saved);
  },
});

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `learn` in this process, on a work folder of its own. */
function learner(work: string): (args: readonly string[]) => Promise<Answer> {
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
    const options = { root: ROOT, style, write, complain };
    const code = await learnCommand([...args, "--work", work], options);
    return { code, out, err };
  };
}

function decoder(): ReadableWritablePair<string, Uint8Array> {
  return new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>;
}
