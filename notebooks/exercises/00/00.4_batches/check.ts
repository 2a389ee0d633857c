import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import type { Limits } from "./stub.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "last-batch-lost": {
    means: "You lost the last batch, because it never got full",
    think: "What is in your hands when the lines have ended?",
  },
  "empty-batch": {
    means: "You gave out a batch without lines: a database gets a statement without values",
    think: "When does a batch end that nothing was put into?",
  },
  "rows-only": {
    means:
      "You bounded rows and not bytes: the sender of long lines decides how much memory you need",
    think: "What else does the task call full?",
  },
  "overshoots": {
    means:
      "You looked after adding the line: every batch may be too large by the largest line there is",
    think: "What do you know about a line before it is in the batch?",
  },
  "counts-characters": {
    means:
      "You counted characters, and memory and networks are counted in bytes: é has two, 日 three",
    think: "What does length count, and which class of the platform makes bytes of a text?",
  },
  "too-small": {
    means: "You ended a batch although the next line would have fitted: twice as many round trips",
    think: "Is a batch full when it is at its limit, or when the next line does not fit?",
  },
  "same-array": {
    means:
      "You changed a batch after you had given it out: a reader that keeps it finds other lines in it",
    think: "Whose is the array after yield? What does a new batch begin with?",
  },
  "holds-everything": {
    means: "You read on before the batch was taken: what is not taken yet piles up in memory",
    think: "Where is your yield: inside the loop over the lines, or after it?",
  },
  "leaves-open": {
    means:
      "You left the source open when the reader stopped early: every break costs an open file or socket",
    think: "for await closes what it iterates over; what does a loop of next() calls do?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const WIDE: Limits = { rows: 3, bytes: 1_000_000 };

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["readBatches"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "gives every line once, in batches of rows",
      task: "A batch has at most `limits.rows` lines, and its lines have at most",
      test: rows,
    },
    {
      name: "gives no empty batch",
      task: "No batch is empty. The last one may be small.",
      test: noneEmpty,
    },
    {
      name: "ends a batch before it has too many bytes",
      task: "A batch has at most `limits.rows` lines, and its lines have at most",
      test: bytes,
    },
    {
      name: "counts bytes, not characters",
      task: "A batch has at most `limits.rows` lines, and its lines have at most",
      test: utf8,
    },
    {
      name: "makes a line that is too large a batch of its own",
      task: "A line that is larger than `limits.bytes` by itself is a batch of its own:",
      test: large,
    },
    {
      name: "never changes a batch that was given out",
      task: "Hold one batch: give it out when it is full, and ask for no more than the",
      test: ownership,
    },
    {
      name: "reads no further than its reader, and closes the source",
      task: "Hold one batch: give it out when it is full, and ask for no more than the",
      test: pace,
    },
  ],
};

async function rows({ readBatches }: Subject): Promise<void> {
  const found = await collect(readBatches, ["a", "b", "c", "d", "e", "f", "g"], WIDE);
  if (!found.flat().includes("g")) {
    throw wrong("last-batch-lost", `7 lines, rows: 3: ${show(found)}`);
  }
  await demand(readBatches, [["a", "b", "c"], ["d", "e", "f"], ["g"]], WIDE);
}

async function noneEmpty({ readBatches }: Subject): Promise<void> {
  for (const lines of [[], ["a", "b", "c"], ["a", "b", "c", "d"]]) {
    const found = await collect(readBatches, lines, WIDE);
    if (found.some(({ length }) => length === 0)) {
      throw wrong("empty-batch", `${lines.length} lines, rows: 3: ${show(found)}`);
    }
  }
  // An empty line is a line, and has no bytes.
  await demand(readBatches, [["", ""]], { rows: 5, bytes: 1 });
}

