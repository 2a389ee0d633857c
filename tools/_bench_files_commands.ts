import { dirname, join } from "@std/path";
import { markdownTable } from "./markdown_table.ts";

const ROOT = dirname(import.meta.dirname ?? ".");
const ROUNDS = 3;
const CLI = "run --no-prompt --allow-read --allow-env --allow-run=deno lib/cli/headwaters.ts files";
/** Runs a command with all that it starts; prints seconds, CPU seconds and the most that one process of it took, in KiB. */
const MEASURE = `
import resource, subprocess, sys, time
start = time.time()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(done.returncode, time.time() - start, used.ru_utime + used.ru_stime, used.ru_maxrss)
`;

/** What one run of a command took. */
interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMB: number;
}

/** A command, and another tool that does the same or less. */
interface Pair {
  /** Words after `headwaters files`. */
  readonly ours: string;
  /** A command of the shell. @default nothing is compared */
  readonly theirs?: string;
}

/** Runs a command in a process of its own. */
async function costOf(...command: readonly string[]): Promise<Cost> {
  const args = ["-c", MEASURE, ...command];
  const { stdout } = await new Deno.Command("python3", { args, cwd: ROOT }).output();
  const [code, seconds = NaN, cpuSeconds = NaN, kibibytes = NaN] = new TextDecoder().decode(stdout)
    .trim().split(" ").map(Number);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with code ${code}`);
  return { seconds, cpuSeconds, peakMB: kibibytes / 1024 };
}

/** Smallest of each figure; the peak is the highest. */
function best(costs: readonly Cost[]): Cost {
  return {
    seconds: Math.min(...costs.map(({ seconds }) => seconds)),
    cpuSeconds: Math.min(...costs.map(({ cpuSeconds }) => cpuSeconds)),
    peakMB: Math.max(...costs.map(({ peakMB }) => peakMB)),
  };
}

/** The commands on a CSV and a JSON lines file of a folder; `out` in them is a folder that is empty each time. */
function pairsOf(folder: string, csv: string, lines: string, tools: ReadonlySet<string>): Pair[] {
  const gzip = tools.has("pigz") ? "pigz -p 2" : "gzip";
  const levels = [1, 4, 6].map((level) => ({
    ours: `compress ${csv} --level ${level} -o out`,
    theirs: `${gzip} -${level} -c ${csv} > out.gz`,
  }));
  const zstd = tools.has("zstd") ? { theirs: `zstd -q -3 -c ${csv} > out.zst` } : {};
  return [
    { ours: `inventory ${folder}`, theirs: `sha256sum ${folder}/*` },
    { ours: `inspect ${csv}` },
    { ours: `validate ${csv}` },
    { ours: `standardize ${csv} -o out` },
    { ours: `split ${lines} --plain -o out`, theirs: `split -C 134217728 ${lines} out.part` },
    { ours: `split ${csv} -o out` },
    { ours: `merge ${csv} -o out.csv.gz` },
    ...levels,
    { ours: `compress ${csv} --format zstd -o out`, ...zstd },
    { ours: `decompress ${csv}.gz -o out`, theirs: `gzip -dc ${csv}.gz > out.csv` },
    { ours: `decompress ${csv}.zst -o out` },
    { ours: `layout ${csv} -o out --by shop=a` },
  ];
}

/**
 * Measures each `files` command as a user runs it, in turns with another tool: the start, the flush to the disk and
 * reading back included. Prints seconds, CPU seconds, the smallest of a few rounds, and the highest peak of memory.
 *
 * @param work Folder of the inputs, of a subfolder `in` with copies for the inventory, and of the results.
 */
export async function measureCommands(
  work: string,
  files: { readonly csv: string; readonly lines: string },
  tools: ReadonlySet<string>,
): Promise<void> {
  const { csv, lines } = files;
  await costOf("sh", "-c", `gzip -4 -c ${csv} > ${csv}.gz`);
  if (tools.has("zstd")) await costOf("sh", "-c", `zstd -q -3 -c ${csv} > ${csv}.zst`);
  const rows: string[][] = [];
  for (const { ours, theirs } of pairsOf(join(work, "in"), csv, lines, tools)) {
    if (ours.includes(".zst") && !tools.has("zstd")) continue;
    const costs: [Cost[], Cost[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      const out = Deno.makeTempDirSync({ dir: work });
      const place = (text: string) => text.replace(/(?<= )out/, join(out, "out"));
      costs[0].push(await costOf("deno", ...CLI.split(" "), ...place(ours).split(" ")));
      if (theirs) costs[1].push(await costOf("sh", "-c", place(theirs)));
      Deno.removeSync(out, { recursive: true });
    }
    const [mine, other] = [best(costs[0]), theirs === undefined ? undefined : best(costs[1])];
    const short = (text: string) => text.replaceAll(`${work}/`, "");
    rows.push([
      `\`files ${short(ours)}\``,
      mine.seconds.toFixed(2),
      mine.cpuSeconds.toFixed(2),
      mine.peakMB.toFixed(0),
      theirs === undefined ? "" : `\`${short(theirs)}\``,
      other?.seconds.toFixed(2) ?? "",
      other?.cpuSeconds.toFixed(2) ?? "",
      other === undefined ? "" : (mine.seconds / other.seconds).toFixed(2),
    ]);
  }
  const head = ["command", "s", "CPU s", "peak MB", "against", "s", "CPU s", "ratio of s"];
  console.log(`${markdownTable(head, rows)}\n`);
}
