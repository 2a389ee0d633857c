import { IngestError } from "../../lib/errors/mod.ts";
import type { Backfill, ResetTo, Retracted, StreamSummary } from "../../lib/pipeline/mod.ts";
import { type Manifest, withoutPartNumber } from "../../lib/lake/mod.ts";
import type { ApiWorld, ServedStream, Version } from "./_api_world.ts";
import type { SimulatedDisk } from "./_disk.ts";
import { type ReadLake, readLake, type ReadStream } from "./_lake_reader.ts";
import { exitOf } from "./_life.ts";
import type { RunResult } from "./_machine.ts";
import type { StreamShape } from "./_scenario.ts";
import { canonical } from "./_other_sources.ts";
import type { SimulatedDatabases } from "./_platform.ts";
import { SANDBOX_STREAMS } from "./_sandbox_world.ts";
import type { VirtualTime } from "./_time.ts";
import type { Vendor } from "./_vendor.ts";

/** Sources whose streams hold records of the simulated world. */
const SOURCES = /^(api|shop_|own_)/;

/** How long an unfinished run waits to be resumed. */
const RESUME_WINDOW = 12 * 3_600_000;

/** When a run began, by the world's clock and by the machine's. */
interface Begun {
  readonly at: number;
  readonly wall: number;
  /** What it reads again; `undefined` for an ordinary run. */
  readonly backfill?: Backfill | undefined;
}

/** What the oracle sees of the world. */
export interface OracleOptions {
  readonly api: ApiWorld;
  /** By the streams that read what they leave. */
  readonly vendors: ReadonlyMap<string, Vendor>;
  readonly disk: SimulatedDisk;
  readonly databases: SimulatedDatabases;
  readonly time: VirtualTime;
  readonly lake: string;
}

/**
 * Knows everything that ever was in the world, and so what a perfect observer would have published; compares it with what
 * readers find, and the run's own word with both.
 */
export class Oracle {
  readonly #world: OracleOptions;
  /** When the first attempt of each run began, by the world's clock. */
  readonly #begun = new Map<string, Begun>();
  #now: Begun = { at: 0, wall: 0 };
  /** What was amiss in the lake before the run began. */
  #known: ReadonlySet<string> = new Set();
  readonly #texts = new Map<string, string>();
  /** Records that were taken back, by stream: they come again only after a reset. */
  #taken: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  /** All that ever were, whatever was reset since. */
  #everTaken: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  /** Whether the audit database was made again from the lake. */
  #isRebuilt = false;
  /** Up to when records were not remembered at a reset, by stream: they may come twice. */
  #forgotten: ReadonlyMap<string, number> = new Map();
  /** Quarantine that was taken away with a lake: it is its owner's, and nobody looks whether it is there. */
  #goneQuarantine = "";

  constructor(world: OracleOptions) {
    this.#world = world;
  }

  /** A run is started. */
  begin(): void {
    const { now: at, wall } = this.#world.time;
    this.#now = { at, wall };
  }

  /** Something was taken away, and what is amiss now is not the fault of the run that finds it so. */
  lost(): void {
    this.#known = new Set(this.#lake.faults);
  }

