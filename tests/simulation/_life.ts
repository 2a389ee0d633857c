import { DatabaseError, IngestError, StorageError, SuspendedError } from "../../lib/errors/mod.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import {
  loadConfig,
  type PipelineConfig,
  runPipeline,
  type RunSummary,
} from "../../lib/pipeline/mod.ts";
import { ApiWorld, type HttpFault } from "./_api_world.ts";
import { CHANGING, type DiskVerb, SimulatedDisk, type SimulatedDiskOptions } from "./_disk.ts";
import { Oracle } from "./_oracle.ts";
import { DATABASE, ROOT, SimulatedDatabases, usePlatform } from "./_platform.ts";
import { Random } from "./_random.ts";
import type {
  ConfigChange,
  Disturbance,
  Happening,
  Loss,
  Moment,
  Night,
  Scenario,
} from "./_scenario.ts";
import { SANDBOX_TOKEN, SANDBOX_URL, sandboxSources, SandboxWorld } from "./_sandbox_world.ts";
import { VirtualTime } from "./_time.ts";
import { Vendor } from "./_vendor.ts";

const FOLDER = `${ROOT}/pipeline`;
const LAKE = `${FOLDER}/lake`;
const VENDOR = `${FOLDER}/inbox`;
const BEGIN = Date.UTC(2026, 0, 1, 2);
const DAY = 24 * 3_600_000;
/** Runs without any disturbance after which a life must be exact. */
const HEALING = 3;

/** Thrown where the machine stops; nothing that runs on it may act on it. */
export class SimulatedCrash extends Error {
  override readonly name = "SimulatedCrash";
}

/** What a run came to. */
export interface RunReport {
  readonly night: number;
  /** Ended by itself, or how it was ended. */
  readonly end: "ended" | "refused" | "killed" | "power lost";
  readonly exit: number | null;
  readonly error: string | null;
  readonly requests: number;
  readonly steps: number;
  readonly commits: number;
  readonly streams: Readonly<Record<string, string>>;
  /** Codes of the errors that ended streams. */
  readonly codes: readonly string[];
}

/** What a life came to. */
export interface LifeReport {
  readonly seed: number;
  readonly runs: readonly RunReport[];
  /** What the oracle found; empty if nothing is wrong. */
  readonly faults: readonly string[];
}

/** How a life is lived; a test plants bugs with it. */
export interface LifeOptions extends Pick<SimulatedDiskOptions, "flushes" | "locks"> {
  /** Takes a line about each run. @default () => {} */
  readonly log?: (line: string) => void;
}

/** Lives a scenario from its first night to its last, and then until it is healed. */
export async function live(scenario: Scenario, options: LifeOptions = {}): Promise<LifeReport> {
  const life = new Life(scenario, options);
  return await life.live();
}

interface Backup {
  readonly lake: ReadonlyMap<string, Uint8Array>;
  readonly image: Uint8Array | undefined;
}

/** A world with a machine in it, from night to night. */
export class Life {
  readonly #scenario: Scenario;
  readonly #options: LifeOptions;
  readonly #time = new VirtualTime(BEGIN);
  readonly #disk: SimulatedDisk;
  readonly #databases = new SimulatedDatabases();
  readonly #api: ApiWorld;
  readonly #vendor: Vendor | undefined;
  readonly #sandbox: SandboxWorld | undefined;
  readonly #oracle: Oracle;
  readonly #runs: RunReport[] = [];
  readonly #faults: string[] = [];
  readonly #configs = new Map<string, PipelineConfig>();
  readonly #changed = new Set<ConfigChange>();
  #machine: Machine | undefined;
  #isHealed = false;
  /** Lake and database before the last run, as a backup has them. */
  #yesterday: Backup = { lake: new Map(), image: undefined };
  /** Whether the audit database was lost, or an older copy brought back, and a run went on with it. */
  #isForgetful = false;

