import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "05.4",
  title: "p95 of what?",
  kind: "core",
  minutes: 35,
  trains: "compute quantiles in bounded memory that can be merged",
  forbidden: ["lib/log_parser", "lib/cli"],
  hints: [
    "Count durations by bucket, and keep nothing else. Two sketches with the same buckets are merged by adding their counts: " +
    "that is what an average of quantiles can never be.",
    "Bucket i holds what is over g ** (i - 1) and up to g ** i, so i = ceil(log(ms) / log(g)). With g = 1.02, a middle of the " +
    "bucket is within 1 % of everything in it. Zero has no logarithm: count it apart.",
    "quantile: rank = floor(q * (count - 1)); if rank < zeros: 0; go through the buckets in the order of their numbers and add " +
    "their counts until more than rank are below; answer 2 * g ** i / (g + 1).",
  ],
} as const satisfies ExerciseSpec;
