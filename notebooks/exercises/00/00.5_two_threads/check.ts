import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import { digestOf, FakeMachine, type MachineOptions, turns } from "./_fake_machine.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "blocks-the-heartbeat": {
    means:
      "You computed on the main thread: as long as a digest takes, no timer runs and no lease is renewed",
    think: "Which of the tools computes, and on which thread?",
  },
  "one-after-another": {
    means:
      "You waited for one part before you asked for the next: nearly all of the time, nothing happens",
    think: "What does your loop await before it starts the second fetch?",
  },
  "no-limit": {
    means:
      "You asked for everything at once: 400 requests are an attack, and 400 answers are all your memory",
    think: "Who decides in your code that another fetch may begin?",
  },
  "piles-up": {
    means:
      "You bounded the fetches, not the parts: what waits for a slow worker is held as well, and there is no end to it",
    think: "When does a part leave memory: after its fetch, or after its digest?",
  },
  "worker-per-part": {
    means:
      "You started a thread for each part: each costs its start and its memory, for one digest",
    think: "How many digests can a worker do, one after another?",
  },
  "worker-for-nothing": {
    means: "You started a thread although there was nothing to do",
    think: "What do you know before you start it?",
  },
  "leaves-worker": {
    means: "You left the worker running: a thread that nobody closes keeps the process alive",
    think: "Which lines run on success and on failure alike?",
  },
  "order-of-arrival": {
    means: "You returned digests in the order in which they came: each gets another part's name",
    think:
      "What do you know about a part when you start its fetch, and could keep until its digest comes?",
  },
  "goes-on-after-failure": {
    means:
      "You went on fetching after the result was lost: it costs the server, and nobody will see it",
    think: "How do the other lanes learn that one has failed? Promise.all stops none of them",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const NAMES = Array.from({ length: 12 }, (_, n) => `part-${n + 1}`);
const LIMIT = 4;

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["digestParts"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "returns every digest, in the order of the names",
      task: "Returns the digests in the order of `names`, whichever came first.",
      test: order,
    },
    {
      name: "computes on one second thread, and closes it",
      task: "What computes goes to a second thread: `tools.startWorker()` gives you a",
      test: threads,
    },
    {
      name: "overlaps what waits",
      task:
        "What waits (`tools.fetchPart`) needs no thread: several fetches are under way at once.",
      test: overlap,
    },
    {
      name: "holds no more parts than the limit",
      task: "Bounded: at most `limit` parts at once, from the start of their fetch to the",
      test: bounded,
    },
    {
      name: "a failure is an error, closes the worker and begins nothing more",
      task: "When a fetch or a digest fails, reject with its error, and begin no further",
      test: failure,
    },
    {
      name: "starts no thread for nothing",
      task: "What computes goes to a second thread: `tools.startWorker()` gives you a",
      test: nothing,
    },
  ],
};

async function order(subject: Subject): Promise<void> {
  const { digests } = await run(subject, {});
  const wanted = NAMES.map(digestOf);
  if (String(digests) === String(wanted)) return;
  const seen = `limit: ${LIMIT}: ${digests?.join(" ")}`;
  const all = String([...digests ?? []].sort()) === String(wanted.sort());
  throw all ? wrong("order-of-arrival", seen) : unexpected(seen);
}

async function threads(subject: Subject): Promise<void> {
  const { machine } = await run(subject, {});
  const { blocked, started, running } = machine;
  const seen = `${NAMES.length} parts: ${started} workers started, ${running} still running`;
  if (blocked > 0) throw wrong("blocks-the-heartbeat", `${blocked} parts were digested here`);
  if (started > 1) throw wrong("worker-per-part", seen);
  if (running > 0) throw wrong("leaves-worker", seen);
}

async function overlap(subject: Subject): Promise<void> {
  const { machine } = await run(subject, {});
  if (machine.mostFetching > 1) return;
  throw wrong("one-after-another", `limit: ${LIMIT}: one fetch was under way at a time`);
}

async function bounded(subject: Subject): Promise<void> {
  const { machine } = await run(subject, { digestTurns: 6 });
  const { mostFetching, mostHeld } = machine;
  const seen =
    `limit: ${LIMIT}: up to ${mostFetching} fetches were under way, and ${mostHeld} parts held`;
  if (mostFetching > LIMIT) throw wrong("no-limit", seen);
  if (mostHeld > LIMIT) throw wrong("piles-up", seen);
  const { machine: narrow } = await run(subject, {}, 1);
  if (narrow.mostHeld > 1) {
    throw wrong("no-limit", `limit: 1: up to ${narrow.mostHeld} parts were held`);
  }
}

async function failure(subject: Subject): Promise<void> {
  const failAt = "part-6";
  const { machine, error } = await run(subject, { failAt, digestTurns: 3 });
  await turns(20);
  const seen = `the fetch of ${failAt} failed`;
  if (error === undefined) throw unexpected(`${seen}, and no error came`);
  if (!says(error, failAt)) throw unexpected(`${seen}, and the error was: ${error}`);
  if (machine.running > 0) throw wrong("leaves-worker", `${seen}: the worker is still running`);
  const { late } = machine;
  if (late.length > 0) {
    throw wrong("goes-on-after-failure", `${seen}, then ${late.join(", ")} began`);
  }
}

async function nothing({ digestParts }: Subject): Promise<void> {
  const machine = new FakeMachine();
  const digests = await digestParts([], machine, LIMIT);
  if (digests.length > 0) throw unexpected(`no names gave ${digests.join(" ")}`);
  if (machine.started > 0) throw wrong("worker-for-nothing", "no names: a worker was started");
}

async function run(
  { digestParts }: Subject,
  options: MachineOptions,
  limit: number = LIMIT,
): Promise<{
  readonly machine: FakeMachine;
  readonly digests?: readonly string[];
  readonly error?: Error;
}> {
  const machine = new FakeMachine(options);
  try {
    return { machine, digests: await digestParts(NAMES, machine, limit) };
  } catch (error) {
    // Only the failure that was asked for is an answer; all else is an error of the learner's code.
    if (options.failAt === undefined || !(error instanceof Error)) throw error;
    if (machine.fetched.length === 0) throw error;
    return { machine, error };
  }
}

/** The error may be one of the learner's own, with the cause in it. */
function says(error: unknown, part: string): boolean {
  if (error instanceof AggregateError && error.errors.some((each) => says(each, part))) return true;
  return error instanceof Error && (error.message.includes(part) || says(error.cause, part));
}

if (import.meta.main) await checkProcess(check);