  constructor(scenario: Scenario, options: LifeOptions) {
    this.#scenario = scenario;
    this.#options = options;
    this.#disk = new SimulatedDisk({
      now: () => this.#time.wall,
      before: (verb, path) => this.#machine?.beforeDisk(verb, path),
      ...options,
    });
    this.#api = new ApiWorld(scenario.streams, {
      time: this.#time,
      before: (request) => this.#machine?.beforeRequest(request),
      sandbox: (url, init) => this.#sandbox?.answer(url, init),
    });
    this.#vendor = scenario.files
      ? new Vendor(VENDOR, { disk: this.#disk, time: this.#time })
      : undefined;
    this.#sandbox = scenario.sandbox === true
      ? new SandboxWorld(`${FOLDER}/samples`, { disk: this.#disk, time: this.#time })
      : undefined;
    this.#oracle = new Oracle({
      api: this.#api,
      vendor: this.#vendor,
      disk: this.#disk,
      databases: this.#databases,
      time: this.#time,
      lake: LAKE,
    });
  }

  async live(): Promise<LifeReport> {
    const { seed, nights } = this.#scenario;
    using _platform = this.begin();
    for (const [index, night] of nights.entries()) {
      await this.#night(index, night);
      if (this.#faults.length > 0) break;
    }
    for (let again = 0; again < HEALING && this.#faults.length === 0; again++) {
      const night = nights.length + again;
      const healed = await this.#night(
        night,
        { after: DAY, happenings: [], disturbances: [] },
        again + 1 < HEALING,
      );
      if (healed) break;
    }
    return { seed, runs: this.#runs, faults: this.#faults };
  }

  /** What the oracle has found so far. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  /** The machine's disk. */
  get disk(): SimulatedDisk {
    return this.#disk;
  }

  /** Puts the machine under this thread. */
  begin(): Disposable {
    const platform = usePlatform({
      time: this.#time,
      disk: this.#disk,
      random: new Random(this.#scenario.seed),
      databases: this.#databases,
      fetch: this.#api.fetch,
    });
    this.#disk.put(`${FOLDER}/.keep`, "");
    return platform;
  }

  /** Returns a way back to this moment; what the world has done since is not taken back. */
  save(): () => void {
    const disk = this.#disk.save();
    const { now, skew } = this.#time;
    const { image } = this.#databases;
    return () => {
      this.#disk.load(disk);
      Object.assign(this.#time, { now, skew });
      this.#databases.image = image;
    };
  }

  /** Whether the last run was as good as a run can be. */
  get isHealed(): boolean {
    return this.#isHealed;
  }

  /** Lets the world change without a run, and returns a way back to the moment after it. */
  async pause({ after, happenings }: Night): Promise<() => void> {
    this.#time.now += after;
    for (const happening of happenings) this.#happen(happening);
    await this.#config();
    return this.save();
  }

  /** Lives one night; the world's changes first, then its run. */
  async night(index: number, night: Night): Promise<RunReport> {
    await this.#night(index, night);
    const report = this.#runs.at(-1);
    if (report === undefined) throw new Error("Cannot report: nothing was run");
    return report;
  }

  /** @returns Whether the run ended complete. */
  async #night(index: number, night: Night, mayBeIncomplete = true): Promise<boolean> {
    this.#time.now += night.after;
    for (const happening of night.happenings) {
      this.#happen(happening);
      this.#time.now += 1_000;
    }
    if (night.config !== undefined) this.#toggle(night.config);
    // Files of the night are old enough to be whole.
    this.#time.now += 60_000;
    const today = { lake: this.#disk.copyOf(LAKE), image: this.#databases.image };
    const bringBack = night.loss === undefined ? () => {} : this.#lose(night.loss, index);
    const report = await this.#run(index, night);
    // An operator does what the message says.
    if (report.exit !== 0 && report.exit !== null) bringBack();
    this.#yesterday = today;
    const isHealed = this.#isHealed;
    if (!mayBeIncomplete && !isHealed) {
      this.#fault(
        `night ${index}: nothing disturbs it any more, and it ends with ${report.exit}: ${report.error}`,
      );
    }
    return isHealed;
  }

  #toggle(change: ConfigChange): void {
    if (!this.#changed.delete(change)) this.#changed.add(change);
  }

  #happen(happening: Happening): void {
    this.#api.happen(happening);
    this.#vendor?.happen(happening);
  }

  async #run(index: number, night: Night): Promise<RunReport> {
    const config = await this.#config();
    const machine = new Machine(night.disturbances, {
      time: this.#time,
      happen: (happening) => this.#happen(happening),
      start: () => this.#start(config, second),
    });
    const second = new Machine([], {
      time: this.#time,
      happen: () => {},
      start: () => Promise.reject(new Error("Cannot start a third run")),
    });
    this.#machine = machine;
    this.#sandbox?.begin(night.sandbox ?? []);
    this.#oracle.begin();
    const first = this.#start(config, machine);
    const result = await this.#time.settle(first);
    const other = machine.second === undefined
      ? undefined
      : await this.#time.settle(machine.second);
    this.#machine = undefined;
    this.#time.clear();
    if (machine.death === "power") this.#losePower(machine.keep);
    this.#disk.releaseLocks();
    const report = reportOf(index, machine, result);
    this.#runs.push(report);
    this.#options.log?.(JSON.stringify(report));
    this.#isHealed = this.#oracle.isHealed(result);
    this.#judge(index, night, { machine, result, isAlone: other === undefined });
    if (other !== undefined) {
      this.#judge(index, night, { machine: second, result: other, isAlone: false });
    }
    return report;
  }

  async #start(config: PipelineConfig, machine: Machine): Promise<RunResult> {
    try {
      const summary = await runPipeline(config, {
        now: () => this.#time.wall,
        observe: (step) => machine.observe(step),
        signal: machine.signal,
        sandboxUrl: SANDBOX_URL,
        checkpointMs: 20,
        onBegin: ({ run_id }) => this.#oracle.began(run_id),
      });
      return { summary, error: undefined };
    } catch (error) {
      return { summary: undefined, error };
    }
  }

  #losePower(keep: number): void {
    const random = new Random(keep);
    this.#disk.losePower(({ bytes }) => {
      if (keep === 0) return "lost";
      const fate = random.next();
      if (fate < 0.4) return "lost";
      return bytes > 1 && fate < 0.55 ? random.whole(0, bytes - 1) : "kept";
    });
  }

  #judge(
    index: number,
    night: Night,
    about: { readonly machine: Machine; readonly result: RunResult; readonly isAlone: boolean },
  ): void {
    const { machine, result, isAlone } = about;
    const isDead = machine.death !== undefined;
    const faults = isDead ? this.#oracle.judgeReaders() : this.#oracle.judge(result, {
      isQuiet: isQuiet(night),
      isLost: night.loss !== undefined,
      isAlone,
      isForgetful: this.#isForgetful,
    });
    for (const fault of faults) this.#fault(`night ${index}: ${fault}`);
  }

  #fault(text: string): void {
    this.#faults.push(text);
  }

  /**
   * Takes something away between two runs.
   *
   * @returns Brings it back, as the operator does whom the run has told so.
   */
  #lose(loss: Loss, index: number): () => void {
    const lake = this.#disk.copyOf(LAKE);
    const { image } = this.#databases;
    const wasForgetful = this.#isForgetful;
    const bringBack = () => {
      this.#isForgetful = wasForgetful;
      this.#disk.erase(LAKE);
      this.#disk.restore(LAKE, lake);
      this.#databases.image = image;
    };
    const parts = [...lake.keys()].filter((path) => /^raw\/.*\.gz$/.test(path)).sort();
    const part = parts[index % parts.length];
    const older = this.#yesterday;
    switch (loss) {
      case "lake":
        this.#disk.erase(LAKE);
        break;
      case "audit":
        this.#databases.image = undefined;
        this.#isForgetful = true;
        break;
      case "both":
        this.#disk.erase(LAKE);
        this.#databases.image = undefined;
        break;
      case "part":
        if (part !== undefined) this.#disk.erase(`${LAKE}/${part}`);
        break;
      case "altered-part":
        if (part !== undefined) this.#disk.append(`${LAKE}/${part}`, "x");
        break;
      case "old-audit":
        this.#databases.image = older.image;
        this.#isForgetful = true;
        break;
      case "old-lake":
        this.#disk.erase(LAKE);
        this.#disk.restore(LAKE, older.lake);
        break;
      case "foreign-lake":
        this.#disk.put(`${LAKE}/_lake.json`, '{"lake_id":"another","audit_id":"another"}');
        break;
      case "staging":
        this.#disk.erase(`${LAKE}/_tmp`);
    }
    return bringBack;
  }

  async #config(): Promise<PipelineConfig> {
    const key = [...this.#changed].sort().join();
    const known = this.#configs.get(key);
    if (known !== undefined) return known;
    const path = `${FOLDER}/pipeline.yaml`;
    this.#disk.put(path, JSON.stringify(this.#yaml()));
    const loaded = await this.#time.settle(
      loadConfig(path, {
        root: FOLDER,
        env: (name) => name === "SANDBOX_TOKEN" ? SANDBOX_TOKEN : undefined,
      }),
    );
    const config = { ...loaded, audit: DATABASE };
    this.#configs.set(key, config);
    return config;
  }

  #yaml(): object {
    const { streams, files } = this.#scenario;
    const factor = this.#changed.has("page-size") ? 2 : 1;
    const api = {
      name: "api",
      type: "api",
      base_url: "http://api.simulated",
      timeout: "30s",
      retry: { limit: 4, max_wait: "1m" },
      streams: streams.map((shape) => ({
        name: shape.name,
        path: `/${shape.name}`,
        records: "items",
        primary_key: ["id"],
        pagination: {
          ...paginationOf(shape.paging, shape.size * factor),
          ...(shape.total ? { total: "total" } : {}),
        },
        ...(shape.paging === "offset" || shape.paging === "page"
          ? {}
          : { params: { size: shape.size * factor } }),
        ...(shape.mode === "incremental"
          ? {
            incremental: {
              field: "updated",
              format: shape.time,
              start_param: "since",
              lag: `${shape.lag / 1000}s`,
            },
          }
          : { mode: "snapshot" }),
      })),
    };
    const vendor = {
      name: "vendor",
      type: "files",
      path: VENDOR,
      include: ["**/*.csv", "**/*.csv.gz"],
      expect: { columns: ["id", "name"] },
      min_age: this.#changed.has("min-age") ? "5s" : "10s",
    };
    return {
      name: "simulated",
      lake: LAKE,
      audit: `${FOLDER}/audit.db`,
      log_dir: `${FOLDER}/logs`,
      sources: [
        ...(streams.length > 0 ? [api] : []),
        ...(files ? [vendor] : []),
        ...(this.#scenario.sandbox === true ? sandboxSources() : []),
      ],
      tolerance: { records: "100%", files: this.#changed.has("tolerance") ? 900 : 1000 },
    };
  }
}

