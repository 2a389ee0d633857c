import { join } from "node:path";
import {
  type FileRow,
  isContinued,
  isSuperseded,
  lastVersion,
  pathsOfContent,
  publishedRows,
  seenContent,
  type StreamName,
  versionBefore,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import type { FileEntry } from "../files/mod.ts";
import { attempt, exists } from "../io/mod.ts";

/** Paths of one content that are looked at for one that is gone: of an empty file there may be thousands. */
const MOST_LOOKS = 64;

/** Paths of one content that are kept in memory, for many files that change may have had it. */
const MANY = 8;

/** What {@linkcode HeldContents} goes by. */
export interface HeldContentsOptions {
  readonly db: Database;
  readonly stream: StreamName;
  /** Folder of the source, absolute. */
  readonly folder: string;
  /** Paths that were found in it. */
  readonly seen: ReadonlySet<string>;
}

/** Which file of a folder holds which content, and what readers see of it, by all decisions so far. */
export class HeldContents {
  readonly #about: HeldContentsOptions;
  /** What files hold by decisions of this attempt that may not be committed yet. */
  readonly #now = new Map<string, string>();
  /** Versions that such decisions supersede, and those that got another name. */
  readonly #superseded = new Set<string>();
  readonly #continued = new Set<string>();
  /** The paths of `now`, by content. */
  readonly #newly = new Map<string, string[]>();
  /** Paths that may hold a content, if they are many. */
  readonly #paths = new Map<string, Set<string>>();
  /** Whether all names are known. */
  isLast = false;

  constructor(about: HeldContentsOptions) {
    this.#about = about;
  }

  /** Notes what a file holds by now, and what it leaves. */
  note(row: FileRow): void {
    if (row.supersedes_path !== null) this.#leave(row, row.supersedes_path);
    // Before, who asks looks at files that are gone: nothing is decided about them.
    if (!this.isLast) return;
    const content = seenContent(row);
    this.#now.set(row.path, content);
    this.#newly.getOrInsertComputed(content, () => []).push(row.path);
    this.#paths.get(content)?.add(row.path);
  }

  #leave(row: FileRow, path: string): void {
    const version = `${row.supersedes_version} ${path}`;
    if (row.verdict === "published" || path === row.path) this.#superseded.add(version);
    if (path === row.path) return;
    const before = versionBefore(this.#about.db, row);
    const isSame = before !== undefined && seenContent(before) === seenContent(row);
    if (row.verdict === "duplicate" || isSame) this.#continued.add(version);
  }

  /** Returns the version that a path held last, unless that has another name by now. */
  version(path: string): FileRow | undefined {
    const { db, stream } = this.#about;
    const row = lastVersion(db, stream, path);
    if (row === undefined || this.#continued.has(`${row.version} ${row.path}`)) return undefined;
    return isContinued(db, row) ? undefined : row;
  }

  /** Returns the content that a path held last, as readers see it. */
  content(path: string): string | undefined {
    const row = this.version(path);
    return row && seenContent(row);
  }

  /** Whether a file is there, and held a content last. */
  holds(path: string, sha256: string): boolean {
    return (this.#now.get(path) ?? this.content(path)) === sha256 && this.isThere(path);
  }

  /** Whether a file of the folder held a content last, other than the one at a path, and one that counts. */
  hasOther(sha256: string, path: string, counts: (path: string) => boolean): boolean {
    const paths = this.#pathsOf(sha256);
    for (const other of paths) {
      // What it does not hold any more it may be noted to hold again.
      if (!this.holds(other, sha256)) paths.delete(other);
      else if (other !== path && counts(other)) return true;
    }
    return false;
  }

  /** Returns the version with a content of a file that is gone, other than one at a path. */
  gone(sha256: string, path: string): FileRow | undefined {
    return this.#left(sha256, path, () => false)
      .find((row) => this.version(row.path)?.version === row.version);
  }

  /** Says whether a file with a content had another name: its number alone tells it from copies of it. */
  hadName(sha256: string, entry: FileEntry, hasLeft: (path: string) => boolean): boolean {
    return entry.inode !== null && this.#left(sha256, entry.path, hasLeft)
      .some(({ inode, mtime_ms }) => inode === entry.inode && mtime_ms === entry.mtimeMs);
  }

  /** Yields the last versions with a content of paths whose files are gone or have left them, other than one. */
  *#left(
    sha256: string,
    path: string,
    hasLeft: (path: string) => boolean,
  ): Generator<FileRow> {
    const { db, stream } = this.#about;
    let looks = 0;
    for (const other of this.#pathsOf(sha256)) {
      if (looks++ === MOST_LOOKS) return;
      if (other === path || !hasLeft(other) && this.isThere(other)) continue;
      const row = lastVersion(db, stream, other);
      if (row?.path === other && seenContent(row) === sha256) yield row;
    }
  }

  /** Returns the versions with a content that readers see. */
  visible(sha256: string): FileRow[] {
    const { db, stream } = this.#about;
    return publishedRows(db, stream, sha256).filter((row) =>
      !this.#superseded.has(`${row.version} ${row.path}`) && !isSuperseded(db, row)
    );
  }

  #pathsOf(sha256: string): Set<string> {
    const { db, stream } = this.#about;
    const known = this.#paths.get(sha256);
    if (known !== undefined) return known;
    const paths = new Set([
      ...pathsOfContent(db, stream, sha256),
      ...this.#newly.get(sha256) ?? [],
    ]);
    if (this.isLast && paths.size >= MANY) this.#paths.set(sha256, paths);
    return paths;
  }

  /** Says whether a file is there; a member is if its archive is, unless that was listed without it. */
  isThere(path: string): boolean {
    const { seen, folder } = this.#about;
    if (seen.has(path)) return true;
    const onDisk = join(folder, path.replace(/(\.(?:zip|xlsx))\/.*/i, "$1"));
    return attempt("look at", onDisk, () => exists(onDisk));
  }
}