async function bytes({ readBatches }: Subject): Promise<void> {
  const limits = { rows: 100, bytes: 10 };
  const wanted = [["aaaa", "bbbb"], ["cccc", "dddddd"], ["e"]];
  const found = await collect(readBatches, wanted.flat(), limits);
  const seen = `bytes: 10: ${show(found)}, wanted ${show(wanted)}`;
  if (found.length === 1) throw wrong("rows-only", seen);
  if (found.some((batch) => batch.join("").length > 10)) throw wrong("overshoots", seen);
  const early = found.some((batch, n) => {
    return [...batch, ...found[n + 1]?.slice(0, 1) ?? ["too much more"]].join("").length <= 10;
  });
  if (early) throw wrong("too-small", seen);
  await demand(readBatches, wanted, limits);
}

async function utf8({ readBatches }: Subject): Promise<void> {
  const limits = { rows: 100, bytes: 12 };
  const wanted = [["日本", "éé"], ["🚰🚰", "aaaa"], ["b"]];
  const found = await collect(readBatches, wanted.flat(), limits);
  if (show(found) === show(wanted)) return;
  const seen = `bytes: 12: ${show(found)}, wanted ${show(wanted)}`;
  throw found.length < 3 ? wrong("counts-characters", seen) : unexpected(seen);
}

async function large({ readBatches }: Subject): Promise<void> {
  const limits = { rows: 100, bytes: 10 };
  const wanted = [["x".repeat(30)], ["a"], ["y".repeat(11)], ["b", "c"]];
  const found = await collect(readBatches, wanted.flat(), limits);
  if (found.some(({ length }) => length === 0)) throw wrong("empty-batch", show(found));
  if (show(found) !== show(wanted)) throw wrong("overshoots", `bytes: 10: ${show(found)}`);
}

async function ownership({ readBatches }: Subject): Promise<void> {
  const kept: { readonly batch: readonly string[]; readonly then: string }[] = [];
  for await (
    const batch of await readBatches(linesOf(["a", "b", "c", "d", "e"]), { ...WIDE, rows: 2 })
  ) {
    kept.push({ batch, then: show([batch]) });
  }
  const changed = kept.find(({ batch, then }) => show([batch]) !== then);
  if (changed === undefined) return;
  throw wrong("same-array", `a batch was ${changed.then}, and is ${show([changed.batch])} by now`);
}

async function pace({ readBatches }: Subject): Promise<void> {
  const source = { read: 0, closed: false };
  async function* endless() {
    try {
      for (; source.read < 1000; source.read++) yield `line ${source.read}`;
    } finally {
      source.closed = true;
    }
  }
  let taken = 0;
  for await (const batch of await readBatches(endless(), { rows: 10, bytes: 1_000_000 })) {
    taken += batch.length;
    // The next line, and the few that streams hold between their stages.
    if (source.read - taken > 8) {
      throw wrong("holds-everything", `${taken} lines were taken, ${source.read} had been read`);
    }
    if (taken >= 50) break;
  }
  for (let turn = 0; turn < 20 && !source.closed; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  if (!source.closed) {
    throw wrong(
      "leaves-open",
      "the reader stopped after 5 batches, and the source was never closed",
    );
  }
}

type ReadBatches = Subject["readBatches"];

async function demand(
  readBatches: ReadBatches,
  wanted: readonly (readonly string[])[],
  limits: Limits,
): Promise<void> {
  const found = await collect(readBatches, wanted.flat(), limits);
  if (show(found) === show(wanted)) return;
  throw unexpected(`${JSON.stringify(limits)}: ${show(found)}, wanted ${show(wanted)}`);
}

/** Copies each batch when it comes. */
async function collect(
  readBatches: ReadBatches,
  lines: readonly string[],
  limits: Limits,
): Promise<string[][]> {
  const found: string[][] = [];
  for await (const batch of await readBatches(linesOf(lines), limits)) {
    found.push([...batch]);
    if (found.length > 50) throw wrong("empty-batch", "more than 50 batches came, and no end");
  }
  return found;
}

async function* linesOf(lines: readonly string[]): AsyncGenerator<string, void> {
  for (const line of lines) {
    await Promise.resolve();
    yield line;
  }
}

function show(batches: readonly (readonly string[])[]): string {
  return batches.map((batch) => JSON.stringify(batch)).join(" ") || "nothing";
}

if (import.meta.main) await checkProcess(check);
