import { assert, assertEquals } from "@std/assert";
import { loadConfig } from "../../lib/pipeline/mod.ts";
import { displayWidth } from "../../lib/terminal/mod.ts";
import { narrateStory, Narrator } from "../../phases/_narrator/mod.ts";
import { foundations, type FoundationsResult } from "../../phases/00_foundations.ts";
import type { FetchReport } from "../../phases/01_apis/fetch_report.ts";
import type { PipelineResult } from "../../phases/06_pipeline/story.ts";
import { traceRecord } from "../../phases/06_pipeline/trace_record.ts";
import { granted } from "../_granted.ts";
import { everyTest, sample } from "../_sample.ts";
import { STORIES } from "./_stories.ts";
import { ROOT, StoryWorld } from "./_story_world.ts";

const ignore = !granted("read", "write", "net", "run");
// Smaller, and the peaks of reading whole and reading streamed drown in the noise of an idle process.
const LITTLE = { fileBytes: 32e6, requests: 4, inFlight: 2, latency: 1, chunks: 1 };
const CHAIN = [foundations(LITTLE), ...STORIES.slice(1)];
const NARROWEST = 80;

everyTest({
  name:
    "the seven phases are one project: from an empty folder to a lake, with one record followed through",
  ignore,
  async fn() {
    await using world = await StoryWorld.create();
    const said: string[] = [];
    const named: string[] = [];
    for (const story of CHAIN) {
      const narrator = new Narrator({ write: (text) => said.push(text), width: NARROWEST });
      const code = await narrateStory(story, { ...world, narrator });
      assertEquals(narrator.proofs.filter((proof) => !proof.holds), [], `phase ${story.phase}`);
      assertEquals(code, 0);
      assert(narrator.proofs.length >= 5, `phase ${story.phase} proves too little`);
      for (const { lib, exercises = [] } of narrator.steps) {
        assert(lib.startsWith("lib/") && (await Deno.stat(`${ROOT}/${lib}`)).isFile, lib);
        named.push(...exercises);
      }
    }
    assertEquals(named.toSorted(), (await exerciseIds()).toSorted());
    const text = said.join("");
    assertEquals(text.includes("is missing, so"), false);
    const wide = text.split("\n").filter((line) => displayWidth(line) > NARROWEST);
    assertEquals(wide, []);
    assertEquals(text.includes(`${ROOT}/`), false, "paths are shown from the project's root");

    const { config, profile } = await world.work.result<FoundationsResult>(0);
    const { sources } = await loadConfig(world.work.path(0, config));
    assertEquals(sources.map((source) => source.type), ["api", "files", "logs", "logs"]);
    assert(profile.reading.whole.ms > 0 && profile.idle.peakBytes > 10e6);
    assert(profile.waiting.oneByOne.result === profile.waiting.together.result);

    const { recordId, trace } = await world.work.result<PipelineResult>(6);
    assertEquals(trace.map(({ phase }) => phase), ["phase 1", "phase 2", "phase 3", "phase 6"]);
    // Any record will do, not only the one that the story picks.
    const report = await world.work.result<FetchReport>(1);
    const lines = (await Deno.readTextFile(world.work.path(1, report.file))).trimEnd().split("\n");
    assertEquals(lines.length, 1707);
    for (const line of [lines[0], lines[700], lines.at(-1)]) {
      const { id } = JSON.parse(line ?? "") as { id: string };
      const steps = await traceRecord(world.work, id);
      assertEquals(steps.map((step) => step.line), [line, line, line, line], id);
    }
    assert((await traceRecord(world.work, recordId)).length === 4);
    assertEquals(await traceRecord(world.work, "no such id"), []);
  },
});

/** Ids of the exercises, by their folders. */
async function exerciseIds(): Promise<string[]> {
  const ids: string[] = [];
  for await (const phase of Deno.readDir(`${ROOT}/notebooks/exercises`)) {
    if (!/^\d\d$/.test(phase.name)) continue;
    for await (const { name } of Deno.readDir(`${ROOT}/notebooks/exercises/${phase.name}`)) {
      if (/^\d\d\.\d/.test(name)) ids.push(name.slice(0, 4));
    }
  }
  return ids;
}

everyTest({
  name: "a story ends quietly when its reader has seen enough",
  ignore: ignore || Deno.build.os === "windows",
  async fn() {
    const story = new Deno.Command("deno", {
      args: ["run", "--no-prompt", "--quiet", "--allow-read=.", "phases/02_files.ts", "--help"],
      cwd: ROOT,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await story.stdout.cancel();
    const complaint = await new Response(story.stderr).text();
    assertEquals([(await story.status).code, complaint], [141, ""]);
  },
});

everyTest({
  name: "every phase script gives its help, and needs no permission for it but to read itself",
  ignore: !granted("read", "run"),
  async fn() {
    const scripts = STORIES.map(({ name, phase }) => ({ phase, path: `phases/${name}.ts` }));
    for (const { phase, path } of sample(scripts)) {
      // The pipeline's script looks for its story only when it is to be told.
      const permissions = phase === 6 ? ["--allow-read=."] : [];
      const { code, stdout, stderr } = await new Deno.Command("deno", {
        args: ["run", "--no-prompt", "--quiet", ...permissions, path, "--help"],
        cwd: ROOT,
        env: { NO_COLOR: "1" },
      }).output();
      const text = new TextDecoder().decode(stdout);
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      assert(text.startsWith(`Phase ${phase}, `) && text.includes("It may "), text);
    }
  },
});

Deno.test({
  name: "each phase has a task that asks for nothing and allows not everything",
  ignore: !granted("read"),
  async fn() {
    const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`)) as {
      tasks: Readonly<Record<string, { readonly description: string; readonly command: string }>>;
    };
    for (const { phase, name } of STORIES) {
      const task = tasks[`phase${phase}`];
      assert(task !== undefined && task.description.startsWith(`Phase ${phase}, `));
      assert(
        / deno run --no-prompt /.test(task.command) && !/ -A| --allow-all/.test(task.command),
      );
      assert(task.command.includes(`phases/${name}.ts`), task.command);
    }
  },
});
