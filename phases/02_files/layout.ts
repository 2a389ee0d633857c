import { type FilePart, inventory, predictSparkTasks } from "../../lib/files/mod.ts";
import { formatBytes, formatCount } from "../../lib/terminal/mod.ts";
import type { Narrator } from "../_narrator/mod.ts";

/** Bytes of the layouts that are compared. */
export const LAYOUT_BYTES = 10e9;
/** Cores that read them. */
export const CORES = 16;

/** Shows the parts of a file. */
export function showParts(narrator: Narrator, folder: string, parts: readonly FilePart[]): void {
  narrator.table(
    [
      { title: "part" },
      { title: "records", align: "right" },
      { title: "content", align: "right" },
      { title: "on disk", align: "right" },
    ],
    parts.map((part) => [
      `${folder}/${part.name}`,
      formatCount(part.rows),
      formatBytes(part.contentBytes),
      formatBytes(part.bytes),
    ]),
  );
}

/**
 * Shows the tasks of some layouts of the same bytes, by Spark's own rules.
 *
 * @returns How many tasks one gzip file makes.
 */
export function showTasks(narrator: Narrator): number | undefined {
  const many = (name: string, count: number, size: number) =>
    Array.from({ length: count }, (_, at) => ({ path: `${at}${name}`, size }));
  const size = formatBytes(LAYOUT_BYTES);
  const layouts = [
    [`one file of ${size}, .jsonl`, many(".jsonl", 1, LAYOUT_BYTES)],
    [`one file of ${size}, .jsonl.gz`, many(".jsonl.gz", 1, LAYOUT_BYTES)],
    ["80 parts of 125 MB, .jsonl.gz", many(".jsonl.gz", 80, LAYOUT_BYTES / 80)],
    ["100,000 files of 100 kB, .jsonl.gz", many(".jsonl.gz", 100_000, LAYOUT_BYTES / 100_000)],
  ] as const;
  const plans = layouts.map(([name, files]) => ({
    name,
    plan: predictSparkTasks(files, { parallelism: CORES }),
  }));
  narrator.table(
    [
      { title: "layout" },
      { title: "tasks", align: "right" },
      { title: "largest task", align: "right" },
    ],
    plans.map(({ name, plan }) => [
      name,
      formatCount(plan.tasks),
      formatBytes(plan.largestTaskBytes),
    ]),
  );
  return plans[1]?.plan.tasks;
}

/** Shows a folder as a tree, each file with its size. */
export async function showTree(narrator: Narrator, root: string): Promise<void> {
  const entries = await Array.fromAsync(inventory(root));
  const room = narrator.room - 14;
  let last = "";
  const lines = entries.flatMap((entry) => {
    const cut = entry.path.lastIndexOf("/");
    const folder = entry.path.slice(0, cut);
    const head = folder === last ? [] : [`${folder}/`];
    last = folder;
    const name = entry.path.slice(cut + 1).padEnd(Math.min(room, 56));
    return [...head, `   ${name} ${formatBytes(entry.size).padStart(9)}`];
  });
  narrator.output(lines.join("\n"));
}
