import { openAudit } from "../../lib/audit/mod.ts";
import { IngestError, StorageError, SuspendedError, UsageError } from "../../lib/errors/mod.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import { rebuildAudit } from "../../lib/lake/mod.ts";
import {
  type Backfill,
  describeSources,
  loadConfig,
  parseBackfill,
  type PipelineConfig,
  resetStream,
  type Retracted,
  retractRun,
} from "../../lib/pipeline/mod.ts";
import { runPipeline } from "../../phases/06_pipeline.ts";
import { ApiWorld } from "./_api_world.ts";
import { SimulatedDisk, type SimulatedDiskOptions } from "./_disk.ts";
import { Machine, type RunResult } from "./_machine.ts";
import { Oracle } from "./_oracle.ts";
import { OtherSources } from "./_other_sources.ts";
import { DATABASE, ROOT, SimulatedDatabases, usePlatform } from "./_platform.ts";
import { Random } from "./_random.ts";
import type {
  ConfigChange,
  Disturbance,
  Happening,
  Loss,
  Night,
  Scenario,
  StreamShape,
  WayBack,
} from "./_scenario.ts";
import { SANDBOX_TOKEN, SANDBOX_URL, sandboxSources, SandboxWorld } from "./_sandbox_world.ts";
import { VirtualTime } from "./_time.ts";
import { Vendor } from "./_vendor.ts";

const FOLDER = `${ROOT}/pipeline`;
const LAKE = `${FOLDER}/lake`;
const VENDOR = `${FOLDER}/inbox`;
const LOGS = `${FOLDER}/applogs`;
const BEGIN = Date.UTC(2026, 0, 1, 2);
const DAY = 24 * 3_600_000;
/** Runs without any disturbance after which a life must be exact. */
const HEALING = 3;

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

/** A machine, and what is left to another run on it. */
interface Machines {
  readonly machine: Machine;
  readonly second: Machine;
}

const QUIET: Night = { after: 0, happenings: [], disturbances: [] };

interface Backup {
  readonly lake: ReadonlyMap<string, Uint8Array>;
  readonly image: Uint8Array | undefined;
  /** Brings back what the oracle knew. */
  readonly oracle: () => void;
}

