import { createHash } from "node:crypto";
import { actionFor, DataError, StorageError } from "../errors/mod.ts";
import { extensionOf } from "./_extension_of.ts";
import { holdsContent } from "./_file_chunks.ts";
import { type Announcement, announcementFault, readAnnouncement } from "./announcement.ts";
import { type FileEntry, stillSame } from "./file_entry.ts";
import { startsCompressed } from "./decompressed.ts";
import type { Finding } from "./findings.ts";
import { type FileHash, hashEntry } from "./hash_file.ts";
import type { KnownFile, KnownFiles } from "./known_file.ts";

/** A content that has no verdict of its own yet, and the version that it will be. */
export interface FileContent extends FileHash {
  /** Number of its content under this name, from 1. */
  readonly version: number;
  /** Rows that its announcement says it has; for whoever reads it to compare. */
  readonly announcedRows?: number;
}

/** Decision on a file whose content has been read. */
export type ContentDecision =
  /** The content as before; only its time moved, and should be noted. */
  | { readonly kind: "touched"; readonly known: KnownFile }
  /** Readers see the same content already, from another path or from an earlier version of this one. */
  | FileContent & { readonly kind: "duplicate"; readonly of: KnownFile }
  /** The content was rejected by the same keys under another path or as an earlier version; so it is under this one. */
  | FileContent & { readonly kind: "still-rejected"; readonly like: KnownFile }
  /** The path was not seen before. */
  | FileContent & { readonly kind: "new"; readonly version: 1 }
  /** The path had another content; `supersedes` is `null` if no earlier version was published. */
  | FileContent & { readonly kind: "new-version"; readonly supersedes: KnownFile | null }
  /** The content was rejected, or called a duplicate of a rejected one, under other keys; or its run was retracted. */
  | FileContent & {
    readonly kind: "retry";
    readonly known: KnownFile;
    readonly supersedes: KnownFile | null;
  };

/** Why a file is not known to be whole. */
export type WaitingReason = "too-young" | "changing" | "vanished" | "in-transfer" | "not-announced";

/** Names that programs give to what they are still writing. */
const IN_TRANSFER = /\.(part|partial|tmp|temp|filepart|crdownload|download|swp)$/i;

/** Decision on a file: take it in (`new`, `new-version`, `retry`), note it, or leave it for the next run. */
export type FileDecision =
  | ContentDecision
  /** The file is not known to be whole, or is gone: no verdict, the next run looks again. */
  | { readonly kind: "waiting"; readonly reason: WaitingReason }
  /** The file cannot be read, or is not what its announcement says: no verdict, but the source is partial. */
  | { readonly kind: "unreadable"; readonly problem: Finding }
  /** Path, size and time of change are as before; the content was not read. */
  | { readonly kind: "unchanged"; readonly known: KnownFile };

