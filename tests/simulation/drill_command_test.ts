import { assert, assertEquals } from "@std/assert";
import { UserFolder } from "../cli/_headwaters.ts";
import { granted } from "../_granted.ts";
import { everyTest, sample } from "../_sample.ts";
import { DRILLS } from "./drills.ts";
import { codeOf, runDrill } from "./run_drill.ts";

Deno.test("there are at least 24 drills, each with a name of its own", () => {
  assert(DRILLS.length >= 24);
  assertEquals(new Set(DRILLS.map(({ name }) => name)).size, DRILLS.length);
});

Deno.test("of every run that logged and is not complete, a drill sees that the log says why", () => {
  const silent = DRILLS.filter(({ expected: { exit, code, events } }) =>
    exit !== null && exit !== 0 && events.length > 0 && code === undefined
  );
  assertEquals(silent.map(({ name }) => name), []);
});

for (const drill of sample(DRILLS, 5)) {
  Deno.test({
    name: `drill ${drill.name}: ${drill.should}`,
    ignore: !granted("read", "run"),
    async fn() {
      assertEquals((await runDrill(drill)).faults, []);
    },
  });
}

everyTest({
  name: "the log says in words what a partial stream lacks",
  ignore: !granted("read"),
  async fn() {
    const capped = DRILLS.find(({ name }) => name === "capped-total");
    assert(capped !== undefined);
    const { lines } = await runDrill(capped);
    const decided = lines.find((line) => codeOf(line) === "total-not-read");
    assertEquals(decided?.["reason"], "api.orders: 32 records read, the API declared 35");
  },
});

Deno.test({
  name: "runDrill() fails a drill whose run, log or lake is not as it should be",
  ignore: !granted("read"),
  async fn() {
    const [flapping] = DRILLS;
    assert(flapping !== undefined);
    const events = ["run-ended", "file-rejected"];
    const expected = { exit: 1, code: "http-tls", says: "check TOKEN", events };
    const { faults } = await runDrill({ ...flapping, expected });
    assertEquals(faults, [
      "exit code 0, expected 1: ",
      'the run does not say "check TOKEN": ',
      "the log does not say file-rejected",
      "the log does not name http-tls",
    ]);
  },
});

everyTest({
  name: "headwaters pipeline drill runs a drill by its name, and knows no other",
  ignore: !granted("read", "write", "run"),
  async fn() {
    using folder = new UserFolder();
    const good = await folder.run("pipeline", "drill", "run", "stop-signal", "--json");
    assertEquals(good.code, 0, good.stderr);
    const { drills: [drill], failed } = JSON.parse(good.stdout);
    assertEquals([drill.name, drill.runs[0].exit, failed], ["stop-signal", 75, 0]);
    const typo = await folder.run("pipeline", "drill", "run", "stop-singal", "--json");
    assertEquals([typo.code, typo.stderr.includes('did you mean "stop-signal"?')], [64, true]);
    assertEquals(JSON.parse(typo.stdout).error.where, { command: "headwaters pipeline drill" });
  },
});
