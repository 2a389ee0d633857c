import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "is-average",
    seen: "p50 is 70.",
    replace: [[
      "    const rank = Math.floor(q * (this.#count - 1));",
      "    if (q >= 0) {\n      let sum = 0;\n      for (const [bucket, count] of this.#buckets) sum += count * GROWTH ** bucket;\n      return sum / this.#count;\n    }\n    const rank = Math.floor(q * (this.#count - 1));",
    ]],
  },
  {
    id: "wrong-rank",
    seen: "quantile(0.99) of 100, 10000, 1000000",
    replace: [["Math.floor(q * (this.#count - 1))", "Math.ceil(q * (this.#count - 1))"]],
  },
  {
    id: "coarse",
    seen: "off by 4.",
    replace: [["const GROWTH = 1.02;", "const GROWTH = 1.1;"]],
  },
  {
    id: "border-answer",
    seen: "off by 2.0 %",
    replace: [["return 2 * GROWTH ** bucket / (GROWTH + 1);", "return GROWTH ** bucket;"]],
  },
  {
    id: "linear",
    seen: "1.3 and 1.7 µs are both",
    replace: [
      ["Math.ceil(Math.log(ms) / LOG_GROWTH)", "Math.ceil(ms / 10) + 0 * LOG_GROWTH"],
      ["return 2 * GROWTH ** bucket / (GROWTH + 1);", "return bucket * 10 - 5;"],
    ],
  },
  {
    id: "zero-lost",
    seen: "count 1",
    replace: [[
      "    this.#count++;\n    if (ms === 0) {\n      this.#zeros++;\n      return;\n    }",
      "    if (ms === 0) return;\n    this.#count++;",
    ]],
  },
  {
    id: "insertion-order",
    seen: "1 to 2000 ms in mixed order",
    replace: [[
      "[...this.#buckets].sort(([a], [b]) => a - b)",
      "[...this.#buckets].sort(([a], [b]) => this.#count < 9 ? a - b : 0)",
    ]],
  },
  {
    id: "averages-quantiles",
    seen: "took 4 s: p95 is 1",
    replace: [[
      "    this.#count += other.#count;\n    this.#zeros += other.#zeros;\n    for (const [bucket, count] of [...other.#buckets]) {\n      this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + count);\n    }",
      "    const mean = ((this.quantile(0.95) ?? 0) + (other.quantile(0.95) ?? 0)) / 2;\n    const count = this.#count + other.#count;\n    this.#buckets.clear();\n    for (let i = 0; i < count; i++) this.add(mean);\n    this.#count = count;",
    ]],
  },
  {
    id: "changes-other",
    seen: "the merged sketch was 10 durations",
    replace: [
      ["  readonly #buckets = new Map", "  #buckets = new Map"],
      [
        "    this.#count += other.#count;",
        "    if (this.#count === 0) {\n      this.#count = other.#count;\n      this.#zeros = other.#zeros;\n      this.#buckets = other.#buckets;\n      return;\n    }\n    this.#count += other.#count;",
      ],
    ],
  },
  {
    id: "keeps-all",
    seen: "a million durations later",
    replace: [
      ["    this.#count++;\n", "    this.#count++;\n    this.#all.push(ms);\n"],
      ["  #count = 0;", "  #count = 0;\n  readonly #all: number[] = [];"],
    ],
  },
] as const satisfies readonly WrongSolution[];