function isQuiet({ disturbances, loss, sandbox = [] }: Night): boolean {
  return disturbances.length === 0 && loss === undefined && sandbox.length === 0;
}

function paginationOf(paging: string, size: number): object {
  switch (paging) {
    case "cursor":
      return { type: "cursor", param: "after", path: "next", size };
    case "offset":
      return { type: "offset", offset_param: "offset", size_param: "size", size };
    case "page":
      return { type: "page", page_param: "page", size_param: "size", size };
    case "link":
      return { type: "link", size };
    default:
      return { type: "next_url", path: "next", size };
  }
}

/** What came of a run that was not ended from outside. */
export type RunResult =
  | { readonly summary: RunSummary; readonly error: undefined }
  | { readonly summary: undefined; readonly error: unknown };

function reportOf(night: number, machine: Machine, { summary, error }: RunResult): RunReport {
  const { death } = machine;
  const isDead = death !== undefined;
  return {
    night,
    end: death === "power"
      ? "power lost"
      : death === "kill"
      ? "killed"
      : summary === undefined
      ? "refused"
      : "ended",
    exit: isDead ? null : exitOf({ summary, error } as RunResult),
    error: isDead ? null : summary?.reasons.join("; ") ?? String(error),
    requests: machine.requests,
    steps: machine.steps,
    commits: machine.commits,
    streams: Object.fromEntries(
      (isDead ? [] : summary?.streams ?? []).map((s) => [
        `${s.source}.${s.stream}`,
        `${s.outcome} ${s.read}=${s.written}+${s.rejected}+${s.duplicates}+${s.unchanged}+${s.out_of_range}`,
      ]),
    ),
    codes: (isDead ? [] : summary?.streams ?? []).flatMap(({ error_code }) => error_code ?? []),
  };
}

