import { dirname, join } from "node:path";
import type { RunRow } from "../audit/mod.ts";
import { readPlaces } from "../config/mod.ts";
import { IngestError } from "../errors/mod.ts";
import { exists, isInside, PROJECT_ROOT } from "../io/mod.ts";
import {
  pathList,
  telemetryHeaders,
  type TelemetryReceiver,
  telemetryReceivers,
  withRealPaths,
} from "../process/mod.ts";
import { formatBytes } from "../terminal/mod.ts";
import { isMissing } from "./_is_missing.ts";
import { askProcess } from "./ask_process.ts";
import { type LoadStep, loadStep } from "./launch_load.ts";
import { type LaunchPlan, launchPlan, type Places } from "./launch_plan.ts";
import { type OpenPipeline, openPipeline } from "./launcher.ts";
import type { MachineAnswer, MachineRequest } from "./machine_process.ts";
import { configPathOf, type PipelineCaller } from "./pipeline_caller.ts";
import { askAudit, preflight } from "./preflight.ts";

/** One thing that a run needs, and how it is. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string;
  /** `fault`: a run would fail. `warning`: it may. `unknown`: nobody has looked. */
  readonly state: "ok" | "warning" | "fault" | "unknown";
  /** What was found; after a fault or warning, what to do as well. */
  readonly found: string;
}

/** Options of {@linkcode examinePipeline}. */
export interface ExamineOptions {
  /** Whether each host that the configuration names is connected to, once. @default false */
  readonly probe?: boolean;
  /** The time, ms since 1970. @default Date.now() */
  readonly now?: number;
}

/** Less room than this is too little for any run; less than ten times this, for a large one. */
const LEAST_ROOM = 100 * 1024 * 1024;
/** A clock may be off by this much. */
const CLOCK_MS = 60_000;
const PROBE_MS = 5_000;

/**
 * Looks at everything that a run of a pipeline needs, and changes nothing.
 *
 * @param file The configuration; see {@linkcode openPipeline}.
 */
export async function examinePipeline(
  file: string | undefined,
  caller: PipelineCaller,
  { probe = false, now = Date.now() }: ExamineOptions = {},
): Promise<Finding[]> {
  const findings: Finding[] = [denoFinding(Deno.version.deno)];
  const opened = await attempt(findings, "configuration", async () => {
    const opened = await openPipeline(file, caller);
    findings.push({ check: "configuration", state: "ok", found: opened.configPath });
    return opened;
  });
  const plan = opened && await attempt(findings, FIT, () => planOf(opened));
  const fits = plan && await attempt(findings, FIT, () => lookAtFit(opened, plan, findings));
  const step = opened && await attempt(findings, "load", () => lookAtLoad(opened, findings));
  // Whatever else is wrong with the file, its places may be known.
  const places = opened?.config ?? await placesOf(file, caller);
  if (places !== undefined) {
    await attempt(findings, "clock", async () => {
      // A database that cannot be read is a finding already.
      const { newest } = fits ?? (opened ? { newest: null } : await askAudit(places, caller));
      findings.push(clockFinding(newest, now));
    });
    const folders = [
      ...new Set([
        places.lake,
        dirname(places.audit),
        ...(opened ? [opened.config.log_dir] : []),
      ]),
    ];
    const hosts = plan === undefined ? [] : [...hostsOf(plan), ...step?.net ?? []];
    const receivers = telemetryReceivers(caller.env);
    await attempt(findings, "folder", async () => {
      const about = { folders, hosts: probe ? hosts : [], receivers: probe ? receivers : [] };
      const answer = await askMachine(about, caller);
      findings.push(...folders.map((path, i) => folderFinding(path, answer.folders[i])));
      findings.push(
        ...hosts.map((host, i) => hostFinding(host, probe ? answer.hosts[i] : undefined)),
        ...receivers.map(({ name }, i) =>
          receiverFinding(name, probe ? answer.receivers[i] : undefined)
        ),
      );
    });
  }
  // Notebooks are the project's own.
  if (isInside(caller.cwd, PROJECT_ROOT)) {
    findings.push(jupyterFinding(caller.env["PATH"] ?? ""));
  }
  return findings;
}

/** The check of the two that belong together. */
const FIT = "lake and database";

/** Finds out by what a run would fail before it has read anything, or for want of data; returns the newest run. */
async function lookAtFit(
  { config, caller }: OpenPipeline,
  plan: LaunchPlan,
  findings: Finding[],
): Promise<{ readonly newest: RunRow | null }> {
  const { faults, notes, newest } = await preflight(config, plan, caller);
  const found = isMissing(config.audit) ? "none yet; a run makes them" : "fit together";
  findings.push({ check: FIT, state: "ok", found });
  const check = "source or database";
  findings.push(...faults.map((found) => ({ check, state: "fault", found }) as const));
  findings.push(...notes.map((found) => ({ check, state: "warning", found }) as const));
  return { newest };
}

/** Finds out whether a load could follow a run. */
function lookAtLoad(opened: OpenPipeline, findings: Finding[]): LoadStep | undefined {
  const step = loadStep(opened, false);
  if (step !== undefined) findings.push({ check: "load", state: "ok", found: step.to });
  return step;
}

/** Does one check; what it throws is what it found, with what to do next. */
async function attempt<T>(
  findings: Finding[],
  check: string,
  look: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof IngestError)) throw error;
    findings.push({ check, state: "fault", found: error.message });
    return undefined;
  }
}

