/**
 * Lives whole lives of nights on a simulated machine, and says where an oracle finds a fault.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { UsageError } from "../../lib/errors/mod.ts";
import { writeOut } from "../../lib/io/mod.ts";
import {
  helpText,
  jsonDocument,
  parseFlags,
  reportFailure,
  wantsJson,
} from "../../lib/terminal/mod.ts";
import { generate } from "./_generate.ts";
import { type LifeReport, live } from "./_life.ts";
import { lives } from "./_lives.ts";
import type { Scenario } from "./_scenario.ts";
import { shrink } from "./_shrink.ts";

const SPEC = {
  name: "deno task simulate",
  meaning:
    "Run the pipeline through whole lives of nights: crashes, lost flushes, full disks, moving APIs, odd files.",
  flags: {
    seed: { type: "number", value: "N", meaning: "Seed of the first life; alone, of the only one" },
    runs: { type: "number", value: "N", meaning: "Runs to simulate at least; 1000 without a seed" },
    scenario: {
      type: "string",
      value: "FILE",
      meaning: "Live this scenario, as --shrink prints it",
    },
    shrink: { type: "boolean", meaning: "Shorten the first life that fails to what it needs" },
    json: { type: "boolean", meaning: "Print one JSON document, the same for the same seed" },
  },
  examples: {
    "deno task simulate --runs 20000 --seed 5000": "go on from seed 5000",
    "deno task simulate --seed 393 --shrink": "look at one that fails",
  },
} as const;

/** What a shell says of a program that Ctrl-C has ended. */
const STOPPED = 130;

/** A life that failed, and how to see it again. */
interface Failure {
  readonly seed: number;
  readonly faults: readonly string[];
  readonly replay: string;
  readonly scenario?: Scenario;
}

async function main(args: readonly string[]): Promise<number> {
  const { flags, help } = parseFlags(args, SPEC);
  if (help) return writeOut(helpText(SPEC)), 0;
  const tell = flags.json ? () => {} : (line: string) => writeOut(`${line}\n`);
  const { scenario, seed, runs } = flags;
  checkNumber("seed", seed, 0);
  checkNumber("runs", runs, 1);
  if (scenario !== undefined) {
    const other = seed !== undefined ? "seed" : runs !== undefined ? "runs" : undefined;
    if (other !== undefined) throw wrong(other, "a scenario is one life; expected one of the two");
    return await one(await readScenario(scenario), { ...flags, tell });
  }
  if (seed !== undefined && runs === undefined) {
    return await one(generate(seed), { ...flags, tell });
  }
  return await many({ ...flags, seed: seed ?? 1, runs: runs ?? 1000, tell });
}

function checkNumber(flag: string, found: number | undefined, least: number): void {
  if (found === undefined || Number.isSafeInteger(found) && found >= least) return;
  throw wrong(flag, `found ${found}, expected a whole number from ${least}`);
}

async function readScenario(path: string): Promise<Scenario> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    throw wrong("scenario", `"${path}" cannot be read; check the path`, cause);
  }
  try {
    const scenario = JSON.parse(text);
    if (scenario.streams.length >= 0 && scenario.nights.length > 0) return scenario;
  } catch {
    // It is said below.
  }
  throw wrong("scenario", `"${path}" is no scenario, expected a line that --shrink has printed`);
}

function wrong(flag: string, state: string, cause?: unknown): UsageError {
  const context = { flag: `--${flag}` };
  return new UsageError("usage", `Cannot use flag "--${flag}": ${state}`, { cause, context });
}

interface How {
  readonly json: boolean;
  readonly shrink: boolean;
  readonly tell: (line: string) => void;
}

async function one(scenario: Scenario, { json, shrink: isShrunk, tell }: How): Promise<number> {
  const shown = isShrunk ? await shrink(scenario) : scenario;
  const report = await live(shown, { log: tell });
  if (json) writeOut(jsonDocument({ scenario: shown, ...report }));
  else {
    tell(JSON.stringify(shown));
    tell(report.faults.length === 0 ? "exact" : report.faults.join("\n"));
  }
  return report.faults.length === 0 ? 0 : 1;
}

async function many(
  { seed: first, runs: wanted, json, shrink: isShrunk, tell }: How & {
    readonly seed: number;
    readonly runs: number;
  },
): Promise<number> {
  const begun = performance.now();
  const failures: Failure[] = [];
  const digest = createHash("sha256");
  let next = first;
  let runs = 0;
  let isStopped = false;
  Deno.addSignalListener("SIGINT", () => isStopped = true);
  for await (const report of lives(first)) {
    next = report.seed + 1;
    runs += report.runs.length;
    digest.update(JSON.stringify(report));
    if (report.faults.length > 0) {
      failures.push(await describe(report, isShrunk && failures.length === 0));
    }
    const latest = failures.at(-1);
    if (latest?.seed === report.seed) tell(textOf(latest));
    if (runs >= wanted || isStopped) break;
  }
  const sums = { first, next, lives: next - first, runs, failures, sha256: digest.digest("hex") };
  const perMinute = Math.round(runs / (performance.now() - begun) * 60_000);
  if (json) writeOut(jsonDocument(sums));
  else {
    tell(
      `${sums.lives} lives, ${runs} runs, ${failures.length} failed (${perMinute} runs a minute); ` +
        `go on with --seed ${next} --runs ${isStopped ? Math.max(1, wanted - runs) : wanted}`,
    );
  }
  if (isStopped) return STOPPED;
  return failures.length === 0 ? 0 : 1;
}

async function describe({ seed, faults }: LifeReport, isShrunk: boolean): Promise<Failure> {
  const replay = `deno task simulate --seed ${seed}`;
  return { seed, faults, replay, ...(isShrunk ? { scenario: await shrink(generate(seed)) } : {}) };
}

function textOf({ seed, faults, replay, scenario }: Failure): string {
  const lines = [
    `seed ${seed}: ${faults[0]}`,
    `  ${replay}, and with --shrink what it needs of it`,
  ];
  return [...lines, ...(scenario === undefined ? [] : [JSON.stringify(scenario)])].join("\n");
}

if (import.meta.main) {
  try {
    Deno.exitCode = await main(Deno.args);
  } catch (error) {
    Deno.exitCode = reportFailure(error, { json: wantsJson(Deno.args) });
  }
}
