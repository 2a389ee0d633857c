import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import type { Outcome, StreamCounts } from "./stub.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "no-error-no-problem": {
    means: "You called half of the data complete: that nothing failed is no evidence",
    think: "What did the server declare, and how much was read?",
  },
  "empty-is-fine": {
    means:
      "You misjudged an empty answer where there were rows before: nobody can call it complete, and nothing failed; a renamed API looks like this",
    think: "What does `before` tell you about 0 rows?",
  },
  "empty-is-never-fine": {
    means: "You called every empty answer partial: a source that has nothing today is complete",
    think: "What tells a day without rows from a source that broke?",
  },
  "hidden-in-the-crowd": {
    means:
      "You measured rejects over all streams: a large one hides a small one that is broken through and through",
    think: "Whose records are the whole, of which the share is taken?",
  },
  "unbalanced": {
    means:
      "You did not notice that records are missing: read is more than written and rejected together",
    think: "Where may a record be that was read?",
  },
  "largest-number": {
    means:
      "You took the largest exit code for the gravest: a failure became a stop, and nobody looked",
    think: "Is 75 graver than 1? In which order does the task list them?",
  },
  "last-one-wins": {
    means: "You let a later stream replace the outcome of an earlier one",
    think: "If the first of three failed and the last is complete, what is the run?",
  },
  "nothing-is-green": {
    means: "You called a run without any stream complete: every() of nothing is true",
    think: "What has a run proved in which nothing ran?",
  },
  "off-by-a-double": {
    means: "You called exactly the tolerance too much: 100 * 0.29 is 28.999999999999996",
    think: "How far can a double be off, and what is 29 / 100?",
  },
  "rounded-away": {
    means:
      "You rounded the share, or the number that may be rejected: 4 rejected of 1,000 became none",
    think: "Which is the smallest share that a tolerance can be, and does yours still see it?",
  },
  "nameless": {
    means:
      "You gave a reason that names no stream: at three in the morning it is the only question",
    think: "Which stream, and why?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const GOOD: StreamCounts = {
  name: "orders",
  read: 100,
  written: 100,
  rejected: 0,
  tolerance: 0.01,
};

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["verdictOf"],
  mistakes: MISTAKES,
  expectations: [
    { name: "a stream is complete only if it has what was declared, and adds up", test: evidence },
    { name: "an empty stream is complete only if it was empty before", test: empty },
    { name: "rejects are a share of the stream's own records", test: shares },
    { name: "the gravest stream is the outcome of the run", test: gravest },
    { name: "a run of nothing fails", test: nothing },
    { name: "reasons name each stream that is not complete", test: reasons },
  ],
};

function evidence({ verdictOf }: Subject): void {
  expect(verdictOf, GOOD, "complete");
  expect(verdictOf, { ...GOOD, declared: 100 }, "complete");
  expect(verdictOf, { ...GOOD, declared: 99 }, "complete");
  expect(verdictOf, { ...GOOD, declared: 200 }, "partial", "no-error-no-problem");
  expect(verdictOf, { ...GOOD, written: 99, rejected: 0 }, "failed", "unbalanced");
  expect(verdictOf, { ...GOOD, written: 100, rejected: 1, tolerance: 1 }, "failed", "unbalanced");
  expect(verdictOf, { ...GOOD, error: "http-auth" }, "failed");
  expect(verdictOf, { ...GOOD, stopped: true, declared: 200 }, "suspended");
  expect(verdictOf, { ...GOOD, stopped: true, error: "storage-full" }, "failed");
}

function empty({ verdictOf }: Subject): void {
  const none = { ...GOOD, read: 0, written: 0 };
  expect(verdictOf, { ...none, before: 1_000 }, "partial", "empty-is-fine");
  expect(verdictOf, { ...none, before: 0 }, "complete", "empty-is-never-fine");
  expect(verdictOf, none, "complete", "empty-is-never-fine");
}

