import { createHash } from "node:crypto";
import { join } from "node:path";
import { type FileRow, newestPublished, publishedVersion, type RejectEntry } from "../audit/mod.ts";
import { DataError } from "../errors/mod.ts";
import { type FileEntry, stillSame } from "../files/mod.ts";
import type { FileSource, PreparedFile } from "./file_source.ts";
import type { RunContext } from "./run_context.ts";
import type { StreamRecord } from "./stream_record.ts";

/** Published files that are looked at, the newest ones: most are in the folder as they were. */
const MOST_PUBLISHED = 10_000;
/** Those of them that a log with another name and inode may have grown from: comparing with one takes 10 us. */
const MOST_GONE = 1_000;
/** Files of this attempt that a later one may have grown from: a rotation under way takes neighbors in the listing. */
const MOST_RECENT = 64;

/** A published file that another one may have grown from. */
export type LogOrigin = Pick<FileRow, "path" | "sha256" | "bytes" | "inode" | "rejected">;

/** What is published of a stream, if its files are known by their text. */
interface PublishedLogs {
  readonly textOf: (entry: FileEntry) => AsyncIterable<Uint8Array>;
  /** Returns those that are not in the folder as they were, newest first. */
  readonly gone: () => LogOrigin[];
  /** Returns the newest one of a path. */
  readonly latest: (path: string) => LogOrigin | undefined;
  readonly signal: AbortSignal;
}

/** What a log was found to hold. */
interface ReadLog {
  readonly prepared: PreparedFile;
  readonly rejects: readonly RejectEntry[];
}

/** Finds the published log that another one begins with: it has grown, whatever its name is by now. */
export class GrownLogs {
  readonly #published: PublishedLogs;
  #gone: LogOrigin[] | undefined;
  readonly #recent: LogOrigin[] = [];
  /** Contents that are in the folder. */
  readonly #seen = new Set<string>();
  readonly #later: FileEntry[] = [];
  #isLast = false;

  constructor(published: PublishedLogs) {
    this.#published = published;
  }

  /** Notes the content of a file of the folder, and of what it is a duplicate of: that did not grow. */
  see(
    { sha256, duplicateOf = sha256 }: { sha256: string; duplicateOf?: string | undefined },
  ): void {
    this.#seen.add(sha256).add(duplicateOf);
  }

  /** Notes what is published now. */
  add(found: Omit<LogOrigin, "rejected">, { prepared, rejects }: ReadLog): void {
    this.see(found);
    if (prepared.written === 0) return;
    this.#recent.push({ ...found, rejected: rejects.length });
    if (this.#recent.length > MOST_RECENT) this.#recent.shift();
  }

  /** Returns the files to look at once all others have been. */
  later(): FileEntry[] {
    this.#isLast = true;
    return this.#later;
  }

  /**
   * Returns what a file has grown from: the longest published log that it begins with, unless a file of the folder
   * still is that log.
   *
   * @returns `later` if that is not known before all files of the folder have been looked at.
   */
  async originOf(entry: FileEntry): Promise<LogOrigin | "later" | undefined> {
    const origin = await this.#beginningOf(entry).catch((error) => {
      // Whoever reads it for its records says so.
      if (error instanceof DataError) return undefined;
      throw error;
    });
    if (origin === undefined || isSame(origin, entry)) return origin;
    if (this.#isLast) return this.#seen.has(origin.sha256) ? undefined : origin;
    this.#later.push(entry);
    return "later";
  }

  #candidates(entry: FileEntry): LogOrigin[] {
    this.#gone ??= this.#published.gone();
    const { path, inode } = entry;
    const gone = this.#gone.filter((one, at) =>
      at < MOST_GONE || inode !== null && one.inode === inode
    );
    const latest = this.#published.latest(path);
    return [...(latest === undefined ? [] : [latest]), ...gone, ...this.#recent];
  }

  async #beginningOf(entry: FileEntry): Promise<LogOrigin | undefined> {
    const bySize = Map.groupBy(this.#candidates(entry), ({ bytes }) => bytes);
    const sizes = [...bySize.keys()].sort((a, b) => a - b);
    if (sizes.length === 0) return undefined;
    const sum = createHash("sha256");
    let longest: LogOrigin | undefined;
    let [size, next] = [0, 0];
    for await (const chunk of this.#published.textOf(entry)) {
      this.#published.signal.throwIfAborted();
      let from = 0;
      // Text must follow.
      for (let end; (end = sizes[next]) !== undefined && end < size + chunk.length; next++) {
        sum.update(chunk.subarray(from, end - size));
        from = end - size;
        const sha256 = sum.copy().digest("hex");
        const found = bySize.get(end)?.filter((one) => one.sha256 === sha256) ?? [];
        longest = found.find((one) => isSame(one, entry)) ?? found[0] ?? longest;
      }
      if (next === sizes.length) break;
      sum.update(chunk.subarray(from));
      size += chunk.length;
    }
    return longest;
  }
}

/** A file that was written on where it is. */
function isSame(origin: LogOrigin, { path, inode }: FileEntry): boolean {
  return origin.path === path && inode !== null && origin.inode === inode;
}

/**
 * Returns the content of what a file has grown from, if its events are those of the origin for sure: a time is among
 * them, and none that readers see is rejected now. Others are better seen twice than not at all.
 */
export function grewFrom(
  origin: LogOrigin | undefined,
  { prepared, rejects }: ReadLog,
): string | null {
  if (origin === undefined || prepared.written === 0) return null;
  const { bytes, rejected, sha256 } = origin;
  const { firstTimeEnd = Infinity } = prepared;
  const now = rejects.filter(({ place: { byteOffset = 0 } }) => byteOffset < bytes).length;
  return firstTimeEnd <= bytes && now <= rejected ? sha256 : null;
}

/** Returns what finds grown logs, if a source's files are known by their text. */
export function grownLogs(
  { db, signal }: RunContext,
  { row }: StreamRecord,
  { path: folder, textOf }: FileSource,
): GrownLogs | undefined {
  if (textOf === undefined) return undefined;
  return new GrownLogs({
    textOf,
    signal,
    gone: () =>
      newestPublished(db, row, MOST_PUBLISHED).filter((one) => {
        const { path, bytes: size, mtime_ms: mtimeMs, inode } = one;
        const entry = { path, absolutePath: join(folder, path), size, mtimeMs, inode };
        return !stillSame({ ...entry, ctimeMs: null });
      }),
    latest: (path) => {
      const found = publishedVersion(db, row, path);
      return found?.written === 0 ? undefined : found;
    },
  });
}
