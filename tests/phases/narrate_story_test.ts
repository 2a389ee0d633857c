import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createStyle, displayWidth } from "../../lib/terminal/mod.ts";
import {
  narrateStory,
  Narrator,
  type PhaseNumber,
  type Story,
  WorkFolders,
} from "../../phases/_narrator/mod.ts";
import { granted } from "../_granted.ts";
import { StoryWorld } from "./_story_world.ts";

const ignore = !granted("read", "write");

/** What an example leaves, and what comes before it. */
interface ExampleOptions {
  readonly holds?: boolean;
  readonly before?: Story;
}

function story(phase: PhaseNumber, ran: string[], options: ExampleOptions = {}): Story {
  const { holds = true, before } = options;
  return {
    phase,
    name: `0${phase}_example`,
    area: "EXAMPLE",
    title: "An example",
    pain: "It hurts. ".repeat(30),
    ...(before === undefined ? {} : { before: () => Promise.resolve(before) }),
    tryNext: [["deno task phase0 --with-a-very-long-command ".repeat(3), "see it fail"]],
    ownData: [["one", "first"], ["two", "second"], ["three", "third"]],
    narrate(narrator: Narrator) {
      ran.push(`phase ${phase}`);
      narrator.step("A step", "words ".repeat(40), { lib: "lib/io/mod.ts", exercises: ["00.1"] });
      narrator.output("out ".repeat(60));
      narrator.judge("so it is ".repeat(20));
      narrator.prove("the claim holds", holds, "evidence ".repeat(12));
      return Promise.resolve({ answer: phase });
    },
  };
}

Deno.test({
  name: "narrateStory() narrates in order: pain, steps, proofs, commands, what is next",
  ignore,
  async fn() {
    await using world = await StoryWorld.create();
    let time = 0;
    const now = () => time += 700;
    const code = await narrateStory(story(1, []), { ...world, now });
    assertEquals(code, 0);
    const marks = [
      "PHASE 1",
      "It hurts.",
      "1  A step",
      "│ out",
      "→ so it is",
      "code: lib/io/mod.ts · exercise: deno task learn start 00.1",
      "Checked  1 of 1",
      "✓ the claim",
      "Break it yourself",
      "On your own data  swap in your own files and addresses",
      "three  third",
      "Next",
      "notebooks/01_example.ipynb",
      "deno task phase2",
      "took      700 ms",
    ];
    const places = marks.map((mark) => world.text.indexOf(mark));
    assert(places.every((place) => place >= 0), `missing: ${marks[places.indexOf(-1)]}`);
    assertEquals(places, places.toSorted((a, b) => a - b));
    assertEquals(await world.work.result(1), { answer: 1 });
  },
});

Deno.test({
  name: "narrateStory() keeps every line within 100 columns and without trailing blanks",
  ignore,
  async fn() {
    await using world = await StoryWorld.create();
    let text = "";
    const style = createStyle({ color: true });
    await narrateStory(story(0, []), {
      ...world,
      narrator: new Narrator({ style, write: (t) => text += t }),
    });
    await narrateStory(story(0, []), world);
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
  name: "narrateStory() returns 1 when a claim does not hold, and still leaves the result",
  ignore,
  async fn() {
    await using world = await StoryWorld.create();
    assertEquals(await narrateStory(story(2, [], { holds: false }), world), 1);
    assertStringIncludes(world.text, "Checked  only 0 of 1");
    assertStringIncludes(world.text, "✗ the claim holds");
    assert(await world.work.has(2));
  },
});

Deno.test({
  name: "narrateStory() makes the results that are missing before it, once, and says so",
  ignore,
  async fn() {
    await using world = await StoryWorld.create();
    const ran: string[] = [];
    const first = story(0, ran);
    const second = story(1, ran, { before: first });
    const third = story(2, ran, { before: second });
    await narrateStory(first, world);
    await narrateStory(third, world);
    await narrateStory(third, world);
    assertEquals(ran, ["phase 0", "phase 1", "phase 2", "phase 2"]);
    assertEquals(world.text.split("is missing, so phase 1 runs first ...").length, 2);
  },
});

Deno.test({
  name: "narrateStory() refuses to build on a phase whose claims do not hold",
  ignore,
  async fn() {
    await using world = await StoryWorld.create();
    const before = story(0, [], { holds: false });
    await assertRejects(
      () => narrateStory(story(1, [], { before }), world),
      Error,
      'Cannot build on phase 0: its claim "the claim holds" is false',
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
  assertEquals(work.path(4, "a", "b.json"), "/project/data/results/04/a/b.json");
  assertEquals(work.show(work.sample("x.csv")), "data/samples/x.csv");
  assertEquals(work.show("/elsewhere/x"), "/elsewhere/x");
});
