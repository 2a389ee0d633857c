import { join } from "node:path";
import {
  addChecks,
  type FileRow,
  type FilesCheckpoint,
  insertFiles,
  insertRejects,
  type Publication,
  rejectedByContent,
  type RejectEntry,
  type RememberedFiles,
  type StreamCounts,
} from "../audit/mod.ts";
import type { KnownFile, KnownFiles, OpenFile } from "../files/mod.ts";
import { flushStaged, mergeStaged, type PartSizes } from "./_file_parts.ts";
import type { CheckTally } from "../quality/mod.ts";
import type { RunContext } from "./run_context.ts";
import type { StreamRecord } from "./stream_record.ts";

/** Files that are committed one by one, so that a stop in a small folder costs nothing. */
const ONE_BY_ONE = 32;
/** Most verdicts of a group. */
const MOST_FILES = 256;
/** Most rejected rows of a group: what is noted of each is in memory until then. */
const MOST_REJECTS = 20_000;
/** Most bytes of a group; larger files need no company. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Most files of a group that are open, as they are not flushed yet. */
const MOST_OPEN = 64;

/** Most bytes of small files that wait to be put together. */
const MOST_MERGED = 128 * 1024 * 1024;
/** Most of such files. */
const MOST_UNMERGED = 5_000;

/** A verdict on a file, and what becomes true with it. */
export interface GroupedFile {
  readonly row: FileRow;
  readonly counts: Partial<StreamCounts>;
  /** @default [] */
  readonly publications?: readonly Publication[];
  /** @default [] */
  readonly rejects?: readonly RejectEntry[];
  /** What its checks found. @default [] */
  readonly checks?: readonly CheckTally[];
  /** How the stream's files are read from then on. @default as before */
  readonly form?: FilesCheckpoint | undefined;
  /** Logs it; called in the transaction that commits it. */
  readonly log: () => void;
}

/** Verdicts that are committed together: thousands of small files need few transactions and flushes of folders. */
export class FileGroup implements Disposable {
  readonly #ctx: RunContext;
  readonly #record: StreamRecord;
  /** Folder in which files wait, relative to the lake. */
  readonly #staging: string;
  readonly #known: RememberedFiles;
  readonly #parts: Required<Record<keyof PartSizes, number>>;
  #files: GroupedFile[] = [];
  #byContent = new Map<string, GroupedFile>();
  #byOutput = new Map<string, GroupedFile>();
  #taken = 0;
  #unflushed: OpenFile[] = [];
  #hasFolder = false;
  /** Sums over the files: bytes as they came, rejected rows, and bytes of what is put together. */
  #sums = { bytes: 0, rejects: 0, small: 0 };

  constructor(
    ctx: RunContext,
    record: StreamRecord,
    about: {
      readonly staging: string;
      readonly parts: PartSizes;
      /** What is known of the stream's files; hears of each verdict that is committed. */
      readonly known: RememberedFiles;
    },
  ) {
    const { staging, known, parts: { targetSize = Infinity, mergeBelow = 0 } } = about;
    this.#parts = { targetSize, mergeBelow };
    this.#ctx = ctx;
    this.#record = record;
    this.#staging = staging;
    this.#known = known;
  }

