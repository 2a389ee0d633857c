import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import { FakeDisk } from "./_fake_disk.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "final-name-first": {
    means:
      "You wrote under the final name: a reader that looks meanwhile, or after a crash, finds half a file",
    think: "Which single step may touch the final name?",
  },
  "content-not-flushed": {
    means:
      "You gave the file its name before its content was flushed: after a crash the name is there, with nothing in it",
    think: "A disk keeps names and contents apart. Which one must be safe first?",
  },
  "name-not-flushed": {
    means: "You returned before the rename was flushed: after a crash the new file is not there",
    think: "What does flush(name) promise about the name of the file?",
  },
  "removes-first": {
    means:
      "You removed the earlier file before the new one had its name: a crash in between leaves none",
    think: "What does rename() do with a file that has the name already?",
  },
  "leaves-temporary": {
    means:
      "You left the temporary file when the source failed: the folder fills, and a glob takes it in",
    think: "What runs after an error in the middle of your loop?",
  },
  "swallows-the-error": {
    means:
      "You kept the error of the source to yourself: the caller counts half a file as a success",
    think: "What does your catch do after it has cleaned up?",
  },
  "trusts-leftovers": {
    means:
      "You added to what an attempt that died had left: the file begins with half of another one",
    think: "What is in the temporary file before your first append()?",
  },
  "publishes-half": {
    means: "You published what had come before the source failed: half a file under its final name",
    think: "Which steps may run after an error, and which must not?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const NAME = "orders.csv";
const [OLD, NEW] = ["id\n1\n", "id\n1\n2\n3\n"];

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["publish"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "the file is there, whole, and alone",
      task: "When `publish` has returned, the new file is there, whatever happens.",
      test: good,
    },
    {
      name: "the final name is touched by one rename only",
      task: "At any moment, after a crash too, `name` is absent, or the earlier file, or",
      test: finalName,
    },
    {
      name: "an earlier file is there until the new one is",
      task: "At any moment, after a crash too, `name` is absent, or the earlier file, or",
      test: replaces,
    },
    {
      name: "a crash at any step leaves a whole file, or none",
      task: "At any moment, after a crash too, `name` is absent, or the earlier file, or",
      test: crashes,
    },
    {
      name: "what is published survives a crash",
      task: "When `publish` has returned, the new file is there, whatever happens.",
      test: lasts,
    },
    {
      name: "a source that fails changes nothing",
      task: "If `chunks` throws, the earlier file stays, nothing else is left in the",
      test: failing,
    },
    {
      name: "what an earlier attempt left does no harm",
      task: "An attempt that died may have left its temporary file.",
      test: leftovers,
    },
  ],
};

async function* chunks(text: string, failAfter = Infinity): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length; at += 3) {
    await Promise.resolve();
    if (at >= failAfter) throw new Error("the source broke off");
    yield new TextEncoder().encode(text.slice(at, at + 3));
  }
}

/** Publishes on a disk that may go down; what the learner's code throws is not looked at here. */
async function run({ publish }: Subject, disk: FakeDisk, failAfter = Infinity) {
  try {
    await publish(disk, NAME, chunks(NEW, failAfter));
    return undefined;
  } catch (error) {
    const isOwn = disk.steps.length === 0 && error instanceof Error;
    if (isOwn && error.message.startsWith("Not written yet")) throw error;
    return error;
  }
}

async function good(subject: Subject): Promise<void> {
  for (const before of [undefined, OLD]) {
    const disk = new FakeDisk();
    if (before !== undefined) disk.put(NAME, before);
    const error = await run(subject, disk);
    if (error !== undefined) throw error;
    const seen = `the folder has ${show(disk.files)}`;
    if (disk.files[NAME] !== NEW) throw unexpected(seen);
    if (Object.keys(disk.files).length > 1) throw wrong("leaves-temporary", seen);
  }
}

async function finalName(subject: Subject): Promise<void> {
  const disk = new FakeDisk();
  await run(subject, disk);
  const direct = disk.steps.find((step) => step === `create ${NAME}` || step === `append ${NAME}`);
  if (direct !== undefined) throw wrong("final-name-first", `step "${direct}"`);
}

async function replaces(subject: Subject): Promise<void> {
  const disk = new FakeDisk();
  disk.put(NAME, OLD);
  await run(subject, disk);
  const removal = disk.steps.find((step) =>
    step === `remove ${NAME}` || step.startsWith(`rename ${NAME} `)
  );
  if (removal !== undefined) throw wrong("removes-first", `steps: ${disk.steps.join(", ")}`);
}

async function crashes(subject: Subject): Promise<void> {
  for (const before of [undefined, OLD]) {
    for (let stop = 0; stop < 30; stop++) {
      const disk = new FakeDisk(stop);
      if (before !== undefined) disk.put(NAME, before);
      const error = await run(subject, disk);
      for (const files of disk.afterCrash) {
        const found = files[NAME];
        const seen = `after ${disk.steps.join(", ")} and a crash: ${show(files)}`;
        if (found === NEW || found === before) continue;
        if (found === undefined) throw wrong("removes-first", seen);
        throw wrong("content-not-flushed", seen);
      }
      if (error === undefined) break;
    }
  }
}

async function lasts(subject: Subject): Promise<void> {
  const disk = new FakeDisk();
  disk.put(NAME, OLD);
  await run(subject, disk);
  for (const files of disk.afterCrash) {
    if (files[NAME] === NEW) continue;
    throw wrong(
      "name-not-flushed",
      `steps: ${disk.steps.join(", ")}; after a crash: ${show(files)}`,
    );
  }
}

async function failing(subject: Subject): Promise<void> {
  for (const before of [undefined, OLD]) {
    for (const failAfter of [0, 6]) {
      const disk = new FakeDisk();
      if (before !== undefined) disk.put(NAME, before);
      const error = await run(subject, disk, failAfter);
      const seen = `the source failed after ${failAfter} bytes; the folder has ${show(disk.files)}`;
      if (disk.files[NAME] !== before) throw wrong("publishes-half", seen);
      const names = Object.keys(disk.files).filter((name) => name !== NAME);
      if (names.length > 0) throw wrong("leaves-temporary", seen);
      if (error === undefined) throw wrong("swallows-the-error", "publish() returned");
    }
  }
}

async function leftovers(subject: Subject): Promise<void> {
  const probe = new FakeDisk();
  await run(subject, probe);
  const from = probe.steps.find((step) => step.endsWith(` ${NAME}`))?.split(" ")[1];
  if (from === undefined) throw unexpected(`no rename to ${NAME}: ${probe.steps.join(", ")}`);
  const disk = new FakeDisk();
  disk.put(from, "half of another");
  const error = await run(subject, disk);
  const seen = `"${from}" was there; then: ${show(disk.files)}`;
  if (error !== undefined) throw error;
  if (disk.files[NAME] !== NEW) throw wrong("trusts-leftovers", seen);
}

function show(files: Record<string, string>): string {
  const list = Object.entries(files).map(([name, text]) => `${name} ${JSON.stringify(text)}`);
  return list.length === 0 ? "nothing" : list.join(", ");
}

if (import.meta.main) await checkProcess(check);