/** Options of {@linkcode decideFile}. */
export interface DecideFileOptions {
  /** Identity of the configuration keys that decide whether a file is accepted: format, `expect`, dialect, `on_*`. */
  readonly acceptance: string;
  /** Age from which a file counts as whole, in ms. @default 0, any age */
  readonly minAgeMs?: number;
  /** Name of the file that says that one is whole; its age says nothing then. @default none */
  readonly announcedBy?: string | undefined;
  /** What becomes of a content that readers see under another path. @default "skip" */
  readonly onDuplicate?: "skip" | "publish";
  /** Whether a new version of a file takes the place of the one that readers see. @default false */
  readonly replaces?: boolean;
  /** Unpacks a file that is known by its text, however it is packed. @default it is known by its bytes */
  readonly textOf?: ((entry: FileEntry) => AsyncIterable<Uint8Array>) | undefined;
  /** Whether the caller asks {@linkcode stillSame} of what it takes in: then it is not asked here. @default false */
  readonly isCheckedLater?: boolean;
  /** Clock, in ms since 1970. @default Date.now */
  readonly now?: () => number;
  /** Stops the reading. @default none */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Decides what becomes of one file, by what is known of its path and of its content.
 *
 * - A verdict belongs to a content and, if it is a rejection, to the keys that decided it. A published file stays
 *   published; a rejected one is looked at again once the keys have changed.
 * - A rejected file never makes another one a duplicate. Under another name it stays rejected, unless the new name says
 *   another format (`.csv` instead of `.txt`).
 * - A content that readers see is not published again. Where it replaces another one, it is a new version all the same: the
 *   caller takes that out of sight. A duplicate whose holder was
 *   superseded is looked at again, however it is packed. The holder may come after its duplicate in a run: ask again.
 * - A file waits whose name ends as names of unfinished files do, such as `.part`, or that is not announced.
 * - A file younger than `minAgeMs` waits. A time of change in the future says nothing about the age, so that the
 *   time at which the file system saw the last change counts instead; where there is none, the file does not wait.
 * - A file whose size, time or inode moves while it is read waits. What comes later (validating, copying) is the caller's:
 *   {@linkcode stillSame} right before the verdict takes effect, and no verdict from an error that is `transient`.
 *
 * @param entry The file as it was listed.
 * @param known What the audit database remembers of the stream.
 * @throws The signal's reason if it is aborted.
 */
export async function decideFile(
  entry: FileEntry,
  known: KnownFiles,
  options: DecideFileOptions,
): Promise<FileDecision> {
  const { minAgeMs = 0, now = Date.now, announcedBy, signal } = options;
  signal?.throwIfAborted();
  const last = known.latest(entry.path);
  // Of two members of an archive with one name the second is not what is known by it.
  const looksSame = entry.packed?.fault === undefined && last?.bytes === entry.size &&
    last.mtimeMs === entry.mtimeMs && isSameInode(last, entry);
  if (last !== undefined && looksSame && stands(last, options, known)) {
    return { kind: "unchanged", known: last };
  }
  if (IN_TRANSFER.test(entry.path)) return { kind: "waiting", reason: "in-transfer" };
  let announcement: Announcement | undefined;
  let bytes: FileHash;
  let hash: FileHash;
  try {
    if (announcedBy !== undefined) {
      announcement = await readAnnouncement(entry, announcedBy);
      if (announcement === undefined) return { kind: "waiting", reason: "not-announced" };
    } else if (minAgeMs > 0 && ageOf(entry, now()) < minAgeMs) {
      return { kind: "waiting", reason: "too-young" };
    }
    bytes = await hashEntry(entry, { signal, isCheckedLater: true });
    hash = await hashText(entry, bytes, { ...options, known, last });
  } catch (error) {
    return unread(entry, error);
  }
  const decision = decideOn(entry.path, hash, { ...options, known, last });
  // What is held is what is taken in.
  const isLeft = options.isCheckedLater && holdsContent(entry) && isNews(decision);
  const isSame = isLeft && announcement === undefined || stillSame(entry);
  if (!isSame) return { kind: "waiting", reason: "changing" };
  const fault = announcement && await announcementFault(entry, announcement, bytes.sha256);
  if (fault !== undefined) return unreadable(entry, "file-sidecar", fault);
  return announcement?.rows === undefined || decision.kind === "touched"
    ? decision
    : { ...decision, announcedRows: announcement.rows };
}

/** Whether a file is to be taken in. */
function isNews({ kind }: ContentDecision): boolean {
  return kind === "new" || kind === "new-version" || kind === "retry";
}

/** Returns what a file is known by. One that cannot be unpacked, or was published before texts counted, is known by its bytes. */
async function hashText(
  entry: FileEntry,
  bytes: FileHash,
  { known, last, textOf, signal }: DecideFileOptions & Remembered,
): Promise<FileHash> {
  if (textOf === undefined || !await startsCompressed(entry.absolutePath)) return bytes;
  const { sha256 } = bytes;
  if (last?.sha256 === sha256 || known.byContent(sha256)) return bytes;
  const sum = createHash("sha256");
  try {
    for await (const chunk of textOf(entry)) {
      signal?.throwIfAborted();
      sum.update(chunk);
    }
  } catch (error) {
    if (error instanceof DataError) return bytes;
    throw error;
  }
  return { ...bytes, sha256: sum.digest("hex") };
}

/** Decides on a file whose content has been read; the part of {@linkcode decideFile} that needs no disk. */
export function decideContent(
  path: string,
  hash: FileHash,
  about: DecideContentOptions,
): ContentDecision {
  return decideOn(path, hash, { ...about, last: about.known.latest(path) });
}

/** What {@linkcode decideContent} goes by. */
export interface DecideContentOptions
  extends Pick<DecideFileOptions, "acceptance" | "onDuplicate" | "replaces"> {
  /** What is remembered of the files of the stream. */
  readonly known: KnownFiles;
}

/** What is remembered of the stream, and the newest version of the path, which has been asked for. */
interface Remembered {
  readonly known: KnownFiles;
  readonly last: KnownFile | undefined;
}

/** Decides by what is remembered. */
function decideOn(
  path: string,
  { sha256, size }: FileHash,
  about: DecideContentOptions & Remembered,
): ContentDecision {
  const { known, acceptance, onDuplicate = "skip", replaces = false, last } = about;
  if (last?.sha256 === sha256 && stands(last, about, known)) {
    return { kind: "touched", known: last };
  }
  // A broken version may be followed by the good one before it.
  const held = last && known.held(path);
  if (held?.sha256 === sha256 && stands(held, about, known)) {
    return { kind: "touched", known: held };
  }
  const content = { sha256, size, version: (last?.version ?? 0) + 1 };
  const twin = known.byContent(sha256);
  const supersedes = supersededBy(path, sha256, about) ?? null;
  // What it replaces would be seen for ever if nothing took its place.
  const mustReplace = replaces && supersedes !== null;
  if (twin?.verdict === "published" && onDuplicate === "skip" && !mustReplace) {
    return { kind: "duplicate", ...content, of: twin };
  }
  if (twin?.verdict === "rejected" && twin.acceptance === acceptance && sameFormat(twin, path)) {
    return { kind: "still-rejected", ...content, like: twin };
  }
  if (last === undefined && supersedes === null) return { kind: "new", ...content, version: 1 };
  return last?.sha256 === sha256
    ? { kind: "retry", ...content, known: last, supersedes }
    : { kind: "new-version", ...content, supersedes };
}

function supersededBy(
  path: string,
  sha256: string,
  { known, last }: Remembered,
): KnownFile | undefined {
  if (known.supersededBy !== undefined) return known.supersededBy(path, sha256);
  return last && known.published(path);
}

/** Two files of one size and time may have changed their names. */
function isSameInode({ inode = null }: KnownFile, entry: FileEntry): boolean {
  return inode === null || entry.inode === null || inode === entry.inode;
}

/** Returns whether a verdict still holds for the content it was made for. */
function stands(
  file: KnownFile,
  { acceptance, replaces = false }: Pick<DecideFileOptions, "acceptance" | "replaces">,
  known: KnownFiles,
): boolean {
  const isLeft = replaces && file.verdict !== "rejected" && known.isLeft?.(file) === true;
  switch (file.verdict) {
    case "published":
      return !isLeft;
    case "rejected":
      return file.acceptance === acceptance;
    case "duplicate":
      return !isLeft && [file.sha256, file.duplicateOf ?? file.sha256]
        .some((sha256) => known.byContent(sha256)?.verdict === "published");
    case "retracted":
      return false;
  }
}

function ageOf({ mtimeMs, ctimeMs }: FileEntry, now: number): number {
  if (mtimeMs <= now) return now - mtimeMs;
  return ctimeMs === null ? Infinity : now - ctimeMs;
}

function sameFormat({ path }: KnownFile, other: string): boolean {
  return extensionOf(path).toLowerCase() === extensionOf(other).toLowerCase();
}

/** A file that was not read to its end has no verdict. */
function unread(entry: FileEntry, error: unknown): FileDecision {
  const action = actionFor("file", error);
  if (action === "skip") {
    return { kind: "waiting", reason: error instanceof DataError ? "changing" : "vanished" };
  }
  if (action === "stop") throw error;
  // What cannot be unpacked has no content of its own that could be kept.
  if (error instanceof DataError) {
    const said = error.message.slice(error.message.indexOf('": ') + 3);
    return unreadable(entry, error.code as Finding["code"], said);
  }
  if (!(error instanceof StorageError)) throw error;
  const message = error.cause instanceof Error ? error.cause.message : error.message;
  return unreadable(entry, "file-unreadable", message);
}

function unreadable({ path }: FileEntry, code: Finding["code"], message: string): FileDecision {
  return {
    kind: "unreadable",
    problem: { code, severity: "reject-file", message, place: { source: path } },
  };
}
