import { assert, assertEquals, assertGreater } from "@std/assert";
import { join } from "@std/path";
import {
  appendEvent,
  currentExercise,
  type LearningEvent,
  type LearningStep,
  readEvents,
  standingOf,
} from "../../lib/workbook/mod.ts";
import { granted } from "../_granted.ts";
import { ROOT, temporaryWork } from "./_exercises.ts";

const ignore = !granted("read", "write", "env");

Deno.test({
  name: "appendEvent() adds lines and never touches those that are there",
  ignore,
  async fn() {
    await using work = await temporaryWork();
    assertEquals(await readEvents(work.path), { events: [], unreadable: 0 });
    await appendEvent(work.path, event("01.1", { did: "start" }));
    const before = await Deno.readTextFile(join(work.path, "progress.jsonl"));
    await appendEvent(work.path, event("01.1", { did: "hint", step: 1 }));
    const after = await Deno.readTextFile(join(work.path, "progress.jsonl"));
    assert(after.startsWith(before));
    assertEquals((await readEvents(work.path)).events.map(({ did }) => did), ["start", "hint"]);
  },
});

Deno.test({
  name: "appendEvent() begins a new line behind one that a kill has torn",
  ignore,
  async fn() {
    await using work = await temporaryWork();
    await appendEvent(work.path, event("01.1", { did: "start" }));
    await Deno.writeTextFile(join(work.path, "progress.jsonl"), '{"at":"2026', { append: true });
    assertEquals(await readEvents(work.path).then(({ unreadable }) => unreadable), 1);
    await appendEvent(work.path, event("01.1", { did: "skip" }));
    const { events, unreadable } = await readEvents(work.path);
    assertEquals([events.map(({ did }) => did), unreadable], [["start", "skip"], 1]);
  },
});

Deno.test({
  name: "progress survives a kill: every line that was acknowledged is there",
  ignore: ignore || !granted("run"),
  async fn() {
    await using work = await temporaryWork();
    const acknowledged = await writeUntilKilled(work.path);
    const { events, unreadable } = await readEvents(work.path);
    assertGreater(acknowledged, 2);
    assert(events.length >= acknowledged && unreadable <= 1);
    await appendEvent(work.path, event("01.2", { did: "start" }));
    const after = await readEvents(work.path);
    assertEquals(after.events.length, events.length + 1);
    assertEquals(currentExercise(after.events), "01.2");
  },
});

Deno.test("standingOf() keeps what was done, and tells hints, checks and a look at the solution", () => {
  const failed = { did: "check", passed: false, held: 3, mistake: "guesses" } as const;
  const passed = { did: "check", passed: true, held: 6 } as const;
  const steps: LearningStep[] = [{ did: "start" }, { did: "hint", step: 1 }, failed];
  const standing = (more: readonly LearningStep[]) =>
    standingOf("01.1", [...steps, ...more].map((step) => event("01.1", step)));
  assertEquals(standing([]), { state: "started", hints: 1, checks: 1, best: 3, peeked: false });
  assertEquals(standing([{ did: "solution" }]).peeked, true);
  assertEquals(standing([passed, { did: "solution" }]).peeked, false);
  assertEquals(standing([passed, failed]).state, "done");
  assertEquals(standing([{ did: "reset" }]).hints, 0);
  assertEquals(standing([{ did: "skip" }]).state, "skipped");
  assertEquals(standing([{ did: "skip" }, { did: "start" }]).state, "started");
  assertEquals(standingOf("01.2", []).state, "open");
});

/** Lets a process write progress as fast as it can, and kills it in the middle; returns the writes it had acknowledged. */
async function writeUntilKilled(work: string): Promise<number> {
  const code = `import { appendEvent } from "${ROOT}/lib/workbook/append_event.ts";
    for (let step = 1;; step++) {
      await appendEvent(${JSON.stringify(work)}, { at: "", exercise: "01.1", did: "hint", step });
      Deno.stdout.writeSync(new Uint8Array([120]));
    }`;
  const args = ["run", "--no-prompt", "--no-lock", `--allow-read=${work}`, `--allow-write=${work}`];
  const process = new Deno.Command("deno", {
    args: [...args, "--config", `${ROOT}/deno.json`, "-"],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  let acknowledged = 0;
  let killed = false;
  for await (const bytes of process.stdout) {
    acknowledged += bytes.length;
    // Once: what it had written before may come after its end, and a process that is over cannot be killed.
    if (acknowledged <= 5 || killed) continue;
    process.kill("SIGKILL");
    killed = true;
  }
  await process.status;
  return acknowledged;
}

function event(exercise: string, step: LearningStep): LearningEvent {
  return { at: "2026-11-21T03:00:00.000Z", exercise, ...step };
}