  /** The ids of all runs so far. */
  get runs(): readonly string[] {
    return [...this.#begun.keys()];
  }

  /** A run has its id. */
  began(runId: string, backfill?: Backfill): void {
    const { wall } = this.#world.time;
    if (!this.#begun.has(runId)) this.#begun.set(runId, { ...this.#now, wall, backfill });
  }

  /** Returns a way to remember as well what was taken back until now, as an older audit database is brought back. */
  save(): () => void {
    const [taken, forgotten] = [this.#taken, this.#forgotten];
    return () => {
      for (const [id, lines] of taken) this.#take(id, lines);
      for (const [id, to] of forgotten) this.#forget(id, to);
    };
  }

  /** A lake is about to be lost; returns a way to remember that it was brought back. */
  losesLake(): () => void {
    const before = this.#goneQuarantine;
    this.#goneQuarantine += this.#lake.quarantine;
    return () => {
      this.#goneQuarantine = before;
    };
  }

  /** The audit database was made again: resets are forgotten, and so is what a log of changes has brought. */
  rebuilt(): void {
    this.#taken = this.#everTaken;
    this.#isRebuilt = true;
  }

  /** A run is asked to be retracted. */
  retracts(runId: string): void {
    for (const { id, manifests, texts } of this.#lake.streams.values()) {
      this.#takeRun(id, { runId, manifests, texts });
    }
  }

  #takeRun(
    id: string,
    { runId, manifests, texts }: Pick<ReadStream, "manifests" | "texts"> & {
      readonly runId: string;
    },
  ): void {
    const own = manifests.find(({ run_id }) => run_id === runId);
    const files = own?.backfill === undefined ? own?.files ?? [] : [];
    const lines = files.flatMap(({ path }) => linesOf(texts.get(path) ?? ""));
    this.#take(id, new Set(lines));
  }

  /** A retraction has ended: readers see nothing of the run any more. */
  judgeRetracted({ run_id, retracted_at, streams }: Retracted): string[] {
    const lake = this.#lake;
    const faults = this.judgeReaders(lake);
    if (retracted_at === null) return faults;
    // What a dead run had decided to publish is published by its retraction, and taken back at once.
    for (const { id, superseded, withdrawn } of lake.streams.values()) {
      this.#takeRun(id, { runId: run_id, manifests: superseded, texts: withdrawn });
    }
    for (const { source, stream } of streams) {
      const { current, manifests = [] } = lake.streams.get(`${source}.${stream}`) ?? {};
      if (current === run_id || manifests.some((manifest) => manifest.run_id === run_id)) {
        faults.push(`${source}.${stream} still shows the retracted run ${run_id}`);
      }
    }
    return faults;
  }

  /** A watermark was moved: what is after it must be there again, once, as far as it is remembered. */
  reset({ source, stream, watermark_to, forgotten_to }: ResetTo): void {
    const id = `${source}.${stream}`;
    this.#forget(id, forgotten_to === null ? -Infinity : Date.parse(forgotten_to));
    const served = this.#served(id);
    const from = watermark_to === null
      ? -Infinity
      : served?.shape.of === "table"
      ? Number(watermark_to)
      : Date.parse(watermark_to);
    const again = served?.versions.filter(({ updated, change }) =>
      isLogOfChanges(served.shape) ? change > changeOf(watermark_to) : updated >= from
    ).map(({ text }) => text);
    const taken = this.#taken.get(id)?.difference(new Set(again));
    if (taken !== undefined) this.#taken = new Map([...this.#taken, [id, taken]]);
  }

  #take(id: string, lines: ReadonlySet<string>): void {
    const and = (to: ReadonlyMap<string, ReadonlySet<string>>) =>
      new Map([...to, [id, lines.union(to.get(id) ?? new Set<string>())]]);
    this.#taken = and(this.#taken);
    this.#everTaken = and(this.#everTaken);
  }

  #forget(id: string, to: number): void {
    const before = this.#forgotten.get(id) ?? -Infinity;
    this.#forgotten = new Map([...this.#forgotten, [id, Math.max(before, to)]]);
  }

