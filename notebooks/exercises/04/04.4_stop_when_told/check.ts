import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import type { Tools } from "./stub.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "deaf": {
    means:
      "You went on after the signal: thirty seconds later the job is killed in the middle of something",
    think: "Where in the loop is nothing half done?",
  },
  "cut-off": {
    means: "You did not save an item that was taken: the next run takes it again",
    think: "The signal came while take() was under way. What must still happen?",
  },
  "begins-anew": {
    means: "You began with the first item: what an earlier run had done is done twice",
    think: "What does tools.position say?",
  },
  "says-done": {
    means: "You ended with 0 although items are left: no scheduler will start it again",
    think: 'Which exit code says "start me again"?',
  },
  "says-failed": {
    means: "You called a stop a failure: somebody is woken up for a job that did what was asked",
    think: "pause() rejects when the signal comes. Who catches that, and what does it mean?",
  },
  "says-stopped": {
    means: "You ended with 75 although everything is done: the signal came too late to matter",
    think: "What decides: whether a signal came, or whether something is left?",
  },
  "saves-before": {
    means: "You saved the place before the item was taken: if it fails, the item is lost",
    think: "What does the saved number promise to the next run?",
  },
  "takes-on": {
    means:
      "You went on after a failure: the item that failed is left out, and nobody will look for it",
    think: "If item 3 failed and item 4 is saved, where does the next run begin?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const ITEMS = ["a", "b", "c", "d"];

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["takeAll"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "takes and saves every item, from where an earlier run has stopped",
      task: "For each item: `await tools.take(item)`, then `await tools.save(n)`, where n",
      test: all,
    },
    {
      name: "finishes and saves the item that is under way, and begins no other",
      task: "The signal is an `AbortSignal`. Once it is aborted, no further item is",
      test: inTake,
    },
    {
      name: "ends at once when the signal comes in a pause",
      task: "The signal is an `AbortSignal`. Once it is aborted, no further item is",
      test: inPause,
    },
    {
      name: "takes nothing if the signal came before it begins",
      task: "The signal is an `AbortSignal`. Once it is aborted, no further item is",
      test: before,
    },
    {
      name: "a signal during the last item comes too late to matter",
      task: "A stop that comes during the last item changes nothing: all is done, so it is 0.",
      test: last,
    },
    {
      name: "ends with 1 after a failure, and keeps what was saved",
      task: "Exit code: 0 if all items are done, 75 if it was stopped before that, 1 if",
      test: fails,
    },
  ],
};

/** What was called, in order, and a signal that comes at one of the calls. */
class FakeTools implements Tools {
  readonly position: number;
  readonly calls: string[] = [];
  readonly #stop: AbortController;
  readonly #at: string;
  readonly #fail: string;

  constructor(
    stop: AbortController,
    { at = "", fail = "", position = 0 }: {
      readonly at?: string;
      readonly fail?: string;
      readonly position?: number;
    },
  ) {
    this.position = position;
    this.#stop = stop;
    this.#at = at;
    this.#fail = fail;
  }

  // Functions of their own, so that `const { take, save } = tools` works as well.
  readonly take = (item: string): Promise<void> => this.#call(`take ${item}`);
  readonly save = (done: number): Promise<void> => this.#call(`save ${done}`);
  readonly pause = async (signal: AbortSignal): Promise<void> => {
    await this.#call("pause");
    signal.throwIfAborted();
  };

  async #call(name: string): Promise<void> {
    if (this.calls.length > 40) throw new Error("40 calls were made: nothing ends them");
    this.calls.push(name);
    const isNow = name === this.#at || `${name} ${this.#count(name)}` === this.#at;
    if (isNow) this.#stop.abort(new Error("SIGTERM"));
    await Promise.resolve();
    if (name === this.#fail) throw new Error(`${name} failed`);
  }

  #count(name: string): number {
    return this.calls.filter((call) => call === name).length;
  }
}

async function run(
  { takeAll }: Subject,
  about: ConstructorParameters<typeof FakeTools>[1] & { readonly stopped?: boolean } = {},
) {
  const stop = new AbortController();
  if (about.stopped) stop.abort(new Error("SIGTERM"));
  const tools = new FakeTools(stop, about);
  let code: unknown;
  try {
    code = await takeAll(ITEMS, tools, stop.signal);
  } catch (error) {
    // An error of the learner's own (the stub's among them) came before anything was called.
    if (tools.calls.length === 0) throw error;
    code = `an error: ${error instanceof Error ? error.message : error}`;
  }
  const saved = tools.calls.filter((call) => call.startsWith("save"));
  const taken = tools.calls.filter((call) => call.startsWith("take"));
  return {
    code,
    taken,
    saved,
    calls: tools.calls,
    seen: `${tools.calls.join(", ")}; ended with ${code}`,
  };
}

async function all(subject: Subject): Promise<void> {
  const { code, calls, seen } = await run(subject);
  const order = calls.filter((call) => call !== "pause");
  if (order[0]?.startsWith("save")) throw wrong("saves-before", seen);
  const wanted = "take a,save 1,pause,take b,save 2,pause,take c,save 3,pause,take d,save 4";
  if (code !== 0 || calls.join() !== wanted) throw unexpected(`${seen}; wanted ${wanted} and 0`);
  const later = await run(subject, { position: 3 });
  if (later.taken[0] === "take a") throw wrong("begins-anew", `3 are done: ${later.seen}`);
  if (later.code !== 0 || later.calls.join() !== "take d,save 4") {
    throw unexpected(`3 are done: ${later.seen}`);
  }
}

async function inTake(subject: Subject): Promise<void> {
  for (const at of ["take b", "save 2"]) {
    const { code, taken, saved, seen } = await run(subject, { at });
    const what = `the signal came in ${at}: ${seen}`;
    if (taken.length > 2) throw wrong("deaf", what);
    if (saved.at(-1) !== "save 2") throw wrong("cut-off", what);
    stopped(code, what);
  }
}

async function inPause(subject: Subject): Promise<void> {
  const { code, taken, seen } = await run(subject, { at: "pause 2" });
  const what = `the signal came in the second pause: ${seen}`;
  if (taken.length > 2) throw wrong("deaf", what);
  stopped(code, what);
}

async function before(subject: Subject): Promise<void> {
  const { code, calls, seen } = await run(subject, { stopped: true });
  const what = `the signal came before the first item: ${seen}`;
  if (calls.some((call) => call !== "pause")) throw wrong("deaf", what);
  stopped(code, what);
}

function stopped(code: unknown, what: string): void {
  if (code === 0) throw wrong("says-done", what);
  if (code === 1 || typeof code === "string") throw wrong("says-failed", what);
  if (code !== 75) throw unexpected(what);
}

async function last(subject: Subject): Promise<void> {
  for (const at of ["take d", "save 4"]) {
    const { code, saved, seen } = await run(subject, { at });
    const what = `the signal came in ${at}: ${seen}`;
    if (saved.at(-1) !== "save 4") throw wrong("cut-off", what);
    if (code === 75) throw wrong("says-stopped", what);
    if (code !== 0) throw unexpected(what);
  }
}

async function fails(subject: Subject): Promise<void> {
  for (const fail of ["take c", "save 3"]) {
    const { code, taken, saved, seen } = await run(subject, { fail });
    const what = `${fail} failed: ${seen}`;
    if (taken.includes("take d")) throw wrong("takes-on", what);
    if (fail === "take c" && saved.includes("save 3")) throw wrong("saves-before", what);
    if (code !== 1) throw unexpected(`${what}; wanted 1`);
  }
}

if (import.meta.main) await checkProcess(check);