/** The exit code that the command line gives. */
export function exitOf({ summary, error }: RunResult): number {
  if (summary !== undefined) return summary.exit_code;
  if (error instanceof SuspendedError) return 75;
  return error instanceof IngestError && error.name === "ConfigError" ? 78 : 1;
}

type Moments = Record<"request" | "step" | "commit" | "read", number>;

interface MachineOptions {
  readonly time: VirtualTime;
  readonly happen: (happening: Happening) => void;
  /** Starts another run. */
  readonly start: () => Promise<RunResult>;
}

/** The machine of one run: counts what it does, and disturbs it when it is time. */
class Machine {
  /** How it was stopped, if it was. */
  death: "kill" | "power" | undefined;
  /** Seeds what a power loss leaves. */
  keep = 0;
  /** Another run, if one was started. */
  second: Promise<RunResult> | undefined;
  requests = 0;
  steps = 0;
  commits = 0;
  readonly #stop = new AbortController();
  readonly #waiting: Disturbance[];
  readonly #about: MachineOptions;
  #http: { readonly fault: HttpFault; left: number } | undefined;
  #disk: { readonly error: string; readonly on: string; left: number } | undefined;
  #unreadable: { readonly error: string; readonly on: string; left: number } | undefined;
  #database: { readonly error: "full" | "busy" | "io"; left: number } | undefined;
  #reads = 0;
  #flush = false;
  readonly #counts = new Map<Moment, number>();

