import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "is-average": {
    means:
      "You answered with the average: one request of a minute among a thousand fast ones changes it, and no median",
    think: "How many durations should lie below a p50, and how many below yours?",
  },
  "wrong-rank": {
    means:
      "You took a neighbor of the rank that was asked for: with few durations that is another world",
    think: "Of three durations, which one is the median, and what is floor(0.5 * (3 - 1))?",
  },
  "coarse": {
    means: "Your buckets are too wide: the answer is further off than 1 %",
    think: "By what share can a value differ from the middle of its bucket?",
  },
  "border-answer": {
    means:
      "You answered with the boundary of a bucket: half of the promise is lost before you begin",
    think: "What in a bucket is as far from its lowest value as from its highest?",
  },
  "linear": {
    means: "Your buckets have one width: small durations all become one, and large ones none",
    think: "What does 10 ms mean at a microsecond, and what at a minute?",
  },
  "zero-lost": {
    means:
      "You have no place for 0: a cache answers in no time, and vanishes from the count, or becomes NaN",
    think: "What is Math.log(0)?",
  },
  "insertion-order": {
    means: "You did not go through the buckets by the size of their values, as a quantile does",
    think:
      "In what order does a Map give its keys, and how does sort() compare numbers if you do not say?",
  },
  "averages-quantiles": {
    means:
      "You merged answers instead of counts: an average of quantiles is the quantile of nothing",
    think: "What do you have to add so that the sum answers for both?",
  },
  "changes-other": {
    means:
      "You changed the sketch that you merged: the next dashboard that asks it gets a sum that it never saw",
    think: "Which of your two objects shares its buckets with the other?",
  },
  "keeps-all": {
    means: "You keep every duration: the process is killed at noon",
    think: "What of a duration do you need to know for an answer within 1 %?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
type Sketch = InstanceType<Subject["LatencySketch"]>;

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["LatencySketch"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "counts, and knows nothing of nothing",
      task: "`count` is how many durations were added.",
      test: counts,
    },
    {
      name: "answers with the rank that is asked for",
      task: "`quantile(q)`, `q` from 0 to 1, returns a value within 1 % of the exact one:",
      test: ranks,
    },
    {
      name: "is within 1 % from a microsecond to a day",
      task: "`quantile(q)`, `q` from 0 to 1, returns a value within 1 % of the exact one:",
      test: precision,
    },
    {
      name: "knows that nothing took no time",
      task: "`quantile(q)`, `q` from 0 to 1, returns a value within 1 % of the exact one:",
      test: zeros,
    },
    {
      name: "answers by size, in whatever order durations come",
      task: "`quantile(q)`, `q` from 0 to 1, returns a value within 1 % of the exact one:",
      test: order,
    },
    {
      name: "answers for both after a merge, and leaves the other as it was",
      task: "`merge(other)` takes in what another sketch counted, and leaves that one as",
      test: merges,
    },
    {
      name: "is no larger for a million durations than for some thousand",
      task:
        "Bounded memory: a sketch of ten million durations is no larger than one of ten thousand.",
      test: memory,
    },
  ],
};

function counts({ LatencySketch }: Subject): void {
  const sketch = new LatencySketch();
  const before = sketch.count;
  if (before !== 0) throw unexpected(`a new sketch has count ${before}`);
  const nothing = sketch.quantile(0.5);
  if (nothing !== undefined) {
    throw unexpected(`a sketch without durations answers ${nothing}, wanted undefined`);
  }
  fill(sketch, [5, 5, 7]);
  if (sketch.count !== 3) throw unexpected(`after three durations, count is ${sketch.count}`);
}

function ranks({ LatencySketch }: Subject): void {
  const skewed = fill(new LatencySketch(), [...Array.from({ length: 999 }, () => 10), 60_000]);
  const median = skewed.quantile(0.5) ?? NaN;
  if (median > 60 && median < 80) {
    throw wrong(
      "is-average",
      `999 durations of 10 ms and one of a minute: p50 is ${median.toFixed(1)}`,
    );
  }
  for (
    const [values, q, wanted] of [
      [[100, 10_000, 1_000_000], 0.5, 10_000],
      [[100, 10_000, 1_000_000], 0.99, 10_000],
      [[100, 10_000, 1_000_000], 1, 1_000_000],
      [[100, 10_000, 1_000_000], 0, 100],
      [[100, 10_000], 0.5, 100],
      [[300], 0.95, 300],
    ] as const
  ) {
    const found = fill(new LatencySketch(), values).quantile(q);
    const seen = `quantile(${q}) of ${values.join(", ")} is ${found}, wanted ${wanted}`;
    if (found === undefined || Number.isNaN(found)) throw unexpected(seen);
    const isOther = values.some((value) => value !== wanted && isWithin(found, value, 0.05));
    if (isOther) throw wrong("wrong-rank", seen);
    // How exact it is, is asked below.
    if (!isWithin(found, wanted, 0.9)) throw unexpected(seen);
  }
}

