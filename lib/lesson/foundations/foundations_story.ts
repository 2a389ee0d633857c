import type { Story } from "../story.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import { tellBoundaries } from "./_tell_boundaries.ts";
import { tellConfiguration } from "./_tell_configuration.ts";
import { tellEnvironment } from "./_tell_environment.ts";
import { tellMeasurement } from "./_tell_measurement.ts";
import { tellStructure } from "./_tell_structure.ts";
import type { MachineProfile, MeasureOptions } from "./measure_machine.ts";
import { PROJECT_CONFIG } from "./project_config.ts";

/** What phase 0 leaves. */
export interface FoundationsResult {
  /** The configuration that the other phases read. */
  readonly config: string;
  /** What was measured on this machine. */
  readonly profile: MachineProfile;
}

/**
 * Makes the story of phase 0.
 *
 * @param measure How much is measured. @default what takes a few seconds
 */
export function foundationsStory(measure: MeasureOptions = {}): Story {
  return {
    phase: 0,
    name: "00_foundations",
    area: "FOUNDATIONS",
    title: "What a script lacks when it becomes a service",
    problem:
      "A pull script worked for a year. Then a package released a minor version over the weekend, the staging path was still in " +
      "line 14, the token stood in the job's log, and the file of that night was larger than the machine. None of it was a data " +
      "problem, and no amount of Spark would have helped. Discipline comes before data.",
    tryNext: [
      [
        "deno run --no-prompt --allow-read=data phases/00_foundations.ts",
        "the runtime stops the story",
      ],
      ["HEADWATERS_LAKE=/nowhere deno task pipeline plan", "one variable moves the lake"],
      ["deno task pipeline -c data/work/00/wrong.yaml", "four mistakes, exit code 78"],
    ],
    tell: (teller, work) => tell(teller, work, measure),
  };
}

async function tell(
  teller: Teller,
  work: WorkFolders,
  measure: MeasureOptions,
): Promise<FoundationsResult> {
  await tellStructure(teller, work);
  await tellEnvironment(teller, work);
  await tellConfiguration(teller, work);
  await tellBoundaries(teller, work);
  const profile = await tellMeasurement(teller, work, measure);
  return { config: PROJECT_CONFIG, profile };
}
