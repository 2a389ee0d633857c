/**
 * Phase 0, foundations: structure, environment, configuration, boundaries, and memory vs CPU.
 *
 * @module
 */
import { join } from "node:path";
import type { PipelineConfig } from "../lib/pipeline/mod.ts";
import { type Narrator, runPhase, spelled, type Story, type WorkFolders } from "./_narrator/mod.ts";
import { compareIntakes } from "./00_foundations/compare_intakes.ts";
import { showLayers, showSecret, showWrongConfig } from "./00_foundations/configuration.ts";
import { showFrozenLock, showIsolation } from "./00_foundations/environment.ts";
import {
  type MachineProfile,
  measureMachine,
  type MeasureOptions,
} from "./00_foundations/measure_machine.ts";
import { PROJECT_CONFIG, projectConfig } from "./00_foundations/project_config.ts";
import { layersOf, readArrows } from "./00_foundations/read_arrows.ts";
import { readPins } from "./00_foundations/read_pins.ts";
import { judgeProfile, proveSameWork, showProfile } from "./00_foundations/show_profile.ts";

/** The result of phase 0. */
export interface FoundationsResult {
  /** The configuration that the other phases read. */
  readonly config: string;
  readonly profile: MachineProfile;
}

/**
 * Makes the story of phase 0.
 *
 * @param measure How much is measured. @default {as much as takes a few seconds}
 */
export function foundations(measure: MeasureOptions = {}): Story {
  return {
    phase: 0,
    name: "00_foundations",
    area: "FOUNDATIONS",
    title: "What a script lacks when it becomes a service",
    pain:
      "A pull script worked for a year. Then a package released a minor version over the weekend, the staging path was still in " +
      "line 14, the token was in the job's log, and that night's file was larger than the machine. None of it was a data " +
      "problem, and no amount of Spark would have helped. Discipline comes before data.",
    tryNext: [
      [
        "deno run --no-prompt --allow-read=data phases/00_foundations.ts",
        "the runtime stops the story",
      ],
      ["HEADWATERS_LAKE=/nowhere deno task pipeline plan", "one variable moves the lake"],
      ["deno task pipeline -c data/results/00/wrong.yaml", "every mistake at once: exit code 78"],
    ],
    ownData: [
      ["deno task headwaters pipeline plan -c my.yaml", "what your pipeline may touch"],
      [
        "deno task headwaters errors explain config-invalid",
        "the meaning of a code, and what to do",
      ],
      [
        "deno task headwaters files standardize my.csv --out clean --dry-run",
        "the permissions it would get",
      ],
    ],
    async narrate(narrator, work) {
      await structure(narrator, work);
      await environment(narrator, work);
      await configuration(narrator, work);
      await boundaries(narrator, work);
      const profile = await memoryAndCpu(narrator, work, measure);
      return { config: PROJECT_CONFIG, profile } satisfies FoundationsResult;
    },
  };
}

/** The story with the measurements that a reader sees. */
export const FOUNDATIONS: Story = foundations();

/** Step 1: the project's structure, read from its own imports. */
async function structure(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    "Structure: arrows that never point back",
    "Each area of lib/ imports only areas below it, through their mod.ts. This is read from the import statements just now:",
    { lib: "lib/errors/mod.ts" },
  );
  const arrows = await readArrows(join(work.root, "lib"));
  const layers = layersOf(arrows) ?? [];
  const rows = layers.flatMap((areas, layer) =>
    areas.map((area, at) => [
      at === 0 ? String(layer) : "",
      area,
      [...arrows.get(area) ?? []].sort().join(" ") || narrator.style.dim("nothing of ours"),
    ])
  );
  narrator.table([{ title: "layer" }, { title: "area" }, { title: "imports" }], rows);
  narrator.judge(
    "Errors import nothing and the pipeline imports almost everything: an area can be read, tested and replaced without those above it.",
  );
  const count = [...arrows.values()].reduce((sum, targets) => sum + targets.size, 0);
  narrator.prove(
    "no import goes in a circle",
    layers.flat().length === arrows.size,
    `${arrows.size} areas, ${count} arrows, ${layers.length} layers`,
  );
}