function precision({ LatencySketch }: Subject): void {
  let worst = { share: 0, value: 0, found: 0 };
  const low: boolean[] = [];
  for (let value = 0.001; value < 86_400_000; value *= 1.0173) {
    const found = fill(new LatencySketch(), [value]).quantile(0.5) ?? NaN;
    const share = Math.abs(found - value) / value;
    if (Number.isNaN(share)) throw unexpected(`a duration of ${value} ms gave ${found}`);
    low.push(found < value);
    if (share > worst.share) worst = { share, value, found };
  }
  if (worst.share <= 0.0100001) return;
  const seen =
    `a duration of ${worst.value.toPrecision(4)} ms is answered by ${
      worst.found.toPrecision(4)
    }, ` +
    `off by ${(worst.share * 100).toFixed(1)} %`;
  const [small, large] = [0.0013, 0.0017].map((value) =>
    fill(new LatencySketch(), [value]).quantile(0.5)
  );
  if (small === large) throw wrong("linear", `${seen}; 1.3 and 1.7 µs are both ${small}`);
  const below = low.filter(Boolean).length / low.length;
  throw below < 0.05 || below > 0.95 ? wrong("border-answer", seen) : wrong("coarse", seen);
}

function zeros({ LatencySketch }: Subject): void {
  const sketch = fill(new LatencySketch(), [0, 0, 0, 50]);
  const [median, most] = [sketch.quantile(0.5), sketch.quantile(1)];
  const seen = `of 0, 0, 0 and 50: count ${sketch.count}, p50 ${median}, the largest ${most}`;
  if (sketch.count !== 4 || median !== 0 || !isWithin(most ?? NaN, 50, 0.02)) {
    throw wrong("zero-lost", seen);
  }
}

function order({ LatencySketch }: Subject): void {
  const values = Array.from({ length: 2000 }, (_, i) => ((i * 7919) % 2000) + 1);
  const sketch = fill(new LatencySketch(), values);
  for (const q of [0.05, 0.5, 0.95, 0.99]) {
    const wanted = Math.floor(q * 1999) + 1;
    const found = sketch.quantile(q) ?? NaN;
    if (isWithin(found, wanted, 0.0101)) continue;
    throw wrong(
      "insertion-order",
      `1 to 2000 ms in mixed order: quantile(${q}) is ${found.toFixed(1)}, wanted ${wanted}`,
    );
  }
}

function merges({ LatencySketch }: Subject): void {
  const fast = fill(new LatencySketch(), Array.from({ length: 990 }, (_, i) => 10 + i % 5));
  const slow = fill(new LatencySketch(), [0, ...Array.from({ length: 9 }, () => 4000)]);
  const before = show(slow);
  fast.merge(slow);
  const p95 = fast.quantile(0.95) ?? NaN;
  if (fast.count !== 1000) throw unexpected(`990 and 10 durations gave count ${fast.count}`);
  const seen = `990 requests of 10 to 14 ms and 10 of which 9 took 4 s: p95 is ${p95.toFixed(0)}`;
  if (p95 > 100) throw wrong("averages-quantiles", seen);
  if (!isWithin(p95, 14, 0.0101)) throw unexpected(`${seen}, wanted 14`);
  if (!isWithin(fast.quantile(0.995) ?? NaN, 4000, 0.0101) || fast.quantile(0) !== 0) {
    throw unexpected(`${seen}; p99.5 is ${fast.quantile(0.995)}, the least ${fast.quantile(0)}`);
  }
  for (let i = 0; i < 100; i++) fast.add(1);
  if (show(slow) !== before) {
    throw wrong("changes-other", `the merged sketch was ${before}, and is ${show(slow)}`);
  }
  const empty = new LatencySketch();
  empty.merge(slow);
  for (let i = 0; i < 100; i++) empty.add(1);
  if (show(slow) !== before) {
    throw wrong("changes-other", `the merged sketch was ${before}, and is ${show(slow)}`);
  }
}

function memory({ LatencySketch }: Subject): void {
  const collectGarbage = garbageCollector();
  const sketch = new LatencySketch();
  const add = (count: number) => {
    for (let i = 0; i < count; i++) sketch.add(0.01 + (i * 7919) % 100_000);
  };
  add(20_000);
  const before = collectGarbage();
  add(1_000_000);
  const megabytes = (collectGarbage() - before) / 2 ** 20;
  if (sketch.count !== 1_020_000) throw unexpected(`count is ${sketch.count}, wanted 1020000`);
  if (megabytes < 2) return;
  throw wrong("keeps-all", `a million durations later it is ${megabytes.toFixed(0)} MB larger`);
}

/** Returns a function that collects all garbage, and tells the bytes that are left. */
function garbageCollector(): () => number {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  return () => {
    collect();
    const { heapUsed, external } = Deno.memoryUsage();
    return heapUsed + external;
  };
}

function fill(sketch: Sketch, values: readonly number[]): Sketch {
  for (const value of values) sketch.add(value);
  return sketch;
}

function isWithin(found: number, wanted: number, share: number): boolean {
  return Math.abs(found - wanted) <= share * wanted;
}

function show(sketch: Sketch): string {
  const quantiles = [0, 0.5, 1].map((q) => sketch.quantile(q)?.toFixed(1));
  return `${sketch.count} durations, ${quantiles.join(", ")}`;
}

if (import.meta.main) await checkProcess(check);