function shares({ verdictOf }: Subject): void {
  const bad = { ...GOOD, name: "small", read: 10, written: 0, rejected: 10 };
  const crowd = { ...GOOD, name: "large", read: 100_000, written: 100_000 };
  const { outcome } = verdictOf([crowd, bad]);
  const seen = `10 of 10 rejected next to 100000 good ones: ${outcome}`;
  if (outcome === "complete") throw wrong("hidden-in-the-crowd", seen);
  if (outcome !== "partial") throw unexpected(seen);
  expect(verdictOf, { ...GOOD, written: 98, rejected: 2 }, "partial");
  expect(verdictOf, { ...GOOD, written: 99, rejected: 1 }, "complete", "off-by-a-double");
  for (const count of [29, 57, 58]) {
    const stream = { ...GOOD, written: 100 - count, rejected: count, tolerance: count / 100 };
    expect(verdictOf, stream, "complete", "off-by-a-double");
  }
  const fine = [
    [1_000, 4, 0, "partial"],
    [1_000_000, 1, 0, "partial"],
    [10_000, 6, 0.0005, "partial"],
    [10_000, 5, 0.0005, "complete"],
    [1_500, 2, 0.001, "partial"],
    [150, 1, 0.01, "complete"],
  ] as const;
  for (const [read, rejected, tolerance, outcome] of fine) {
    const stream = { ...GOOD, read, written: read - rejected, rejected, tolerance };
    expect(verdictOf, stream, outcome, "rounded-away");
  }
}

const FAILED = { ...GOOD, name: "a", error: "http-auth" };
const SUSPENDED = { ...GOOD, name: "b", stopped: true };
const PARTIAL = { ...GOOD, name: "c", declared: 200 };
const COMPLETE = { ...GOOD, name: "d" };

function gravest({ verdictOf }: Subject): void {
  const cases: readonly (readonly [readonly StreamCounts[], Outcome, number])[] = [
    [[FAILED, SUSPENDED, PARTIAL, COMPLETE], "failed", 1],
    [[COMPLETE, PARTIAL, SUSPENDED], "suspended", 75],
    [[PARTIAL, COMPLETE], "partial", 2],
    [[COMPLETE, PARTIAL], "partial", 2],
    [[COMPLETE, COMPLETE], "complete", 0],
    [[SUSPENDED, FAILED], "failed", 1],
  ];
  for (const [streams, outcome, exit] of cases) {
    const found = verdictOf(streams);
    const seen = `${
      streams.map(({ name }) => name).join(", ")
    } (a failed, b suspended, c partial, ` +
      `d complete): ${found.outcome}, exit ${found.exit}`;
    if (found.outcome === outcome && found.exit === exit) continue;
    const last = verdictOf(streams.slice(-1));
    if (found.outcome === last.outcome && streams.length > 1) throw wrong("last-one-wins", seen);
    if (found.exit === 75 && outcome === "failed") throw wrong("largest-number", seen);
    throw unexpected(`${seen}; wanted ${outcome}, ${exit}`);
  }
}

function nothing({ verdictOf }: Subject): void {
  const { outcome, exit, reasons } = verdictOf([]);
  const seen = `no streams: ${outcome}, exit ${exit}, ${reasons.length} reasons`;
  if (outcome === "complete" || exit === 0) throw wrong("nothing-is-green", seen);
  if (outcome !== "failed" || exit !== 1 || reasons.length !== 1) throw unexpected(seen);
}

function reasons({ verdictOf }: Subject): void {
  const streams = [
    { ...FAILED, name: "billing" },
    { ...COMPLETE, name: "orders" },
    { ...PARTIAL, name: "customers" },
  ];
  const found = verdictOf(streams).reasons;
  const seen = JSON.stringify(found);
  if (found.length !== 2) throw unexpected(`${seen}; two of the three streams are not complete`);
  for (const name of ["billing", "customers"]) {
    if (!found.some((reason) => reason.includes(name))) throw wrong("nameless", seen);
  }
}

function expect(
  verdictOf: Subject["verdictOf"],
  stream: StreamCounts,
  outcome: Outcome,
  mistake?: keyof typeof MISTAKES,
): void {
  const found = verdictOf([stream]);
  if (found.outcome === outcome) return;
  const seen = `${JSON.stringify(stream)}: ${found.outcome}, wanted ${outcome}`;
  throw mistake === undefined ? unexpected(seen) : wrong(mistake, seen);
}

if (import.meta.main) await checkProcess(check);
