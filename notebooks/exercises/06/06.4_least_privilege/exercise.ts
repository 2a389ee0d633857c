import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "06.4",
  title: "Least privilege from YAML",
  kind: "core",
  minutes: 30,
  trains: "compute from a configuration what a run may touch, and nothing more",
  forbidden: ["lib/pipeline", "lib/process", "lib/cli"],
  hints: [
    "Collect four lists first, and write flags last. What does a flag without a list mean?",
    "new URL() leaves the port empty if it is the usual one, and its host is without it then. A token is a text in which names may " +
    "be anywhere; only the names are needed.",
    'const flag = (name, values) => values.length === 0 ? [] : [`--allow-${name}=${[...new Set(values)].join(",")}`]; the port is ' +
    'url.port || (url.protocol === "https:" ? "443" : "80"); names come from token.matchAll(/\\$\\{(\\w+)\\}/g).',
  ],
} as const satisfies ExerciseSpec;