  /** What holds at any moment, also right after a crash. */
  judgeReaders(lake: ReadLake = this.#lake): string[] {
    return [
      ...lake.faults,
      ...[...lake.streams.values()].flatMap((
        stream,
      ) => [...this.#invented(stream), ...this.#doubled(stream)]),
    ];
  }

  /** What holds after a run that has ended by itself. */
  judge(
    result: RunResult,
    about: {
      readonly isQuiet: boolean;
      readonly isLost: boolean;
      /** Whether another run may have left something. */
      readonly isAlone: boolean;
      /** Whether the audit database is new or an older copy, which knows nothing of what a dead run had begun. */
      readonly isForgetful: boolean;
    },
  ): string[] {
    const { summary, error } = result;
    const lake = this.#lake;
    // What was lost stays so until somebody brings it back; the run itself may break nothing more.
    const faults = about.isLost
      ? lake.faults.filter((fault) => !this.#known.has(fault))
      : this.judgeReaders(lake);
    if (summary === undefined) {
      if (!(error instanceof IngestError)) faults.push(`it dies of ${describe(error)}`);
      return faults;
    }
    if (summary.exit_code !== exitOf(result)) faults.push("exit codes differ");
    if (summary.exit_code !== 0 && summary.reasons.length === 0) {
      faults.push(`${summary.outcome} without a reason`);
    }
    for (const stream of summary.streams) {
      faults.push(...conserved(stream));
      if (stream.error_code?.startsWith("internal") === true) {
        faults.push(`${stream.error_code}: ${stream.error_message}`);
      }
      // Another run may have replaced a snapshot of the sandbox by one with rejects.
      const isOpen = !about.isAlone && `${stream.source}.${stream.stream}` in SANDBOX_STREAMS;
      if (stream.outcome === "complete" && !isOpen) {
        faults.push(...this.#missing(stream, summary.run_id, lake));
      }
    }
    if (summary.exit_code !== 0 || !about.isAlone) return faults;
    const staging = about.isForgetful
      ? []
      : lake.staging.filter((path) => !this.#waits(path, summary.run_id));
    faults.push(
      ...staging.map((path) => `${path} is left over`),
      ...(summary.backfill === null ? this.#open("intended") : []),
    );
    // What cannot be removed on a bad night is removed by a later one.
    if (!about.isQuiet) return faults;
    faults.push(
      // Files that an unfinished run has put in place get their manifest when that goes on, and not from a backfill.
      ...(about.isForgetful || summary.backfill !== null
        ? []
        : lake.strangers.map((path) => `${path} is in no manifest`)),
      ...this.#open("removing"),
    );
    return faults;
  }

  /** Whether a run is as good as a run can be: complete, or only without a proof that this API cannot give. */
  isHealed({ summary }: RunResult): boolean {
    return summary?.streams.every((stream) =>
      stream.outcome === "complete" ||
      isOnlyUnproven(stream, this.#served(`${stream.source}.${stream.stream}`)?.shape)
    ) === true;
  }

  /** Whether a path in staging is of an unfinished run of another kind that may still go on. */
  #waits(path: string, runId: string): boolean {
    const other = this.#begun.get(path.split("/")[2] ?? "");
    const kind = this.#begun.get(runId)?.backfill?.text;
    if (other === undefined || other.backfill?.text === kind) return false;
    // A backfill leaves what other streams have decided to those who read them.
    // By the clock as it was when the run looked, which may have been set forward since.
    const wall = Math.min(this.#now.wall, this.#world.time.wall);
    return kind !== undefined || wall - other.wall <= RESUME_WINDOW;
  }

  get #lake(): ReadLake {
    const lake = readLake(this.#world.disk, this.#world.lake, this.#texts);
    const alike = (texts: ReadonlyMap<string, string>) =>
      new Map([...texts].map(([path, text]) => [path, text.replaceAll(/.+/g, canonical)]));
    const streams = [...lake.streams].map(([id, stream]) => {
      const { texts, withdrawn } = stream;
      const vendor = this.#world.vendors.get(id);
      if (vendor !== undefined) return [id, { ...stream, ...parted(stream, vendor) }] as const;
      if (this.#served(id)?.shape.of !== "table") return [id, stream] as const;
      return [id, { ...stream, texts: alike(texts), withdrawn: alike(withdrawn) }] as const;
    });
    const quarantine = lake.quarantine + this.#goneQuarantine;
    return { ...lake, quarantine, streams: new Map(streams) };
  }

  #open(status: "intended" | "removing"): string[] {
    using db = this.#world.databases.look();
    return db.prepare(
      `SELECT path AS name FROM publications WHERE status = ?
       UNION ALL SELECT source || '.' || stream FROM intents WHERE status = 'open'`,
    ).all(status).map(({ name }) => `${name} is still ${status}`);
  }

  /** Records that no server ever sent so, and rows that no vendor wrote. */
  #invented(stream: ReadStream): string[] {
    if (stream.id in SANDBOX_STREAMS) return [];
    const served = this.#served(stream.id);
    if (served === undefined) {
      const vendor = this.#world.vendors.get(stream.id);
      const wanted = new Set(vendor?.history.map(({ content }) => vendor.observed(content)));
      return [...stream.texts].filter(([, text]) => !wanted.has(vendor?.published(text)))
        .map(([path]) => `${path} holds what stood nowhere`);
    }
    const known = new Set(served.versions.map(({ text }) => text));
    return [...stream.texts].flatMap(([path, text]) =>
      linesOf(text).filter((line) => !known.has(line)).map((line) =>
        `${path} holds ${line}, which nobody sent`
      )
    );
  }

  /** The same again: within a snapshot or a backfill, else within all that is published. */
  #doubled(stream: ReadStream): string[] {
    const served = this.#served(stream.id);
    if (served === undefined && !(stream.id in SANDBOX_STREAMS)) {
      return repeated(stream.texts.values()).map((text) => `content twice: ${text.slice(0, 60)}`);
    }
    const isSnapshot = stream.manifests.some(({ mode }) => mode === "snapshot");
    const isAlone = ({ backfill }: Manifest) => isSnapshot || backfill !== undefined;
    const groups = [
      ...stream.manifests.filter(isAlone).map((manifest) => textsOf(stream, [manifest])),
      textsOf(stream, stream.manifests.filter((manifest) => !isAlone(manifest))),
    ];
    const forgotten = this.#forgotten.get(stream.id) ?? -Infinity;
    const mayRepeat = new Set(
      served?.versions.filter(({ updated }) => updated <= forgotten).map(({ text }) => text),
    );
    // Nobody noted how far the records of a run were ahead of its clock.
    for (const { text, updated } of this.#forgotten.has(stream.id) ? served?.versions ?? [] : []) {
      const isAhead = ({ run_id }: Manifest) => updated > (this.#begun.get(run_id)?.wall ?? 0);
      const holds = (manifest: Manifest) =>
        textsOf(stream, [manifest]).some((one) => linesOf(one).includes(text));
      if (stream.manifests.some((manifest) => isAhead(manifest) && holds(manifest))) {
        mayRepeat.add(text);
      }
    }
    // Nothing is remembered of these: one that is partial brings again what it had published.
    const partial = served !== undefined && isLogOfChanges(served.shape)
      ? stream.manifests.filter(({ complete }) => !complete || this.#isRebuilt)
      : [];
    for (const line of textsOf(stream, partial).flatMap(linesOf)) mayRepeat.add(line);
    return groups.flatMap((texts) =>
      repeated(texts.flatMap(linesOf)).filter((line) => !mayRepeat.has(line))
        .map((line) => `${stream.id} has twice: ${line}`)
    );
  }

  /** What was there all the time and is not published, although the run says that nothing is missing. */
  #missing(summary: StreamSummary, runId: string, lake: ReadLake): string[] {
    const id = `${summary.source}.${summary.stream}`;
    const stream = lake.streams.get(id);
    const { now } = this.#world.time;
    const first = this.#begun.get(runId) ?? this.#now;
    const begun = first.at;
    const served = this.#served(id);
    const ofSandbox = SANDBOX_STREAMS[id];
    if (ofSandbox !== undefined) return missingOfSandbox(summary, { stream, records: ofSandbox });
    if (served === undefined) {
      // One that could not be looked at for a moment waits for the next run, and is counted.
      return this.#missingFiles({ id, stream, begun: first, lake }).slice(summary.files_waiting);
    }
    // An ordinary run goes on as if nothing had been read again.
    const { backfill } = first;
    const { manifests = [], current } = stream ?? {};
    const texts = textsOf(
      stream,
      manifests.filter((manifest) =>
        served.shape.mode === "snapshot"
          ? manifest.run_id === current
          : backfill === undefined
          ? manifest.backfill === undefined
          : manifest.run_id === runId
      ),
    );
    const { window } = served.shape;
    // The last window ends when the run began, by a clock that may be set back until the stream begins, in any attempt.
    const end = Math.min(first.wall, this.#world.time.earliestSince(begun));
    const isInRange = ({ updated }: Version) =>
      (typeof backfill?.from !== "number" || updated >= backfill.from) &&
      (typeof backfill?.until !== "number" || updated < backfill.until);
    const isAsked = (version: Version) =>
      isInRange(version) &&
      (window === undefined ||
        (served.shape.mode === "snapshot" ? version.created : version.updated) < end);
    const published = new Set(texts.flatMap(linesOf));
    const newest = new Map<string, number>();
    for (const version of served.versions) {
      if (!published.has(version.text)) continue;
      newest.set(version.id, Math.max(newest.get(version.id) ?? 0, version.number));
    }
    const faults: string[] = [];
    const taken = served.shape.mode === "snapshot" || backfill !== undefined
      ? undefined
      : this.#taken.get(id);
    for (const version of served.versions) {
      if (!isAsked(version)) {
        if (isInRange(version) || !published.has(version.text)) continue;
        faults.push(`${id} has ${version.text}, which is out of ${backfill?.text}`);
      }
      if (taken?.has(version.text) || !isExpected(served.shape, version, begun)) continue;
      if (this.#vanished(served, version, now)) continue;
      const isOwn = isLogOfChanges(served.shape);
      const found = isOwn && !published.has(version.text) ? 0 : newest.get(version.id) ?? 0;
      if (found < version.number) {
        faults.push(`${id} is complete without ${version.id}/${version.number} (has ${found})`);
      }
    }
    for (const version of served.broken) {
      const { id: name } = version;
      if (
        isAsked(version) && isExpected(served.shape, version, begun) &&
        !lake.quarantine.includes(name)
      ) {
        faults.push(`${id} has lost the broken record ${name}`);
      }
    }
    if (served.shape.mode !== "snapshot") return faults;
    for (const version of served.versions) {
      if (version.until < begun && published.has(version.text)) {
        faults.push(`${id} shows ${version.text} of the past`);
      }
    }
    return faults;
  }

  /** Removed while it was read, or moved to after the last window: nobody can say whether it should be there. */
  #vanished({ shape, versions }: ServedStream, { id, until }: Version, now: number): boolean {
    if (isLogOfChanges(shape)) return false;
    return shape.window !== undefined && shape.mode === "incremental" && until <= now ||
      !versions.some((version) => version.id === id && isThere(version, now));
  }

  #missingFiles(about: {
    readonly id: string;
    readonly stream: ReadStream | undefined;
    readonly begun: Begun;
    readonly lake: ReadLake;
  }): string[] {
    const { id, stream, begun, lake } = about;
    const vendor = this.#world.vendors.get(id);
    const texts = new Set([...stream?.texts.values() ?? []].map((text) => vendor?.published(text)));
    const wall = Math.min(begun.wall, this.#world.time.wall);
    const faults: string[] = [];
    for (const { name, content, from, mtime } of vendor?.standing ?? []) {
      if (from >= begun.at || mtime > wall - 15_000) continue;
      const wanted = vendor?.observed(content);
      if (wanted === undefined) continue;
      if (!texts.has(wanted)) {
        faults.push(`"${name}" is not published`);
        continue;
      }
      const lost = vendor?.bad(content).filter((row) => !lake.quarantine.includes(row)) ?? [];
      faults.push(
        ...lost.map((row) => `row "${row}" of "${name}" is neither published nor in quarantine`),
      );
    }
    return faults;
  }

  #served(id: string): ServedStream | undefined {
    const [source = "", name = ""] = id.split(".");
    return SOURCES.test(source) ? this.#world.api.streams.get(name) : undefined;
  }
}

/** How many changes are before a token. */
function changeOf(token: string | null): number {
  return Number(/\d+/.exec(token ?? "0")?.[0]);
}

/** Nothing is added to the sandbox's listings, so that their number says all. */
function missingOfSandbox(
  { rejected }: StreamSummary,
  about: { readonly stream: ReadStream | undefined; readonly records: number },
): string[] {
  const { stream, records } = about;
  const paths =
    stream?.current === undefined || stream.manifests.some(({ mode }) => mode !== "snapshot")
      ? [...stream?.texts.keys() ?? []]
      : filesOf(stream);
  const lines = new Set(paths.flatMap((path) => linesOf(stream?.texts.get(path) ?? "")));
  if (lines.size + rejected >= records) return [];
  return [`${stream?.id} is complete with ${lines.size} and ${rejected} rejected of ${records}`];
}

function textsOf(stream: ReadStream | undefined, manifests: readonly Manifest[]): string[] {
  return manifests.flatMap(({ files }) => files.map(({ path }) => stream?.texts.get(path) ?? ""));
}

/** What each file of a vendor became, also where several are in one, or one in several. */
function parted(
  { manifests, superseded, texts, withdrawn }: ReadStream,
  vendor: Vendor,
): Pick<ReadStream, "texts" | "withdrawn"> {
  const files = [...manifests, ...superseded].flatMap(({ files }) => files);
  const sources = new Map(files.map(({ path, sources }) => [path, sources]));
  const each = (texts: ReadonlyMap<string, string>) =>
    new Map([...joined(texts)].flatMap(([path, text]) => {
      const from = sources.get(path);
      const parts = from === undefined ? [text] : vendor.parted(text, from);
      return parts.map((part, at) => [at === 0 ? path : `${path}#${at}`, part] as const);
    }));
  return { texts: each(texts), withdrawn: each(withdrawn) };
}

/** Puts the parts of a file that was split together again, under the name of the first. */
function joined(texts: ReadonlyMap<string, string>): Map<string, string> {
  const groups = Map.groupBy([...texts].sort(), ([path]) => withoutPartNumber(path)).values();
  return new Map([...groups].map(([first = ["", ""], ...others]) => {
    const rest = others.map(([, text]) => text.slice(text.indexOf("\n") + 1));
    return [first[0], [first[1], ...rest].join("")];
  }));
}

/** The files of the snapshot that readers follow. */
function filesOf(stream: ReadStream | undefined): string[] {
  return stream?.manifests.filter(({ run_id }) => run_id === stream.current)
    .flatMap(({ files }) => files.map(({ path }) => path)) ?? [];
}

/** A listing of exactly one full page never shows that a page could name a next one. */
function isOnlyUnproven(
  { outcome, contradictions }: StreamSummary,
  shape: StreamShape | undefined,
): boolean {
  // Windows whose bounds are not declared overlap, and all of one overlap may be more than the cap.
  const isOverlap = shape?.window?.declared === false;
  return outcome === "partial" && contradictions.length > 0 &&
    contradictions.every(({ code }) =>
      code === "next-path-never-seen" || isOverlap && code === "window-capped"
    );
}

/** Whether a stream brings every change there ever was, one after the other. */
function isLogOfChanges({ mode, of }: StreamShape): boolean {
  return mode === "feed" || of === "lines" && mode === "incremental";
}

/** Of a log every change, else what is there; what came at the moment itself may be too late. */
function isExpected(shape: StreamShape, version: Version, at: number): boolean {
  return version.from < at && (isLogOfChanges(shape) || at < version.until);
}

function isThere({ from, until }: Version, at: number): boolean {
  return from <= at && at < until;
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

function repeated(items: Iterable<string>): string[] {
  const seen = new Set<string>();
  return [...items].filter((item) => seen.has(item) || !seen.add(item));
}

function conserved(stream: StreamSummary): string[] {
  const { read, written, rejected, duplicates, unchanged, out_of_range } = stream;
  if (read === written + rejected + duplicates + unchanged + out_of_range) return [];
  return [`${stream.source}.${stream.stream} read ${read} and accounts for less or more`];
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : String(error);
}
