import {
  type FileRow,
  heldVersion,
  knownFile,
  rejectedByContent,
  retractedVersion,
  seenContent,
  type StreamKey,
  type StreamName,
  supersededVersions,
  versionBefore,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import {
  decideContent,
  type DecideContentOptions,
  type FileContent,
  type FileDecision,
  type FileEntry,
  type KnownFile,
  type KnownFiles,
} from "../files/mod.ts";
import type { FoundFile } from "./_file_verdicts.ts";
import { HeldContents } from "./_held_contents.ts";
import type { FileSource } from "./file_source.ts";

/** A file that is decided on once all names are known. */
export interface ChangedFile extends FileContent {
  readonly entry: FileEntry;
  /** What it was rejected for, if that may not be so any more, and the decision that holds if it is. */
  readonly rejection?: { readonly row: FileRow; readonly decision: FileDecision };
}

/** What a {@linkcode FileHistory} goes by. */
export interface FileHistoryOptions {
  readonly db: Database;
  readonly stream: StreamName;
  readonly source: Pick<FileSource, "path" | "onChange" | "onDuplicate" | "textOf">;
  /** Paths that were found in its folder. */
  readonly seen: ReadonlySet<string>;
  /** Says whether readers see a content. */
  readonly isVisible: (sha256: string) => boolean;
}

/** The version that another one comes after, as the audit database keeps it. */
type VersionBefore = Pick<FileRow, "supersedes_path" | "supersedes_version">;

/**
 * Follows files by their contents: a name may go to another file, and a file may get another name. A new content takes the
 * place of what its file held before only if no other file of the folder holds that.
 */
export class FileHistory {
  readonly #about: FileHistoryOptions;
  readonly #held: HeldContents;
  /** Whether its files are logs: one that goes on under its name is published whole, as one does that follows it. */
  readonly #areLogs: boolean;
  /** Whether a content is published for each of its names: for a new one in place of one that it has left. */
  readonly #isForEach: boolean;
  readonly #changed = new Map<string, ChangedFile>();
  /** Those of them that are copies that had another name. */
  readonly #moved = new Set<string>();
  /** The one that is decided on. */
  #current: FileEntry | undefined;
  /** Paths of files that were rejected now: they do not hold what they did. */
  readonly #rejected = new Set<string>();

  constructor(about: FileHistoryOptions) {
    this.#about = about;
    const { db, stream, seen, source } = about;
    this.#held = new HeldContents({ db, stream, seen, folder: source.path });
    this.#areLogs = source.textOf !== undefined;
    this.#isForEach = source.onChange === "replace" && source.onDuplicate === "publish";
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

  /** Keeps a file for later if it depends on files that may come after it. */
  keeps(entry: FileEntry, decision: FileDecision): boolean {
    if (this.#held.isLast || this.#areLogs) return false;
    const file = this.#rejectedFile(entry, decision) ?? this.#changedFile(entry, decision);
    if (file !== undefined) this.#changed.set(entry.path, file);
    return file !== undefined;
  }

  /** Returns a file whose name had another content: the file that had it may have another name. */
  #changedFile(entry: FileEntry, decision: FileDecision): ChangedFile | undefined {
    if (!("version" in decision) || decision.kind === "still-rejected") return undefined;
    const { isVisible } = this.#about;
    const { sha256, size, version, announcedRows } = decision;
    const held = version === 1 ? undefined : this.heldBy(entry.path);
    const isKept = held === undefined
      ? this.#isForEach && isVisible(sha256) || this.#retracted(sha256) !== undefined
      // What was retracted comes again as what it was: a later version.
      : held !== sha256 || !isVisible(held);
    if (!isKept) return undefined;
    return { sha256, size, version, ...(announcedRows !== undefined && { announcedRows }), entry };
  }

  /** Returns a file that was rejected as another one's next version: what that held may be elsewhere, or retracted. */
  #rejectedFile(entry: FileEntry, decision: FileDecision): ChangedFile | undefined {
    const { db, stream, source } = this.#about;
    if (source.onChange !== "reject") return undefined;
    const { kind } = decision;
    if (kind !== "unchanged" && kind !== "touched" && kind !== "still-rejected") return undefined;
    const known = kind === "still-rejected" ? decision.like : decision.known;
    if (known.verdict !== "rejected") return undefined;
    const row = rejectedByContent(db, stream, known.sha256);
    if (row?.error_code !== "file-version") return undefined;
    const version = kind === "still-rejected" ? decision.version : known.version + 1;
    const content = { sha256: known.sha256, size: known.bytes, version };
    return { ...content, entry, rejection: { row, decision } };
  }

  /** Yields the files that are kept, now that all names are known: first those that were only moved. */
  *kept(): Generator<ChangedFile> {
    this.#held.isLast = true;
    const all = [...this.#changed.values()];
    const changed = all.filter(({ rejection }) => rejection === undefined);
    const hasLeft = (path: string) => this.#changed.has(path);
    for (const { sha256, entry } of changed) {
      if (this.#held.hadName(sha256, entry, hasLeft)) this.#moved.add(entry.path);
    }
    for (const file of changed) if (this.#isMoved(file.entry.path, file.sha256)) yield file;
    for (const file of changed) if (this.#changed.has(file.entry.path)) yield file;
    yield* all.filter(({ rejection }) => rejection !== undefined);
  }

  /** Notes that a kept file is decided on now. */
  release({ entry }: ChangedFile): void {
    this.#changed.delete(entry.path);
    this.#current = entry;
  }

  /** Decides on a kept file. */
  decide(file: ChangedFile, rules: DecideContentOptions): FileDecision {
    const { entry: { path }, rejection, ...content } = file;
    const { announcedRows } = file;
    if (rejection === undefined) {
      const decision = decideContent(path, content, rules);
      return announcedRows === undefined || decision.kind === "touched"
        ? decision
        : { ...decision, announcedRows };
    }
    if (this.#isRejected(path, content.sha256, rejection.row)) return rejection.decision;
    const of = rules.known.byContent(content.sha256);
    return of?.verdict === "published"
      ? { kind: "duplicate", ...content, of }
      : { kind: "new-version", ...content, supersedes: null };
  }

  /** Says whether a content still is another one of a file that is published: not if the folder has that as it was. */
  #isRejected(path: string, sha256: string, row: FileRow): boolean {
    const { db, stream } = this.#about;
    if (this.supersededBy(path, sha256) !== undefined) return true;
    const before = versionBefore(db, row) ?? heldVersion(db, stream, row.duplicate_of ?? row.path);
    if (before === undefined) return false;
    const held = seenContent(before);
    const counts = (other: string) => !this.#changed.has(other) && !this.#rejected.has(other);
    return this.#held.visible(held).length > 0 && !this.#held.hasOther(held, path, counts);
  }

  /** Notes what a file holds by now. */
  note(row: FileRow): void {
    if (row.verdict === "rejected") this.#rejected.add(row.path);
    if (row.verdict === "published" || row.verdict === "duplicate") this.#held.note(row);
  }

  /** Returns the content that a path held last, as readers see it. */
  heldBy(path: string): string | undefined {
    return this.#held.content(path);
  }

  /** Says whether a file is there; a member is if its archive is, unless that was listed without it. */
  isThere(path: string): boolean {
    return this.#held.isThere(path);
  }

  /** Returns the version that a file was under another name: that is gone. */
  nameBefore(sha256: string, path: string): VersionBefore {
    const row = this.#held.gone(sha256, path);
    return { supersedes_path: row?.path ?? null, supersedes_version: row?.version ?? null };
  }

  /** Says whether a file of the folder holds a content for sure, other than the one at a path. */
  #isHeldElsewhere(sha256: string, path: string): boolean {
    return this.#held.hasOther(sha256, path, (other) => !this.#changed.has(other));
  }

  /** Says whether a content is that of a path, which was only packed anew, or was moved there. */
  isItself(path: string, sha256: string): boolean {
    return this.heldBy(path) === sha256 || !this.#isHeldElsewhere(sha256, path);
  }

  /** Says whether a path has what a file was that is not where it was. */
  #isMoved(path: string, sha256: string): boolean {
    if (!this.#about.isVisible(sha256)) return false;
    if (!this.#isHeldElsewhere(sha256, path)) return true;
    return this.#moved.has(path);
  }

  /**
   * Returns the version that readers see of what a path held, if its new content takes its place. It does not if another
   * file holds that, or may still keep it; nor if the new content is a file that was moved here: what was here is gone.
   */
  supersededBy(path: string, sha256: string): FileRow | undefined {
    if (!this.#held.isLast && !this.#areLogs) return undefined;
    const row = this.#before(path, sha256);
    if (row === undefined) return this.#leftBehind(path, sha256);
    const held = seenContent(row);
    if (held === sha256) return undefined;
    if (this.#isMoved(path, sha256)) return this.#leftBehind(path, sha256);
    const visible = this.#held.visible(held);
    const { path: name, version } = row;
    const own = visible.find((one) => one.path === name && one.version === version);
    const isNeeded = this.#held.hasOther(held, path, () => true);
    if (isNeeded) return visible.length > 1 ? own : undefined;
    return own ?? visible[0];
  }

  /** Returns the version that a path held before a content; of one that was retracted, what it took the place of then. */
  #before(path: string, sha256: string): FileRow | undefined {
    const held = this.#held.version(path);
    if (this.#about.isVisible(sha256)) return held;
    for (let row of [held, this.#retracted(sha256)]) {
      while (row !== undefined && seenContent(row) === sha256) {
        row = versionBefore(this.#about.db, row);
      }
      if (row !== undefined) return row;
    }
    return undefined;
  }

  /** Returns a version with a content that took the place of another one, and was retracted. */
  #retracted(sha256: string): FileRow | undefined {
    const { db, stream, source, isVisible } = this.#about;
    if (source.onChange !== "replace" || isVisible(sha256)) return undefined;
    return retractedVersion(db, stream, sha256);
  }

  /** Where a content is published for each of its names, returns what is published of it under one that it has left. */
  #leftBehind(path: string, sha256: string): FileRow | undefined {
    if (!this.#isForEach || !this.#about.isVisible(sha256)) return undefined;
    const left = this.#held.visible(sha256).filter(({ path: other }) =>
      other !== path && (this.#changed.has(other) || !this.#held.holds(other, sha256))
    );
    const inode = this.#current?.path === path ? this.#current.inode : null;
    // A file that has changed may be a next version of itself.
    return left.find((one) => inode !== null && one.inode === inode) ??
      left.find((one) => !this.isThere(one.path)) ?? left[0];
  }

  /**
   * Returns the version of a path that one of it comes after which readers see from a copy: what that takes the place of
   * goes out of sight with it. `undefined` if it takes the place of none of its path.
   */
  replacedByCopy(
    { path, supersedes_path, supersedes_version }: FoundFile,
    { verdict }: Pick<KnownFile, "verdict">,
  ): VersionBefore | undefined {
    const { db, stream } = this.#about;
    const held = this.#held.version(path);
    if (verdict !== "published" || this.#isForEach || held?.path !== path) return undefined;
    const before = { supersedes_path: held.path, supersedes_version: held.version };
    const isOfPath = supersededVersions(db, { ...stream, ...before })
      .some((one) => one.path === supersedes_path && one.version === supersedes_version);
    return isOfPath ? before : undefined;
  }
}
