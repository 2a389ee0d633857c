import type { Sheet } from "./_workbook.ts";

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
  /** Where it is, if it is in an archive: then path, size and content are its own, and the rest is of the archive. */
  readonly packed?: PackedFile;
}

/** Where the bytes of a file are in an archive. */
export interface PackedFile {
  /** The archive. */
  readonly archive: FileEntry;
  /** Its name, as the directory of the archive has it. */
  readonly name: string;
  /** Offset of its own header. */
  readonly offset: number;
  /** How many there are. */
  readonly bytes: number;
  /** Whether they are deflated; otherwise they are stored as they are. */
  readonly isDeflated: boolean;
  /** Checksum of the content. */
  readonly crc32: number;
  /** What else it takes to read it, if it is a sheet of a workbook: its content is CSV then. @default {it is none} */
  readonly sheet?: Sheet;
  /** Why it cannot be read. @default {it can} */
  readonly fault?: { readonly code: "file-archive" | "file-bomb"; readonly message: string };
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
export function isSameFile({ packed, ...own }: FileEntry, info: FileState): boolean {
  const entry = packed?.archive ?? own;
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