/** A world with a machine in it, from night to night. */
export class Life {
  readonly #scenario: Scenario;
  readonly #options: LifeOptions;
  readonly #time = new VirtualTime(BEGIN);
  readonly #disk: SimulatedDisk;
  readonly #databases = new SimulatedDatabases();
  readonly #api: ApiWorld;
  readonly #others: OtherSources;
  readonly #vendors = new Map<string, Vendor>();
  readonly #sandbox: SandboxWorld | undefined;
  readonly #oracle: Oracle;
  readonly #runs: RunReport[] = [];
  readonly #faults: string[] = [];
  readonly #configs = new Map<string, PipelineConfig>();
  readonly #changed = new Set<ConfigChange>();
  #machine: Machine | undefined;
  #isHealed = false;
  /** Lake and database before the last run, as a backup has them. */
  #yesterday: Backup = { lake: new Map(), image: undefined, oracle: () => {} };
  /** Whether the audit database was lost, or an older copy brought back, and a run went on with it. */
  /** Streams of a retraction whose advice is still to be followed. */
  #advised: Retracted["streams"] = [];
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
    const about = { disk: this.#disk, time: this.#time };
    this.#others = new OtherSources(FOLDER, {
      ...about,
      streams: this.#api.streams.values(),
    });
    if (scenario.files) {
      this.#vendors.set("vendor.vendor", new Vendor(VENDOR, { ...about, kind: "rows" }));
    }
    if (scenario.logs === true) {
      this.#vendors.set("logs.logs", new Vendor(LOGS, { ...about, kind: "log" }));
    }
    this.#sandbox = scenario.sandbox === true
      ? new SandboxWorld(`${FOLDER}/samples`, { disk: this.#disk, time: this.#time })
      : undefined;
    this.#oracle = new Oracle({
      api: this.#api,
      vendors: this.#vendors,
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
    this.#others.write(this.#time.now);
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
    const today = {
      lake: this.#disk.copyOf(LAKE),
      image: this.#databases.image,
      oracle: this.#oracle.save(),
    };
    if (night.wayBack !== undefined) await this.#takeBack(index, night.wayBack);
    const bringBack = night.loss === undefined ? () => {} : this.#lose(night.loss, index);
    const report = await this.#run(index, night);
    // An operator does what the message says: a lost database is made again, every other time.
    const isTold = report.exit !== 0 && report.exit !== null;
    const isRebuilt = isTold && night.loss === "audit" && index % 2 === 1 && await this.#rebuild();
    if (isTold && !isRebuilt) bringBack();
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
    if ("stream" in happening) this.#others.write(this.#time.now);
    for (const vendor of this.#vendors.values()) vendor.happen(happening);
  }

  async #run(index: number, night: Night): Promise<RunReport> {
    const config = await this.#config();
    this.#sandbox?.begin(night.sandbox ?? []);
    this.#oracle.begin();
    const on = this.#machineOf(config, night.disturbances);
    const { machine, second } = on;
    const backfill = this.#backfillOf(config, night);
    const { value: result, other } = await this.#use(
      on,
      () => this.#start(config, machine, backfill),
    );
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

  #machineOf(config: PipelineConfig, disturbances: readonly Disturbance[]): Machines {
    const second: Machine = new Machine([], {
      time: this.#time,
      happen: () => {},
      start: () => Promise.reject(new Error("Cannot start a third run")),
    });
    const machine = new Machine(disturbances, {
      time: this.#time,
      happen: (happening) => this.#happen(happening),
      start: () => this.#start(config, second),
    });
    return { machine, second };
  }

  /** Works on a machine until that is done or the machine stops, and another run too, if there is one. */
  async #use<T>(
    { machine }: Machines,
    work: () => Promise<T>,
  ): Promise<{ readonly value: T; readonly other: RunResult | undefined }> {
    this.#machine = machine;
    const value = await this.#time.settle(work());
    const other = machine.second && await this.#time.settle(machine.second);
    this.#machine = undefined;
    this.#time.clear();
    if (machine.death === "power") this.#losePower(machine.keep);
    this.#disk.releaseLocks();
    return { value, other };
  }

  #backfillOf(config: PipelineConfig, { backfill }: Night): Backfill | undefined {
    const { versions } = this.#api.streams.get(backfill?.stream ?? "") ?? { versions: [] };
    if (backfill === undefined || versions.length === 0) return undefined;
    const at = (pick: number | undefined) =>
      pick === undefined ? undefined : versions[pick % versions.length]?.updated;
    const [from, until] = [at(backfill.from), at(backfill.until)];
    // What holds nothing is refused.
    if (from !== undefined && until !== undefined && from >= until) return undefined;
    const text = (ms: number | undefined) => ms === undefined ? "" : new Date(ms).toISOString();
    return parseBackfill(`api.${backfill.stream}=${text(from)}..${text(until)}`, config);
  }

  async #start(
    config: PipelineConfig,
    machine: Machine,
    backfill?: Backfill,
  ): Promise<RunResult> {
    try {
      const summary = await runPipeline(config, {
        backfill,
        now: () => this.#time.wall,
        observe: (step) => machine.observe(step),
        signal: machine.signal,
        sandboxUrl: SANDBOX_URL,
        checkpointMs: 20,
        onBegin: ({ run_id }) => this.#oracle.began(run_id, backfill),
      });
      return { summary, error: undefined };
    } catch (error) {
      return { summary: undefined, error };
    }
  }

  /** Asks for it, and again if something came between. */
  async #takeBack(index: number, way: WayBack): Promise<void> {
    const config = await this.#config();
    for (const disturbances of [way.disturbances, []]) {
      this.#oracle.begin();
      const on = this.#machineOf(config, disturbances);
      const { machine, second } = on;
      const { value: { faults, error }, other } = await this.#use(on, async () => {
        try {
          return { faults: await this.#ask(config, machine, way), error: undefined };
        } catch (error) {
          return { faults: [], error };
        }
      });
      if (other !== undefined) {
        this.#judge(index, QUIET, { machine: second, result: other, isAlone: false });
      }
      const isDead = machine.death !== undefined;
      const isFault = !isDead && error !== undefined && !(error instanceof IngestError);
      for (
        const fault of [
          ...faults,
          ...(isDead ? this.#oracle.judgeReaders() : []),
          ...(isFault ? [`it dies of ${error instanceof Error ? error.stack : error}`] : []),
        ]
      ) this.#fault(`night ${index}, ${way.do}: ${fault}`);
      // One that is refused needs a run first, or is in vain.
      if (!isDead && (error === undefined || error instanceof UsageError)) break;
      this.#time.now += 1_000;
    }
    // Once a run that came in between is judged by what it could know.
    await this.#use(this.#machineOf(config, []), () => this.#resetAsAdvised(config));
  }

  async #ask(config: PipelineConfig, machine: Machine, way: WayBack): Promise<string[]> {
    const now = () => this.#time.wall;
    const observe = (step: DiskStep) => machine.observe(step);
    if (way.do === "retract") {
      const { runs } = this.#oracle;
      const runId = runs[way.pick % runs.length] ?? "";
      this.#oracle.retracts(runId);
      const retracted = await retractRun(config, runId, { now, observe });
      const faults = this.#oracle.judgeRetracted(retracted);
      this.#advised = way.advised === true ? retracted.streams : [];
      return faults;
    }
    this.#oracle.reset(
      await resetStream(config, this.#idOf(way.stream), {
        to: this.#placeOf(way),
        now,
        observe: (name) => observe({ kind: "point", name }),
      }),
    );
    return [];
  }

  /** Moves each watermark to where the retracted run began; what refuses does so with a reason. */
  async #resetAsAdvised(config: PipelineConfig): Promise<void> {
    for (const { source, stream, watermark_before } of this.#advised) {
      if (watermark_before === undefined) continue;
      try {
        const to = watermark_before ?? undefined;
        const now = () => this.#time.wall;
        this.#oracle.reset(await resetStream(config, `${source}.${stream}`, { to, now }));
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
      }
    }
    this.#advised = [];
  }

  #idOf(stream: string): string {
    const of = this.#api.streams.get(stream)?.shape.of;
    return of === undefined
      ? `api.${stream}`
      : `${of === "table" ? "shop" : "own"}_${stream}.${stream}`;
  }

  /** A feed goes on from a token, all else from a time. */
  #placeOf({ stream, to }: WayBack & { readonly do: "reset" }): string | undefined {
    const { versions = [], shape } = this.#api.streams.get(stream) ?? {};
    const version = to === undefined ? undefined : versions[to % versions.length];
    if (version === undefined) return undefined;
    if (shape?.of === "table") return String(version.updated);
    if (shape?.of === "lines") return String(version.change);
    if (shape?.mode !== "feed") return new Date(version.updated).toISOString();
    return `t${version.change}`;
  }

  #losePower(keep: number): void {
    const random = new Random(keep);
    this.#databases.losePower(keep);
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
    const keepQuarantine = loss === "lake" || loss === "old-lake"
      ? this.#oracle.losesLake()
      : () => {};
    const bringBack = () => {
      keepQuarantine();
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
        older.oracle();
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
    this.#oracle.lost();
    return bringBack;
  }

  /** Makes the audit database again from the lake; says `false` if nothing is there. */
  async #rebuild(): Promise<boolean> {
    this.#databases.image = undefined;
    try {
      await this.#time.settle((async () => {
        using db = openAudit(DATABASE);
        await rebuildAudit(db, LAKE);
      })());
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      return false;
    }
    this.#isForgetful = true;
    this.#oracle.rebuilt();
    return true;
  }

  async #config(): Promise<PipelineConfig> {
    const key = [...this.#changed].sort().join();
    const known = this.#configs.get(key);
    if (known !== undefined) return known;
    const path = `${FOLDER}/pipeline.yaml`;
    this.#disk.put(path, JSON.stringify(this.#yaml()));
    const env = (name: string) => name === "SANDBOX_TOKEN" ? SANDBOX_TOKEN : undefined;
    // A module is loaded from the real disk, which takes real time.
    const loaded = await describeSources(await loadConfig(path, { root: FOLDER, env }), "here");
    const config = { ...loaded, audit: DATABASE };
    this.#configs.set(key, config);
    return config;
  }

  #yaml(): object {
    const { streams, files, logs = false } = this.#scenario;
    const served = streams.filter(({ of }) => of === undefined);
    const factor = this.#changed.has("page-size") ? 2 : 1;
    const api = {
      name: "api",
      type: "api",
      base_url: "http://api.simulated",
      auth: { type: "bearer", token: "${SANDBOX_TOKEN}" },
      timeout: "30s",
      retry: { limit: 4, max_wait: "1m" },
      streams: served.map((shape) => ({
        name: shape.name,
        path: `/${shape.name}`,
        records: "items",
        primary_key: ["id"],
        pagination: {
          ...paginationOf(shape, shape.size * factor),
          ...(shape.total ? { total: "total" } : {}),
        },
        ...(shape.paging === "offset" || shape.paging === "page"
          ? {}
          : { params: { size: shape.size * factor } }),
        ...modeOf(shape),
        ...windowOf(shape),
      })),
    };
    const vendor = {
      name: "vendor",
      type: "files",
      path: VENDOR,
      include: ["**/*.csv", "**/*.csv.gz"],
      expect: { columns: ["id", "name"] },
      min_age: this.#changed.has("min-age") ? "5s" : "10s",
      ...partsOf(this.#scenario),
    };
    return {
      name: "simulated",
      lake: LAKE,
      audit: `${FOLDER}/audit.db`,
      log_dir: `${FOLDER}/logs`,
      sources: [
        ...(served.length > 0 ? [api] : []),
        ...this.#others.sources,
        ...(files ? [vendor] : []),
        ...(logs
          ? [{ name: "logs", type: "logs", path: LOGS, include: ["**/*.log"], format: "jsonl" }]
          : []),
        ...(this.#scenario.sandbox === true ? sandboxSources() : []),
      ],
      tolerance: { records: "100%", files: this.#changed.has("tolerance") ? 900 : 1000 },
    };
  }
}

/** A file has some 30 to 70 bytes in the lake. */
function partsOf({ merged, split }: Scenario): object {
  if (split === true) return { parts: { target_size: "40B" } };
  return merged === true ? { parts: { merge_below: "100kB" } } : {};
}

function isQuiet({ disturbances, loss, sandbox = [] }: Night): boolean {
  return disturbances.length === 0 && loss === undefined && sandbox.length === 0;
}

function modeOf({ mode, time, lag, remember }: StreamShape): object {
  if (mode === "feed") return {};
  if (mode === "snapshot") return { mode };
  return {
    incremental: {
      field: "updated",
      format: time,
      start_param: "since",
      lag: `${lag / 1000}s`,
      remember: `${remember}d`,
    },
  };
}

function windowOf({ window, time }: StreamShape): object {
  if (window === undefined) return {};
  const { bounds, declared, most } = window;
  return {
    window: {
      start_param: "since",
      end_param: "until",
      format: time,
      start: "2026-01-01",
      step: "10d",
      ...(declared ? { bounds } : {}),
      max_results: most,
    },
  };
}

function paginationOf({ mode, paging }: StreamShape, size: number): object {
  switch (paging) {
    case "cursor":
      return mode === "feed"
        ? { type: "cursor", param: "after", path: "next", change_feed: true, size }
        : { type: "cursor", param: "after", path: "next", size };
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
