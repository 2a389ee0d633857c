import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import { FakeLake } from "./_fake_lake.ts";

/** The learner's module. */
export type Subject = Pick<typeof import("./stub.ts"), "publish" | "recover">;

/** What many get wrong here. */
const MISTAKES = {
  "names-first": {
    means: "You name files to readers before they are there: who reads now, fails or reads half",
    think: "What do readers follow, and when must it be true?",
  },
  "moves-first": {
    means:
      "You move files before you have written down that you will: after a kill nobody knows whose they are",
    think: "What does the next run find in the lake, and what does it know about it?",
  },
  "moves-twice": {
    means: "You move what was moved before the kill: the recovery itself fails, every night again",
    think: "How can recover() tell which files have made it?",
  },
  "strikes-early": {
    means:
      "You strike a promise off before it is kept: after a kill nobody is left who would keep it",
    think: "What is the very last thing that makes the batch complete?",
  },
  "recovers-nothing": {
    means: "Your recovery leaves a promise open: the files of that night never come",
    think: "For which batches must the rest of the steps be done?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const BATCH = { run: "r1", files: ["a.gz", "b.gz", "c.gz"] } as const;

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["publish", "recover"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "publishes a batch",
      task:
        "`publish(lake, batch)`: puts the files of a batch into the lake and names them to readers;",
      test: publishes,
    },
    {
      name: "never names what is not there",
      task: "The process may be killed between any two steps, in `recover` too. At every",
      test: namesWhatIsThere,
    },
    {
      name: "is whole after a kill at any step and a recovery",
      task: "The process may be killed between any two steps, in `recover` too. At every",
      test: recovers,
    },
    {
      name: "is whole after a kill in the recovery too",
      task: "The process may be killed between any two steps, in `recover` too. At every",
      test: recoversAgain,
    },
    {
      name: "has nothing to recover when nothing was promised",
      task: "`recover(lake)`: called at the start of the next run, before anything else.",
      test: nothing,
    },
  ],
};

async function publishes({ publish }: Subject): Promise<void> {
  const lake = new FakeLake(BATCH.files);
  await publish(lake, BATCH);
  judgeNames(lake, "at the end");
  const [moved, named] = [[...lake.moved], [...lake.named]].map((all) => all.sort().join());
  if (moved !== BATCH.files.join() || named !== moved) {
    throw unexpected(`in the lake: ${moved || "nothing"}; named: ${named || "nothing"}`);
  }
  if (lake.open.size > 0) throw wrong("recovers-nothing", "r1 is still promised at the end");
}

async function namesWhatIsThere({ publish }: Subject): Promise<void> {
  for (let steps = 0, killed = true; killed; steps++) {
    const lake = new FakeLake(BATCH.files);
    killed = await lake.until(steps, (one) => publish(one, BATCH));
    judgeNames(lake, afterOf(lake));
  }
}

async function recovers(subject: Subject): Promise<void> {
  for (let steps = 0, killed = true; killed; steps++) {
    const lake = new FakeLake(BATCH.files);
    killed = await lake.until(steps, (one) => subject.publish(one, BATCH));
    if (killed) await recoverAfter(subject, lake);
  }
}

async function recoversAgain(subject: Subject): Promise<void> {
  for (let first = 1; first < 4; first++) {
    for (let steps = 0, killed = true; killed; steps++) {
      const lake = new FakeLake(BATCH.files);
      await lake.until(first, (one) => subject.publish(one, BATCH));
      killed = await lake.until(steps, (one) => subject.recover(one));
      if (killed) await recoverAfter(subject, lake);
    }
  }
}

async function nothing({ recover }: Subject): Promise<void> {
  const lake = new FakeLake(BATCH.files);
  await recover(lake);
  if (lake.steps.length > 0) throw unexpected(`nothing was promised, and it did ${lake.steps}`);
}

/** Lets the next run recover, and judges what there is then. */
async function recoverAfter({ recover }: Subject, lake: FakeLake): Promise<void> {
  const after = afterOf(lake);
  const wasPromised = lake.open.size > 0;
  const wasDone = lake.steps.includes("done r1");
  try {
    await recover(lake);
  } catch (error) {
    if (!String(error).includes("is not in staging")) throw error;
    throw wrong("moves-twice", `${after}, the recovery failed: ${(error as Error).message}`);
  }
  judgeNames(lake, `${after} and a recovery`);
  const isWhole = BATCH.files.every((file) => lake.moved.has(file) && lake.named.has(file));
  if (lake.open.size > 0) {
    throw wrong("recovers-nothing", `${after} and a recovery, r1 is still promised`);
  }
  if (isWhole) return;
  if (wasDone) throw wrong("strikes-early", `${after}: r1 was done before readers knew of it`);
  if (wasPromised) throw unexpected(`${after} and a recovery, the batch is not whole`);
  if (lake.moved.size > 0) {
    throw wrong(
      "moves-first",
      `${after}: ${[...lake.moved]} in the lake, and nothing was promised`,
    );
  }
}

function judgeNames(lake: FakeLake, when: string): void {
  const missing = [...lake.named].filter((file) => !lake.moved.has(file));
  if (missing.length === 0) return;
  throw wrong("names-first", `${when}, readers see ${missing}, not there`);
}

function afterOf({ steps }: FakeLake): string {
  return steps.length === 0 ? "killed at once" : `killed after "${steps.at(-1)}"`;
}

if (import.meta.main) await checkProcess(check);