  constructor(disturbances: readonly Disturbance[], about: MachineOptions) {
    this.#waiting = [...disturbances];
    this.#about = about;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  beforeRequest(request: string): HttpFault | undefined {
    this.#live();
    this.#reach("request", ++this.requests);
    void request;
    if (this.#http === undefined || this.#http.left-- <= 0) return undefined;
    return this.#http.fault;
  }

  beforeDisk(verb: DiskVerb, path: string): void {
    this.#live();
    if (!CHANGING.has(verb)) return this.#look(`${verb} ${path}`);
    this.#reach("step", ++this.steps, path);
    if (this.#flush && (verb === "sync" || verb === "sync-dir")) {
      this.#flush = false;
      throw diskError("EIO", path);
    }
    if (this.#disk === undefined || this.#disk.left <= 0) return;
    const { error, on } = this.#disk;
    if (!path.includes(on)) return;
    const needsSpace = verb === "create" || verb === "write" || verb === "mkdir";
    if (error === "ENOSPC" && !needsSpace) return;
    if (error === "EACCES" && (verb === "write" || verb === "sync" || verb === "sync-dir")) return;
    this.#disk.left--;
    throw diskError(error, path);
  }

  #look(path: string): void {
    this.#reach("read", ++this.#reads, path);
    const fault = this.#unreadable;
    if (fault === undefined || fault.left <= 0 || !path.includes(fault.on)) return;
    fault.left--;
    throw diskError(fault.error, path);
  }

  observe(step: DiskStep): void {
    this.#live();
    if (step.kind !== "point") return;
    this.#reach("commit", ++this.commits);
    if (this.#database === undefined || !step.name.endsWith(":before-commit")) return;
    if (this.#database.left-- > 0) throw databaseError(this.#database.error, step.name);
  }

  /** A machine that has stopped does nothing any more. */
  #live(): void {
    if (this.death !== undefined) throw new SimulatedCrash(this.death);
  }

  #reach(kind: keyof Moments, count: number, path = ""): void {
    for (let at = 0; at < this.#waiting.length; at++) {
      const disturbance = this.#waiting[at];
      if (disturbance === undefined || !this.#isReached(disturbance.at, { kind, count, path })) {
        continue;
      }
      this.#waiting.splice(at--, 1);
      this.#disturb(disturbance);
    }
    this.#live();
  }

  #isReached(
    at: Moment,
    now: {
      readonly kind: keyof Moments;
      readonly count: number;
      readonly path: string;
    },
  ): boolean {
    if ("request" in at) return now.kind === "request" && now.count >= at.request;
    if ("commit" in at) return now.kind === "commit" && now.count >= at.commit;
    if ("read" in at) return now.kind === "read" && now.count >= at.read;
    if (now.kind !== "step") return false;
    if (at.on === undefined) return now.count >= at.step;
    if (!now.path.includes(at.on)) return false;
    const count = (this.#counts.get(at) ?? 0) + 1;
    this.#counts.set(at, count);
    return count >= at.step;
  }

  #disturb(disturbance: Disturbance): void {
    switch (disturbance.do) {
      case "kill":
        this.death = "kill";
        return;
      case "power":
        this.death = "power";
        this.keep = disturbance.keep;
        return;
      case "signal":
        return this.#stop.abort(
          new SuspendedError(
            "suspended-signal",
            "Cannot finish: SIGTERM asked it to stop; start it again",
          ),
        );
      case "second-run":
        // Not in the middle of what this one does.
        this.second ??= Promise.resolve().then(() => this.#about.start());
        return;
      case "clock":
        this.#about.time.skew += disturbance.ms;
        return;
      case "disk":
        this.#disk = {
          error: disturbance.error,
          on: disturbance.on ?? "",
          left: disturbance.times,
        };
        return;
      case "unreadable":
        this.#unreadable = {
          error: disturbance.error,
          on: disturbance.on,
          left: disturbance.times,
        };
        return;
      case "flush":
        this.#flush = true;
        return;
      case "database":
        this.#database = { error: disturbance.error, left: disturbance.times };
        return;
      case "http":
        this.#http = { fault: disturbance.fault, left: disturbance.times };
        return;
      case "move":
        return this.#about.happen(disturbance.happening);
    }
  }
}

function diskError(code: string, path: string): Error {
  switch (code) {
    case "EACCES":
      return Object.assign(new Deno.errors.PermissionDenied(`permission denied: ${path}`), {
        code,
      });
    case "ENOSPC":
      return Object.assign(new Error(`No space left on device (os error 28): ${path}`), { code });
    default:
      return Object.assign(new Error(`Input/output error (os error 5): ${path}`), { code });
  }
}

function databaseError(kind: "full" | "busy" | "io", at: string): IngestError {
  const text = `Cannot commit transaction at ${at}: simulated`;
  return kind === "full"
    ? new StorageError("storage-full", text)
    : new DatabaseError(`database-${kind}`, text);
}
