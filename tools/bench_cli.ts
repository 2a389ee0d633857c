/**
 * Measures how long the command line takes to start, on a machine that does nothing else: its help, and a command with a
 * process of its own over a file of two lines, against an empty program.
 *
 * Usage: `deno task bench` runs it after the benchmark of the API client.
 *
 * @module
 */
import { join } from "@std/path";
import { median } from "./bench_api.ts";
import { markdownTable } from "./markdown_table.ts";

const RUNS = 21;
const HEADWATERS = [
  "--no-prompt",
  "--allow-read",
  "--allow-env",
  "--allow-run=deno",
  join(import.meta.dirname ?? ".", "../lib/cli/headwaters.ts"),
];

/** Returns how long a program takes, in ms. */
async function timed(args: readonly string[]): Promise<number> {
  const command = new Deno.Command("deno", { args: ["run", ...args], stdout: "null" });
  const start = performance.now();
  const { success } = await command.output();
  if (!success) throw new Error(`deno run ${args.join(" ")} failed`);
  return performance.now() - start;
}

async function measure(folder: string): Promise<string> {
  const empty = join(folder, "empty.ts");
  const csv = join(folder, "two_lines.csv");
  await Deno.writeTextFile(empty, "");
  await Deno.writeTextFile(csv, "id\n1\n");
  const contenders = new Map([
    ["an empty program", [empty]],
    ["headwaters --help", [...HEADWATERS, "--help"]],
    ["headwaters files split --help", [...HEADWATERS, "files", "split", "--help"]],
    ["headwaters files validate", [...HEADWATERS, "files", "validate", csv]],
  ]);
  const times = new Map([...contenders.keys()].map((name) => [name, [] as number[]]));
  // They take turns, so that what else the machine does meets all of them.
  for (let run = 0; run < RUNS; run++) {
    for (const [name, args] of contenders) times.get(name)?.push(await timed(args));
  }
  const baseline = median(times.get("an empty program") ?? []);
  const rows = [...times].map(([name, all]) => {
    const middle = median(all);
    return [name, `${Math.round(middle)} ms`, (middle / baseline).toFixed(1)];
  });
  return markdownTable([`median of ${RUNS} runs`, "time", "ratio"], rows);
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir();
  try {
    console.log(await measure(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