/** Returns what a Deno of this version is. */
export function denoFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isKnown = major === 2 && minor >= 9;
  return {
    check: "deno",
    state: isKnown ? "ok" : "fault",
    found: isKnown ? version : `${version}, expected 2.9 or a later 2; npm i -g deno@2.9.6`,
  };
}

/** Those of the sandbox are no hosts: the launcher starts it. */
function hostsOf({ net }: LaunchPlan): string[] {
  return net.filter((host) => !host.endsWith(":<port>"));
}

function planOf({ config, configPath, environment }: OpenPipeline): LaunchPlan {
  return launchPlan(config, { root: PROJECT_ROOT, configPath, environment });
}

async function placesOf(
  file: string | undefined,
  { cwd, env }: PipelineCaller,
): Promise<Places | undefined> {
  try {
    return await readPlaces(configPathOf(file, cwd), { env: (name) => env[name] });
  } catch (error) {
    if (error instanceof IngestError) return undefined; // That finding is there already.
    throw error;
  }
}

/** Run ids sort by time, and watermarks are compared with it: a clock that went back is worth knowing. */
function clockFinding(run: RunRow | null, now: number): Finding {
  const check = "clock";
  const time = `${new Date(now).toISOString().slice(0, 19)}Z`;
  if (run === null || Date.parse(run.started_at) <= now + CLOCK_MS) {
    return { check, state: "ok", found: time };
  }
  const found = `${time}, and run ${run.run_id} began at ${run.started_at}, which is later; ` +
    "set the clock by a time server";
  return { check, state: "warning", found };
}

/** Asks for what the launcher itself may not do: its child may look at these folders and hosts, and nothing else. */
async function askMachine(
  { folders, hosts, receivers }: {
    readonly folders: readonly string[];
    readonly hosts: readonly string[];
    readonly receivers: readonly TelemetryReceiver[];
  },
  caller: PipelineCaller,
): Promise<MachineAnswer> {
  const net = [...hosts, ...receivers.flatMap(({ host = [] }) => host)];
  // To find the nearest folder that is there, it looks at those above.
  const above = folders.flatMap((folder) => {
    const all = [folder];
    for (let at = folder; !isThere(at) && dirname(at) !== at;) all.push(at = dirname(at));
    return all;
  });
  const allow = [
    `--allow-read=${pathList(withRealPaths([...new Set(above)]))}`,
    "--allow-sys=statfs",
    ...(net.length > 0 ? [`--allow-net=${net.join(",")}`] : []),
  ];
  const request: MachineRequest = {
    folders,
    hosts,
    receivers: receivers.map(({ url = null }) => url),
    headers: telemetryHeaders(caller.env),
    limitMs: PROBE_MS,
  };
  return await askProcess({ file: "machine_process.ts", allow, request }, caller);
}

function isThere(path: string): boolean {
  try {
    return exists(path);
  } catch {
    return false;
  }
}

/** Returns how a folder is that a run writes to. */
export function folderFinding(
  path: string,
  answer: MachineAnswer["folders"][number] = {},
): Finding {
  const { free = 0, fault } = answer;
  const check = "folder";
  if (fault !== undefined) {
    const found =
      `cannot write to "${path}": ${fault}; give the user of the run the right to, or name another`;
    return { check, state: "fault", found };
  }
  const room = `${path} (${formatBytes(free)} free)`;
  if (free >= 10 * LEAST_ROOM) return { check, state: "ok", found: room };
  const state = free >= LEAST_ROOM ? "warning" : "fault";
  return { check, state, found: `${room}; make room, a full disk ends a run` };
}

function hostFinding(host: string, answer: string | null | undefined): Finding {
  const check = "host";
  if (answer === undefined) {
    return { check, state: "unknown", found: `${host}; --probe connects to it` };
  }
  if (answer === null) return { check, state: "ok", found: `${host} accepts connections` };
  const found = `cannot reach ${host}: ${answer}; check its name, the network and the firewall`;
  return { check, state: "fault", found };
}

/** A run works without it, so that it is no fault; nobody else reports it, as the runtime drops what it cannot send. */
function receiverFinding(name: string, answer: string | null | undefined): Finding {
  const check = "telemetry";
  if (answer === undefined) {
    return { check, state: "unknown", found: `${name}; --probe asks it` };
  }
  if (answer === null) return { check, state: "ok", found: `${name} takes an export` };
  const next = /status|rejects/.test(answer)
    ? "see its log, correct OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_HEADERS"
    : "start the receiver";
  const found = `nothing is received at ${name}: ${answer}; ${next}, or unset OTEL_DENO`;
  return { check, state: "warning", found };
}

/** Only notebooks need it; it is looked for, and not started. */
function jupyterFinding(path: string): Finding {
  const separator = Deno.build.os === "windows" ? ";" : ":";
  const ending = Deno.build.os === "windows" ? ".exe" : "";
  const programs = path.split(separator).filter((folder) => folder !== "").flatMap((folder) =>
    ["jupyter-lab", "jupyter"].map((name) => join(folder, name + ending))
  );
  const found = programs.find(isThere);
  return found === undefined
    ? {
      check: "jupyter",
      state: "unknown",
      found: "not on PATH; only notebooks need it, and deno task notebooks says how to get it",
    }
    : { check: "jupyter", state: "ok", found };
}
