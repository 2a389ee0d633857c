/** One version of a file, as the audit database remembers it. */
export interface KnownFile {
  /** Path relative to the source's folder. */
  readonly path: string;
  /** Lower-case hex sha256 of the content. */
  readonly sha256: string;
  /** Size. */
  readonly bytes: number;
  /** Last change, in ms since 1970. */
  readonly mtimeMs: number;
  /** Counts the contents seen under this path, from 1. */
  readonly version: number;
  /** What became of it. */
  readonly verdict: "published" | "rejected" | "duplicate" | "retracted";
  /** Identity of the configuration keys that decided whether it was accepted. */
  readonly acceptance: string;
  /** Number of the file within its file system, if it is known. @default it is not */
  readonly inode?: number | null | undefined;
  /** Content that a duplicate is a duplicate of, which may be packed in another way. @default its own */
  readonly duplicateOf?: string | undefined;
  /** Whether the run that asks made the verdict, before it was resumed; for the caller's counts. */
  readonly sameRun: boolean;
}

/** Memory of the files of one stream. */
export interface KnownFiles {
  /** Returns the newest version of a path, whatever its verdict. */
  latest(path: string): KnownFile | undefined;
  /** Returns the newest version of a path that was accepted, be it as a duplicate. */
  held(path: string): KnownFile | undefined;
  /** Returns the newest published version of a path. */
  published(path: string): KnownFile | undefined;
  /** Returns the version that readers see and that a new content of a path supersedes. @default {the published one} */
  supersededBy?(path: string, sha256: string): KnownFile | undefined;
  /** Says whether a version was superseded under another name, or is a file that has one by now. @default it is not */
  isLeft?(file: KnownFile): boolean;
  /**
   * Returns the file that holds a content, never a duplicate: a published version that readers still see if there is one,
   * else the newest rejected one. Where new versions replace old ones, readers do not see a superseded version.
   */
  byContent(sha256: string): KnownFile | undefined;
  /** Returns the newest version of a published file that became these bytes in the lake. @default none is known */
  byOutput?(sha256: string): KnownFile | undefined;
}
