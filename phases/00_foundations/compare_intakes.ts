import { join } from "node:path";
import type { WorkFolders } from "../_narrator/mod.ts";
import { applyIntake } from "./apply_intake.ts";
import type { IntakeDecision } from "./decide_intake.ts";
import { tangledIntake } from "./tangled_intake.ts";

/** One file, taken in by both functions. */
export interface ComparedIntake {
  readonly name: string;
  /** The answer of the tangled function. */
  readonly tangled: boolean;
  readonly act: IntakeDecision["act"];
  /** Its target, or why it is not taken. */
  readonly reason: string;
}

const HEADER = "date,precipitation,temp_max,temp_min,wind,weather";
const ROW = "2015-01-01,0.0,5.6,-3.2,1.2,sun";

/** Files of a vendor, each with a reason to be treated in its own way. */
const FILES: Readonly<Record<string, string>> = {
  "Weather 2015.csv": `${HEADER}\n${ROW}\n`,
  "Weather 2015 (corrected).csv": `${HEADER}\n${ROW}\n`,
  "empty.csv": "",
  "swapped.csv":
    `precipitation,date,temp_max,temp_min,wind,weather\n0.0,2015-01-01,5.6,-3.2,1.2,sun\n`,
  "longer.csv": `${HEADER},station\n${ROW},KSEA\n`,
};

/** Takes five files in by the tangled and by the untangled function, each in a folder of its own. */
export async function compareIntakes(work: WorkFolders): Promise<ComparedIntake[]> {
  const folder = work.path(0, "vendor");
  const tangledFolder = join(folder, "tangled");
  const options = {
    folder,
    lake: join(folder, "lake"),
    header: HEADER,
    known: new Set<string>(),
    date: "2026-11-21",
  };
  const compared: ComparedIntake[] = [];
  await Deno.mkdir(tangledFolder, { recursive: true });
  for (const [name, content] of Object.entries(FILES)) {
    await Deno.writeTextFile(join(folder, name), content);
    await Deno.writeTextFile(join(tangledFolder, name), content);
    const tangled = await tangledIntake(name, tangledFolder);
    const decision = await applyIntake(name, options);
    const reason = decision.act === "take" ? decision.target : decision.reason;
    compared.push({ name, tangled, act: decision.act, reason });
  }
  await Deno.remove(folder, { recursive: true });
  return compared;
}