  /** Adds a verdict; it is not committed yet. */
  add(file: GroupedFile): void {
    const { row, rejects = [], publications = [] } = file;
    this.#taken++;
    this.#files.push(file);
    this.#sums.bytes += row.bytes;
    this.#sums.rejects += rejects.length;
    this.#sums.small += this.#small(publications)?.bytes ?? 0;
    const isFirst = this.#byContent.get(row.sha256)?.row.verdict !== "published";
    if (isFirst && (row.verdict === "published" || !this.hasContent(row.sha256))) {
      this.#byContent.set(row.sha256, file);
    }
    if (row.verdict !== "published") return;
    for (const { kind, sha256 } of publications) {
      if (kind === "file" && !this.#byOutput.has(sha256)) this.#byOutput.set(sha256, file);
    }
  }

  /** Makes the folder in which files wait, once for all of the group: a look for each of many small ones takes time. */
  makeFolder(): void {
    if (this.#hasFolder) return;
    const { disk } = this.#ctx;
    disk.makeDir(join(disk.root, this.#staging));
    this.#hasFolder = true;
  }

  /** Whether it is time to commit. */
  get #isFull(): boolean {
    const { bytes, rejects, small } = this.#sums;
    if (this.#parts.mergeBelow > 0) {
      return small >= Math.min(this.#parts.targetSize, MOST_MERGED) ||
        this.#files.length >= MOST_UNMERGED;
    }
    return this.#files.length > 0 && (this.#taken <= ONE_BY_ONE ||
      this.#files.length >= MOST_FILES || bytes >= MOST_BYTES || rejects >= MOST_REJECTS);
  }

  /** Returns what is known of the stream's files with those of the group. */
  get known(): KnownFiles {
    const known = this.#known;
    return {
      ...known,
      byContent: (sha256) => {
        const own = asKnown(this.#byContent.get(sha256));
        return own?.verdict === "published" ? own : known.byContent(sha256) ?? own;
      },
      byOutput: (sha256) => asKnown(this.#byOutput.get(sha256)) ?? known.byOutput?.(sha256),
    };
  }

  /** Whether a file of the group has a content. */
  hasContent(sha256: string): boolean {
    return this.#byContent.has(sha256);
  }

  /** Returns the verdict of the group on a content, or the newest one that rejected it before. */
  rejectedRow(
    { source, stream, sha256 }: Pick<FileRow, "source" | "stream" | "sha256">,
  ): FileRow | undefined {
    return this.#byContent.get(sha256)?.row ??
      rejectedByContent(this.#ctx.db, { source, stream }, sha256);
  }

  /**
   * Keeps a file that is written until it is flushed with others, unless it may be put together with them: then what comes
   * of that is flushed.
   */
  keep(path: string, file: Deno.FsFile): boolean {
    const isKept = this.#parts.mergeBelow === 0;
    if (isKept) this.#unflushed.push({ path, file });
    return isKept;
  }

  /** Flushes or commits what there is, if it is time. */
  async advance(): Promise<void> {
    if (this.#isFull) await this.flush();
    else if (this.#unflushed.length >= MOST_OPEN) await this.#flushFiles();
  }

  /** Closes files that an error has left open. */
  [Symbol.dispose](): void {
    for (const { file } of this.#unflushed.splice(0)) file.close();
  }

  async #flushFiles(): Promise<void> {
    try {
      await this.#ctx.disk.syncFiles(this.#unflushed.splice(0));
    } catch (error) {
      // A stop commits what is decided: not what may have been lost.
      this.#files = [];
      throw error;
    }
  }

  /** Returns the only data file of a verdict, if it is small enough to be put together with others. */
  #small(publications: readonly Publication[]): Publication | undefined {
    const [data, more] = publications.filter(isData);
    const isSmall = data !== undefined && more === undefined && data.bytes < this.#parts.mergeBelow;
    return isSmall ? data : undefined;
  }

  /** Puts small files together, in their order, up to the target, and flushes what stays alone. */
  async #merge(files: readonly GroupedFile[]): Promise<GroupedFile[]> {
    const bins: { readonly at: number; readonly data: Publication }[][] = [[]];
    let size = 0;
    for (const [at, { publications = [] }] of files.entries()) {
      const data = this.#small(publications);
      if (data === undefined) continue;
      if (size + data.bytes > this.#parts.targetSize) {
        bins.push([]);
        size = 0;
      }
      size += data.bytes;
      bins.at(-1)?.push({ at, data });
    }
    const merged = [...files];
    const alone = new Set(files.flatMap(({ publications = [] }) => publications.filter(isData)));
    for (const bin of bins.filter(({ length }) => length > 1)) {
      for (const { data } of bin) alone.delete(data);
      const whole = await mergeStaged(this.#ctx, bin.map(({ data }) => data));
      for (const [index, { at, data }] of bin.entries()) {
        const file = merged[at];
        if (file === undefined) continue;
        const others = file.publications?.filter((one) => one !== data) ?? [];
        merged[at] = {
          ...file,
          row: { ...file.row, target: whole.path },
          publications: index === 0 ? [whole, ...others] : others,
        };
      }
    }
    if (this.#parts.mergeBelow > 0) alone.forEach((data) => flushStaged(this.#ctx, data));
    return merged;
  }

  /** Commits the group and moves its files into place. */
  async flush(): Promise<void> {
    await this.#flushFiles();
    if (this.#files.length === 0) return;
    const files = await this.#merge(this.#files);
    // Before the commit: after one that a fault or a stop follows, nothing may be committed a second time.
    this.#files = [];
    this.#byContent.clear();
    this.#byOutput.clear();
    this.#sums = { bytes: 0, rejects: 0, small: 0 };
    const { disk } = this.#ctx;
    const publications = files.flatMap((file) => file.publications ?? []);
    for (const { row, publications = [] } of files) this.#known.add(row, publications);
    const form = files.findLast((file) => file.form !== undefined)?.form;
    const change = { ...summed(this.#record.row, files), ...(form && { checkpoint: form }) };
    const alongside = () => {
      this.#insert(files);
      for (const { log } of files) log();
    };
    if (publications.length === 0) this.#record.commit("file-verdicts", change, alongside);
    else {
      if (files.length > 1) disk.syncDir(join(disk.root, this.#staging));
      this.#record.intend(change, { publications, alongside });
      await this.#record.confirm();
    }
  }

  #insert(files: readonly GroupedFile[]): void {
    const { db } = this.#ctx;
    const { key } = this.#record;
    for (const { checks = [] } of files) addChecks(db, key, checks);
    insertFiles(db, files.map(({ row }) => row));
    insertRejects(db, key, files.flatMap(({ rejects = [] }) => rejects));
  }
}

function isData({ kind }: Publication): boolean {
  return kind === "file";
}

function summed(row: StreamCounts, files: readonly GroupedFile[]): Partial<StreamCounts> {
  const total: Record<string, number> = {};
  for (const { counts } of files) {
    for (const [name, count] of Object.entries(counts)) {
      total[name] = (total[name] ?? row[name as keyof StreamCounts]) + count;
    }
  }
  return total;
}

function asKnown(file: GroupedFile | undefined): KnownFile | undefined {
  if (file === undefined) return undefined;
  const { path, sha256, bytes, mtime_ms, version, verdict, acceptance } = file.row;
  return { path, sha256, bytes, mtimeMs: mtime_ms, version, verdict, acceptance, sameRun: true };
}
