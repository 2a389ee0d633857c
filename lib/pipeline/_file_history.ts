import { join } from "node:path";
import {
  type FileRow,
  heldVersion,
  isContinued,
  isSuperseded,
  knownFile,
  pathsOfContent,
  publishedRows,
  seenContent,
  type StreamKey,
  type StreamName,
  versionBefore,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import type { FileContent, FileEntry, KnownFiles } from "../files/mod.ts";
import { attempt, exists } from "../io/mod.ts";

/** A file with another content than its name had, to be decided on once all names are known. */
export interface ChangedFile extends FileContent {
  readonly entry: FileEntry;
}

/** Paths of one content that are looked at for one that is gone: of an empty file there may be thousands. */
const MOST_LOOKS = 64;

/** Paths of one content that are kept in memory, for many files that change may have had it. */
const MANY = 8;

/** What a {@linkcode FileHistory} goes by. */
export interface FileHistoryOptions {
  readonly db: Database;
  readonly stream: StreamName;
  /** Folder of the source, absolute. */
  readonly folder: string;
  /** Paths that were found in it. */
  readonly seen: ReadonlySet<string>;
  /** Says whether readers see a content. */
  readonly isVisible: (sha256: string) => boolean;
  /** Whether its files are logs: one that goes on under its name is published whole, as one does that follows it. */
  readonly areLogs: boolean;
}

/**
 * Follows files by their contents: a name may go to another file, and a file may get another name. A new content takes the
 * place of what its file held before only if no other file of the folder holds that.
 */
export class FileHistory {
  readonly #about: FileHistoryOptions;
  /** Whether all names are known. */
  #isLast = false;
  readonly #changed = new Map<string, ChangedFile>();
  /** What files hold by decisions of this attempt that may not be committed yet. */
  readonly #now = new Map<string, string>();
  /** Versions that such decisions supersede, and those that got another name. */
  readonly #superseded = new Set<string>();
  readonly #continued = new Set<string>();
  /** The paths of `now`, by content. */
  readonly #newly = new Map<string, string[]>();
  /** Paths that may hold a content, if they are many. */
  readonly #paths = new Map<string, Set<string>>();

  constructor(about: FileHistoryOptions) {
    this.#about = about;
  }

  /** Returns what is known of the stream's files, with what a new content takes the place of. */
  over(known: KnownFiles, key: Pick<StreamKey, "run_id">): KnownFiles {
    return {
      ...known,
      supersededBy: (...of) => {
        const row = this.supersededBy(...of);
        return row && knownFile(row, key);
      },
    };
  }

  /** Keeps a file for later whose name had another content: the file that had it may have another name. */
  keeps(entry: FileEntry, { kind, ...content }: FileContent & { readonly kind: string }): boolean {
    if (this.#isLast || this.#about.areLogs || content.version === 1 || kind === "still-rejected") {
      return false;
    }
    const held = this.heldBy(entry.path);
    if (held === undefined) return false;
    // What was retracted comes again as what it was: a later version.
    if (held === content.sha256 && this.#about.isVisible(held)) return false;
    this.#changed.set(entry.path, { ...content, entry });
    return true;
  }

  /** Yields the files that are kept, now that all names are known: first those that were only moved. */
  *kept(): Generator<ChangedFile> {
    this.#isLast = true;
    const all = [...this.#changed.values()];
    for (const file of all) if (this.#isMoved(file)) yield file;
    for (const file of all) if (this.#changed.has(file.entry.path)) yield file;
  }

  #isMoved({ sha256, entry }: ChangedFile): boolean {
    return this.#about.isVisible(sha256) && !this.isHeldElsewhere(sha256, entry.path);
  }

  /** Notes that a kept file is decided on now. */
  release({ entry }: ChangedFile): void {
    this.#changed.delete(entry.path);
  }

  /** Notes what a file holds by now. */
  note(row: FileRow): void {
    if (row.verdict !== "published" && row.verdict !== "duplicate") return;
    if (row.supersedes_path !== null) {
      const left = row.verdict === "published" ? this.#superseded : this.#continued;
      left.add(`${row.supersedes_version} ${row.supersedes_path}`);
    }
    // Before, who asks looks at files that are gone: nothing is decided about them.
    if (!this.#isLast) return;
    const content = seenContent(row);
    this.#now.set(row.path, content);
    this.#newly.getOrInsertComputed(content, () => []).push(row.path);
    this.#paths.get(content)?.add(row.path);
  }

  /** Returns the content that a path held last, as readers see it. */
  heldBy(path: string): string | undefined {
    const row = this.#held(path);
    return row && seenContent(row);
  }

  /** Returns the version that a path held last, unless that has another name by now. */
  #held(path: string): FileRow | undefined {
    const { db, stream } = this.#about;
    const row = heldVersion(db, stream, path);
    if (row === undefined || this.#continued.has(`${row.version} ${path}`)) return undefined;
    return isContinued(db, row) ? undefined : row;
  }

  /** Returns the version that a file is under another name: that is gone. */
  movedFrom(sha256: string, path: string): FileRow | undefined {
    let looks = 0;
    for (const other of this.#pathsOf(sha256)) {
      if (looks++ === MOST_LOOKS) return undefined;
      if (other === path || this.isThere(other)) continue;
      const row = this.#held(other);
      if (row !== undefined && seenContent(row) === sha256) return row;
    }
    return undefined;
  }

  /** Says whether a file of the folder holds a content for sure, other than the one at a path. */
  isHeldElsewhere(sha256: string, path: string): boolean {
    return this.#hasOther(sha256, path, (other) => !this.#changed.has(other));
  }

  /**
   * Returns the version that readers see of what a path held, if its new content takes its place. It does not if another
   * file holds that, or may still keep it; nor if the new content is a file that was moved here: what was here is gone.
   */
  supersededBy(path: string, sha256: string): FileRow | undefined {
    const { db, stream, isVisible, areLogs } = this.#about;
    if (!this.#isLast && !areLogs) return undefined;
    let row = this.#held(path);
    while (row !== undefined && seenContent(row) === sha256 && !isVisible(sha256)) {
      row = versionBefore(db, row);
    }
    if (row === undefined) return undefined;
    const held = seenContent(row);
    if (held === sha256) return undefined;
    if (isVisible(sha256) && !this.isHeldElsewhere(sha256, path)) return undefined;
    const visible = publishedRows(db, stream, held).filter((one) => this.#isVisible(one));
    const { path: name, version } = row;
    const own = visible.find((one) => one.path === name && one.version === version);
    const isNeeded = this.#hasOther(held, path, () => true);
    if (isNeeded) return visible.length > 1 ? own : undefined;
    return own ?? visible[0];
  }

  #isVisible(row: FileRow): boolean {
    return !this.#superseded.has(`${row.version} ${row.path}`) &&
      !isSuperseded(this.#about.db, row);
  }

  #hasOther(sha256: string, path: string, counts: (path: string) => boolean): boolean {
    const paths = this.#pathsOf(sha256);
    for (const other of paths) {
      const holds = (this.#now.get(other) ?? this.heldBy(other)) === sha256 && this.isThere(other);
      // What it does not hold any more it may be noted to hold again.
      if (!holds) paths.delete(other);
      else if (other !== path && counts(other)) return true;
    }
    return false;
  }

  #pathsOf(sha256: string): Set<string> {
    const { db, stream } = this.#about;
    const known = this.#paths.get(sha256);
    if (known !== undefined) return known;
    const paths = new Set([
      ...pathsOfContent(db, stream, sha256),
      ...this.#newly.get(sha256) ?? [],
    ]);
    if (this.#isLast && paths.size >= MANY) this.#paths.set(sha256, paths);
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
