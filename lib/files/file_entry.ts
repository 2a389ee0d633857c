/** A file as it was when it was listed. */
export interface FileEntry {
  /** Path relative to the root, with `/` on every system. */
  readonly path: string;
  /** Path to open it by. */
  readonly absolutePath: string;
  /** Bytes. */
  readonly size: number;
  /** Time of the last change of the content, ms since 1970; whoever writes the file may set it. */
  readonly mtimeMs: number;
  /** Time of the last change of content or attributes, ms since 1970, by the file system's own clock; `null` if unknown. */
  readonly ctimeMs: number | null;
  /** Number of the file within its file system; `null` if there is none (Windows). */
  readonly inode: number | null;
}

/** What of {@linkcode Deno.FileInfo} describes a file. */
export type FileState = Pick<Deno.FileInfo, "size" | "mtime" | "ctime" | "ino">;

/** Returns the entry of a file whose state is known. */
export function fileEntry(path: string, absolutePath: string, info: FileState): FileEntry {
  return {
    path,
    absolutePath,
    size: info.size,
    mtimeMs: info.mtime?.getTime() ?? 0,
    ctimeMs: info.ctime?.getTime() ?? null,
    inode: info.ino,
  };
}

/** Returns whether a state is that of the entry: size, time of change and inode. */
export function isSameFile(entry: FileEntry, info: FileState): boolean {
  const now = fileEntry(entry.path, entry.absolutePath, info);
  return now.size === entry.size && now.mtimeMs === entry.mtimeMs && now.inode === entry.inode;
}

/**
 * Returns whether a path still leads to the file that was listed, unchanged: size, time of change and inode.
 *
 * To be asked right before a verdict takes effect. `false` too if the file is gone or cannot be looked at.
 */
export function stillSame(entry: FileEntry): boolean {
  try {
    return isSameFile(entry, Deno.statSync(entry.absolutePath));
  } catch {
    return false; // Whatever the reason is, the file as listed can no longer be vouched for.
  }
}
