import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "00.3",
  title: "A fence around a job",
  kind: "warm-up",
  minutes: 20,
  trains:
    "turn what a job needs into the narrowest permissions that it works with, and refuse names that would open more",
  forbidden: ["lib/process", "lib/pipeline", "lib/cli", "phases"],
  hints: [
    "Go kind by kind: read, write, net, env. For each: which values, and are there any? A kind without values must not " +
    "be mentioned at all, because a flag without a value means everything.",
    "The platform's URL class takes an address apart. Its hostname has no port, and its port is empty if it is the " +
    "scheme's own: 443 for https:, 80 for http:. A comma in a value separates two grants, and a * in a host or a " +
    "variable's name matches many.",
    "const grants = { read: job.read, write: job.write, net: job.urls.map(hostOf), env: job.env }; throw for any value " +
    "that is empty or has a comma, and for a * in net or env; then Object.entries(grants), without the empty lists, each " +
    'as `--allow-${kind}=${values.join(",")}`, after "--no-prompt".',
  ],
} as const satisfies ExerciseSpec;
