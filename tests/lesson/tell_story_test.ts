import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  type PhaseNumber,
  type Story,
  Teller,
  tellStory,
  WorkFolders,
} from "../../lib/lesson/mod.ts";
import { createStyle, displayWidth } from "../../lib/terminal/mod.ts";
import { granted } from "../_granted.ts";
import { StoryWorld } from "./_story_world.ts";

const ignore = !granted("read", "write");

function story(phase: PhaseNumber, told: string[], holds = true): Story {
  return {
    phase,
    name: `0${phase}_example`,
    area: "EXAMPLE",
    title: "An example",
    problem: "It hurts. ".repeat(30),
    tryNext: [["deno task phase0 --with-a-very-long-command ".repeat(3), "see it fail"]],
    tell(teller: Teller) {
      told.push(`phase ${phase}`);
      teller.step("A step", "words ".repeat(40));
      teller.output("out ".repeat(60));
      teller.judge("so it is ".repeat(20));
      teller.prove("the claim holds", holds, "evidence ".repeat(12));
      return Promise.resolve({ answer: phase });
    },
  };
}

Deno.test({
  name: "tellStory() tells in order: problem, steps, proofs, what to break, where to go on",
  ignore,
  async fn() {
    await using world = await StoryWorld.create();
    let time = 0;
    const now = () => time += 700;
    const code = await tellStory(story(1, []), { ...world, now });
    assertEquals(code, 0);
    const marks = [
      "PHASE 1",
      "It hurts.",
      "1  A step",
      "│ out",
      "→ so it is",
      "Proven  1 of 1",
      "✓ the claim",
      "Break it yourself",
      "Go on",
      "notebooks/01_example.ipynb",
      "deno task phase2",
      "took         700 ms",
    ];
    const places = marks.map((mark) => world.text.indexOf(mark));
    assert(places.every((place) => place >= 0), `missing: ${marks[places.indexOf(-1)]}`);
    assertEquals(places, places.toSorted((a, b) => a - b));
    assertEquals(await world.work.result(1), { answer: 1 });
  },
});

Deno.test({
  name: "tellStory() keeps every line within 100 columns and without trailing blanks",
  ignore,
  async fn() {
    await using world = await StoryWorld.create();
    let text = "";
    const style = createStyle({ color: true });
    await tellStory(story(0, []), {
      ...world,
      teller: new Teller({ style, write: (t) => text += t }),
    });
    await tellStory(story(0, []), world);
    const lines = world.text.split("\n");
    // A command to copy must not be broken.
    const wide = lines.filter((line) =>
      displayWidth(line) > 100 && !line.includes("--with-a-very")
    );
    assertEquals(wide, []);
    assertEquals(lines.filter((line) => line !== line.trimEnd() && !line.includes("--with-a")), []);
    // deno-lint-ignore no-control-regex
    assertEquals(/\x1b/.test(world.text), false);
    assertStringIncludes(text, "\x1b[1m");
  },
});

Deno.test({
  name: "tellStory() returns 1 when a claim does not hold, and still leaves the result",
  ignore,
  async fn() {
    await using world = await StoryWorld.create();
    assertEquals(await tellStory(story(2, [], false), world), 1);
    assertStringIncludes(world.text, "Proven  only 0 of 1");
    assertStringIncludes(world.text, "✗ the claim holds");
    assert(await world.work.has(2));
  },
});

Deno.test({
  name: "tellStory() makes the results that are missing before it, once, and says so",
  ignore,
  async fn() {
    await using world = await StoryWorld.create();
    const told: string[] = [];
    const before = [story(0, told), story(1, told)];
    await tellStory(before[0] ?? story(0, told), world);
    await tellStory(story(2, told), { ...world, before });
    await tellStory(story(2, told), { ...world, before });
    assertEquals(told, ["phase 0", "phase 1", "phase 2", "phase 2"]);
    assertEquals(world.text.split("was missing: phase 1 ran first").length, 2);
  },
});

Deno.test({
  name: "tellStory() refuses to build on a phase whose claims do not hold",
  ignore,
  async fn() {
    await using world = await StoryWorld.create();
    const before = [story(0, [], false)];
    await assertRejects(
      () => tellStory(story(1, []), { ...world, before }),
      Error,
      "Cannot build on phase 0: not proven that the claim holds",
    );
    assertEquals(await world.work.has(0), false);
  },
});

Deno.test({
  name: "begin() takes an earlier result away, so that a story that broke off leaves none",
  ignore,
  async fn() {
    await using world = await StoryWorld.create();
    await world.work.finish(3, {}).then(() => assert(false), () => {});
    await world.work.begin(3);
    await world.work.finish(3, { one: 1 });
    assert(await world.work.has(3));
    await world.work.begin(3);
    assertEquals(await world.work.has(3), false);
  },
});

Deno.test("WorkFolders names folders by two digits and shows paths from the root", () => {
  const work = new WorkFolders({ root: "/project" });
  assertEquals(work.path(4, "a", "b.json"), "/project/data/work/04/a/b.json");
  assertEquals(work.show(work.sample("x.csv")), "data/samples/x.csv");
  assertEquals(work.show("/elsewhere/x"), "/elsewhere/x");
});