/** Step 2: what a virtual environment was for, and what takes its place. */
async function environment(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    "Environment: the same code with the same parts, and no more rights than it needs",
    "A virtual environment keeps one project's packages from another's. Here deno.json names exact versions, deno.lock holds a " +
      "checksum of every package, and there is nothing to activate.",
    { lib: "lib/process/mod.ts", exercises: ["00.3"] },
  );
  const pins = await readPins(work.root);
  const { deno, v8, typescript } = Deno.version;
  narrator.table([{ title: "" }, { title: "" }], [
    ["runtime", `Deno ${deno}, V8 ${v8}, TypeScript ${typescript}`],
    ["imports", `${pins.imports} of packages, ${pins.floating.length} without an exact version`],
    [
      "lock file",
      `${pins.locked} packages, ${pins.unchecked.length} without a checksum, ${
        pins.frozen ? "frozen" : "not frozen"
      }`,
    ],
  ]);
  narrator.prove(
    "every dependency is pinned and has a checksum",
    pins.floating.length + pins.unchecked.length === 0 && pins.locked > 0,
    `${pins.imports} imports, ${pins.locked} packages`,
  );
  narrator.say("With a frozen lock a new dependency cannot slip in with a deployment:");
  await showFrozenLock(narrator, work);
  narrator.say(
    "And no virtual environment does this: the process itself is fenced in. A child with one permission tries the following, " +
      "while the server that it calls is up:",
  );
  await showIsolation(narrator, work);
  narrator.judge(
    "A compromised dependency has the same rights as the code around it: here those of one folder, not those of the user.",
  );
}

/** Step 3: configuration that is checked before anything runs, in three layers, and secrets that do not print. */
async function configuration(narrator: Narrator, work: WorkFolders): Promise<PipelineConfig> {
  const path = work.path(0, PROJECT_CONFIG);
  narrator.step(
    "Configuration: one typed file, checked as a whole before anything runs",
    `The project's own configuration is written to ${work.show(path)}. ` +
      "The command line wins over the environment, which wins over the file:",
    { lib: "lib/config/read_config.ts" },
  );
  await Deno.writeTextFile(path, projectConfig(work));
  const config = await showLayers(narrator, work, path);
  narrator.say(
    "A wrong file is rejected as a whole, with every mistake and its line, before a single request:",
  );
  await showWrongConfig(narrator, work);
  narrator.say(
    "A credential comes from the environment only, and prints as nothing but *** however it is turned into text:",
  );
  await showSecret(narrator, work);
  return config;
}

/** Step 4: one function, tangled and untangled, with the same files. */
async function boundaries(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    "Boundaries: decide in one place, act in another",
    "A small model of the intake that phase 2 runs, written twice in phases/00_foundations: tangled_intake.ts reads, decides, " +
      "asks the clock, writes and swallows errors in one function; decide_intake.ts only decides and apply_intake.ts only " +
      "acts. Both take in the same files:",
    { lib: "lib/files/intake.ts", exercises: ["00.1"] },
  );
  const compared = await compareIntakes(work);
  narrator.table(
    [{ title: "file" }, { title: "tangled" }, { title: "untangled" }, {
      title: "and why",
      cutFirst: true,
    }],
    compared.map(({ name, tangled, act, reason }) => [name, String(tangled), act, reason]),
  );
  const silent = compared.filter(({ tangled }) => !tangled).length;
  narrator.judge(
    `Tangled, ${
      spelled(silent)
    } different rejections are one silent "false", the copy is taken again, and a column too many ` +
      "passes. Untangled, each rule is a line of a table in its test, without a disk and without a clock.",
  );
  narrator.prove(
    "tangled, a copy and a file with a column too many are taken without a note",
    compared.filter(({ act, tangled }) => act !== "take" && tangled).map(({ name }) => name)
      .join() === "Weather 2015 (corrected).csv,longer.csv",
    `${silent} of ${compared.length} rejected`,
  );
  const reasons = compared.filter(({ act, reason }) => act !== "take" && reason !== "").length;
  narrator.prove(
    "untangled, every file that is not taken has a reason",
    compared.map(({ act }) => act).join(" ") === "take skip reject reject reject" && reasons === 4,
    `${reasons} reasons for ${reasons} files`,
  );
}

/** Step 5: memory vs CPU, measured here and now. */
async function memoryAndCpu(
  narrator: Narrator,
  work: WorkFolders,
  options: MeasureOptions,
): Promise<MachineProfile> {
  narrator.step(
    "Memory vs CPU: measured on this machine, now",
    "Small processes, each doing one job in one way, take some seconds. Peak memory is each process's own; an idle one " +
      "comes first.",
    { lib: "lib/files/line_chunks.ts", exercises: ["00.2", "00.4", "00.5"] },
  );
  const profile = await measureMachine(work, options);
  showProfile(narrator, profile);
  judgeProfile(narrator, profile);
  proveSameWork(narrator, profile);
  return profile;
}

if (import.meta.main) Deno.exit(await runPhase(Deno.args, FOUNDATIONS));
