import { join } from "node:path";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import { applyIntake } from "./apply_intake.ts";
import { tangledIntake } from "./tangled_intake.ts";

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

/** Step 4: one function, tangled and untangled, with the same files. */
export async function tellBoundaries(teller: Teller, work: WorkFolders): Promise<void> {
  teller.step(
    "Boundaries: decide in one place, act in another",
    "lib/lesson/foundations/tangled_intake.ts reads, decides, asks the clock, writes and swallows errors in one function. " +
      "decide_intake.ts only decides; apply_intake.ts only acts. Both take in the same five files:",
  );
  const folder = work.path(0, "vendor");
  const tangledFolder = join(folder, "tangled");
  const known = new Set<string>();
  const rows: string[][] = [];
  let told = 0;
  await Deno.mkdir(tangledFolder, { recursive: true });
  for (const [name, content] of Object.entries(FILES)) {
    await Deno.writeTextFile(join(folder, name), content);
    await Deno.writeTextFile(join(tangledFolder, name), content);
    const yes = await tangledIntake(name, tangledFolder);
    const options = {
      folder,
      lake: join(folder, "lake"),
      header: HEADER,
      known,
      date: "2026-11-21",
    };
    const decision = await applyIntake(name, options);
    const reason = decision.act === "take" ? decision.target : decision.reason;
    if (decision.act !== "take" && reason !== "") told++;
    rows.push([name, String(yes), decision.act, reason]);
  }
  await Deno.remove(folder, { recursive: true });
  teller.table(
    [{ title: "file" }, { title: "tangled" }, { title: "untangled" }, { title: "and why" }],
    rows,
  );
  teller.judge(
    'Tangled, three different rejections are one silent "false", the copy is taken twice, and a seventh column passes. ' +
      "Untangled, each rule is a line of a table in its test, without a disk and without a clock.",
  );
  const acts = rows.map(([, , act]) => act).join(" ");
  teller.prove(
    "untangled, every file that is not taken has a reason",
    acts === "take skip reject reject reject" && told === 4,
    `${told} reasons for ${told} files`,
  );
}
