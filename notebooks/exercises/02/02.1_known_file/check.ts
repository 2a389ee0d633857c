import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import type { Decision, Known } from "./stub.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "knows-by-name": {
    means: "You knew a file by its name: a corrected file under the same name is never loaded",
    think: "What else must be as before for a file to be the one that you know?",
  },
  "hashes-everything": {
    means:
      "You read a file whose size and time are as before: a folder of 2 TB is read every night",
    think: "When do you call hash(), and what did you know before that?",
  },
  "touched-is-new": {
    means: "You took a touched file for a new version: a restored backup loads every file twice",
    think: "The time differs. Does the content?",
  },
  "takes-in-again": {
    means:
      "You took in what readers see already: a rejected version came in between, and the good one before it came back",
    think: "Which content of this path do readers see, and does a rejection change that?",
  },
  "name-is-identity": {
    means: "You loaded the same content again under another name: every row of it is there twice",
    think: "Which verdicts say that readers see this content already?",
  },
  "rejected-holds-place": {
    means:
      "You called a file the duplicate of a rejected one: readers see neither, and no run will ever change that",
    think: "What is the purpose of the duplicate rule, and does a rejected file serve it?",
  },
  "verdict-outlives-cause": {
    means:
      "You kept a rejection after the configuration that made it was gone: the corrected job never looks again",
    think: "Which of the two verdicts depends on the keys?",
  },
  "retries-rejected": {
    means:
      "You took in a copy of what the same keys have rejected: it fails again, under every name it gets",
    think: "Two files, one content, one configuration: can the verdicts differ?",
  },
  "oldest-verdict": {
    means:
      "You asked an old verdict on the path instead of the newest: a version that was corrected twice counts as unchanged",
    think: "In which order are the verdicts, and which one does find() return?",
  },
  "any-verdict": {
    means:
      "You compared the content with every verdict on the path: a file that the vendor set back to an earlier version is passed over, and readers keep the other one",
    think: "The path had A, then B. Now it has A again: which of them do readers see?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);

const A: Known = {
  ...{ path: "a.csv", size: 10, mtime: 1, sha256: "aaa" },
  ...{ verdict: "published", keys: "k1" },
};
const BAD: Known = { ...A, path: "bad.csv", sha256: "bbb", verdict: "rejected" };

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["decide"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "a file nobody has seen is new",
      task: "`new` | none of the above: take it in",
      test: fresh,
    },
    {
      name: "the same size and time are unchanged, and nothing is read",
      task: "`unchanged` | the newest verdict on this path is on a file of the same size",
      test: unchanged,
    },
    {
      name: "another content is a new version",
      task: "`new-version` | none of the above, and the newest published content of",
      test: newVersion,
    },
    {
      name: "another time alone is only touched",
      task: "`touched` | that verdict, if it holds, or the newest published one of this",
      test: touched,
    },
    {
      name: "what is published comes back after a rejected version",
      task: "`touched` | that verdict, if it holds, or the newest published one of this",
      test: cameBack,
    },
    {
      name: "a published content is loaded once, whatever its names",
      task: "`duplicate` | another path has the same content, and that was published",
      test: duplicate,
    },
    {
      name: "a rejection ends with its keys",
      task: "A `published` verdict holds forever. A `rejected` one holds only for the",
      test: otherKeys,
    },
    {
      name: "a rejected file takes nobody's place",
      task: "`rejected` | the same content was rejected by the same keys under another path",
      test: rejectedPlace,
    },
    {
      name: "the newest verdict on a path counts",
      task: "`unchanged` | the newest verdict on this path is on a file of the same size",
      test: newest,
    },
  ],
};

interface Asked {
  readonly path?: string;
  readonly size?: number;
  readonly mtime?: number;
  readonly sha256?: string;
  readonly keys?: string;
}

/** Asks, and counts how often the file was read. */
async function ask({ decide }: Subject, known: readonly Known[], asked: Asked) {
  const { path = "a.csv", size = 10, mtime = 1, sha256 = "aaa", keys = "k1" } = asked;
  let reads = 0;
  const hash = () => {
    reads++;
    return sha256;
  };
  const answer: Decision = await decide({ path, size, mtime, hash }, known, keys);
  const about = Object.entries(asked).map(([key, value]) => `${key} ${value}`).join(", ");
  return { answer, reads, seen: `${about || "as before"}: "${answer}"` };
}

async function fresh(subject: Subject): Promise<void> {
  const { answer, seen } = await ask(subject, [], {});
  if (answer !== "new") throw unexpected(`${seen}, wanted "new"`);
}

