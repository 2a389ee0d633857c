import { join } from "node:path";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import { layersOf, readArrows } from "./read_arrows.ts";

/** Step 1: the project's structure, read from its own imports. */
export async function tellStructure(teller: Teller, work: WorkFolders): Promise<void> {
  teller.step(
    "Structure: arrows that never point back",
    "Each area of lib/ imports only areas below it, through their mod.ts. This is read from the import statements just now:",
  );
  const arrows = await readArrows(join(work.root, "lib"));
  const layers = layersOf(arrows) ?? [];
  const rows = layers.flatMap((areas, layer) =>
    areas.map((area, at) => [
      at === 0 ? String(layer) : "",
      area,
      [...arrows.get(area) ?? []].sort().join(" ") || teller.style.dim("nothing of ours"),
    ])
  );
  teller.table([{ title: "layer" }, { title: "area" }, { title: "imports" }], rows);
  teller.judge(
    "The errors know nobody and the pipeline knows everybody: an area can be read, tested and replaced without those above it.",
  );
  const count = [...arrows.values()].reduce((sum, targets) => sum + targets.size, 0);
  teller.prove(
    "no import goes in a circle",
    layers.flat().length === arrows.size,
    `${arrows.size} areas, ${count} arrows, ${layers.length} layers`,
  );
}