async function unchanged(subject: Subject): Promise<void> {
  const { answer, reads, seen } = await ask(subject, [A], {});
  if (answer === "touched" || reads > 0) {
    throw wrong("hashes-everything", `${seen}, ${reads} reads`);
  }
  if (answer !== "unchanged") throw unexpected(`${seen}, wanted "unchanged"`);
}

async function newVersion(subject: Subject): Promise<void> {
  for (const asked of [{ size: 11, mtime: 2, sha256: "ccc" }, { mtime: 2, sha256: "ccc" }]) {
    const { answer, seen } = await ask(subject, [A], asked);
    if (answer === "unchanged" || answer === "touched") throw wrong("knows-by-name", seen);
    if (answer !== "new-version") throw unexpected(`${seen}, wanted "new-version"`);
  }
}

async function touched(subject: Subject): Promise<void> {
  const { answer, seen } = await ask(subject, [A], { mtime: 2 });
  if (answer === "new" || answer === "new-version") throw wrong("touched-is-new", seen);
  if (answer !== "touched") throw unexpected(`${seen}, wanted "touched"`);
}

async function cameBack(subject: Subject): Promise<void> {
  const broken: Known = { ...A, sha256: "fff", mtime: 2, verdict: "rejected" };
  for (const keys of ["k1", "k2"]) {
    const { answer, seen } = await ask(subject, [A, broken], { mtime: 3, keys });
    if (answer === "touched") continue;
    const what = `aaa was published, fff rejected by k1, and aaa is back; ${seen}`;
    throw answer.startsWith("new") ? wrong("takes-in-again", what) : unexpected(what);
  }
}

async function duplicate(subject: Subject): Promise<void> {
  const { answer, seen } = await ask(subject, [A], { path: "copy.csv", mtime: 9 });
  if (answer === "new") throw wrong("name-is-identity", seen);
  if (answer !== "duplicate") throw unexpected(`${seen}, wanted "duplicate"`);
  const other = { ...A, path: "b.csv", sha256: "ddd" };
  const again = await ask(subject, [A, other], { path: "b.csv", mtime: 9 });
  if (again.answer !== "duplicate") throw unexpected(`${again.seen}, wanted "duplicate"`);
}

async function otherKeys(subject: Subject): Promise<void> {
  const asked = { path: "bad.csv", sha256: "bbb" };
  const before = await ask(subject, [BAD], asked);
  if (before.answer !== "unchanged") throw unexpected(`${before.seen}, wanted "unchanged"`);
  for (const mtime of [1, 2]) {
    const after = await ask(subject, [BAD], { ...asked, mtime, keys: "k2" });
    if (after.answer === "new") continue;
    const seen = `it was rejected by k1; ${after.seen}`;
    throw after.answer === "new-version" ? unexpected(seen) : wrong("verdict-outlives-cause", seen);
  }
}

async function rejectedPlace(subject: Subject): Promise<void> {
  const copy = { path: "copy.csv", sha256: "bbb", mtime: 5 };
  const same = await ask(subject, [BAD], copy);
  if (same.answer === "new") throw wrong("retries-rejected", `bad.csv was rejected; ${same.seen}`);
  if (same.answer === "duplicate") {
    throw wrong("rejected-holds-place", `bad.csv was rejected; ${same.seen}`);
  }
  if (same.answer !== "rejected") throw unexpected(`${same.seen}, wanted "rejected"`);
  const other = await ask(subject, [BAD], { ...copy, keys: "k2" });
  if (other.answer === "duplicate") throw wrong("rejected-holds-place", other.seen);
  if (other.answer !== "new") throw wrong("verdict-outlives-cause", other.seen);
}

async function newest(subject: Subject): Promise<void> {
  const second = { ...A, sha256: "ccc", mtime: 2 };
  const { answer, seen } = await ask(subject, [A, second], { sha256: "aaa", mtime: 1 });
  if (answer === "unchanged") {
    throw wrong("oldest-verdict", `two versions are known, and the first came back; ${seen}`);
  }
  const back = await ask(subject, [A, second], { sha256: "aaa", mtime: 9 });
  if (back.answer === "touched") {
    throw wrong("any-verdict", `two versions are known, and the first came back; ${back.seen}`);
  }
  if (back.answer !== "new-version") throw unexpected(`${back.seen}, wanted "new-version"`);
  const third = await ask(subject, [A, second], { sha256: "eee", mtime: 3 });
  if (third.answer !== "new-version") throw unexpected(`${third.seen}, wanted "new-version"`);
  const broken: Known = { ...A, sha256: "fff", mtime: 3, verdict: "rejected" };
  const repaired = await ask(subject, [A, broken], { sha256: "ggg", mtime: 4 });
  if (repaired.answer !== "new-version") {
    throw unexpected(`a version was rejected in between; ${repaired.seen}, wanted "new-version"`);
  }
}

if (import.meta.main) await checkProcess(check);
