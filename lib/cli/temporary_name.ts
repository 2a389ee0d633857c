import { UsageError } from "../errors/mod.ts";
import { exists, isInside, leadsTo } from "../io/mod.ts";
import { realPath } from "../process/mod.ts";
import { existing } from "./no_input.ts";

/**
 * Ending of what a command writes until it is whole. Nothing else has it, so that what a killed command has left can be
 * told from a file of somebody else.
 */
const ENDING = ".headwaters.tmp";

/** Most file systems take so many bytes for a name, the ending of its temporary one counted. */
export const LONGEST_NAME = 255 - ENDING.length;

/** What there is under a temporary name. */
type TemporaryKind = "file" | "folder";

/** Name under which a file or folder is written until it is whole. */
export function temporaryName(path: string): string {
  return `${path}${ENDING}`;
}

/** Whether leftovers can be told by their locks: on Windows one keeps its own process from writing by another handle. */
export const HAS_LOCKS = Deno.build.os !== "windows";

/**
 * Locks what has a temporary name if it is a leftover: of the kind that the command makes, and no process writes it.
 *
 * @param how Whether to keep others from it, which on some disks only who may write can do.
 * @returns The lock, to be held until the leftover is gone; `undefined` if it is none, or that cannot be known.
 */
function lockLeftover(
  temporary: string,
  { kind, exclusive }: { readonly kind: TemporaryKind; readonly exclusive: boolean },
): Deno.FsFile | undefined {
  if (!HAS_LOCKS) return undefined;
  let file: Deno.FsFile | undefined;
  try {
    const { isFile, isDirectory } = Deno.lstatSync(temporary);
    if (kind === "file" ? !isFile : !isDirectory) return undefined;
    file = Deno.openSync(temporary, { read: true, write: exclusive && isFile });
    if (file.tryLockSync(exclusive) && leadsTo(temporary, file)) return file;
  } catch {
    // It may not be opened, or the disk has no locks: whoever asks says that it is in the way.
  }
  file?.close();
  return undefined;
}

/** Options of {@linkcode makeTemporary}. */
export interface MakeTemporaryOptions {
  /** What it makes. */
  readonly kind: TemporaryKind;
  /** Whether SQLite opens it: on macOS its locks and ours would wait for each other. @default false */
  readonly isDatabase?: boolean;
  /** Makes it, and fails if something has the name; `undefined` where it cannot be opened. */
  readonly create: (temporary: string) => Deno.FsFile | undefined;
}

/**
 * Makes what a command writes, in the place of what a killed one has left, and locks it for as long as it is open: the
 * system frees the lock when the process ends, however it ends, so that what nobody has locked is a leftover.
 *
 * @throws {UsageError} If the name is taken.
 */
export function makeTemporary(
  path: string,
  { kind, isDatabase = false, create }: MakeTemporaryOptions,
): Deno.FsFile | undefined {
  const temporary = temporaryName(path);
  try {
    // Its lock is held until the new one is made: of two commands that come for it, one goes on.
    using leftover = exists(temporary)
      ? lockLeftover(temporary, { kind, exclusive: true })
      : undefined;
    if (leftover !== undefined) Deno.removeSync(temporary, { recursive: true });
    const own = create(temporary);
    if (own === undefined || isDatabase && Deno.build.os === "darwin") return own;
    if (isHeld(temporary, own)) return own;
    own.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  throw inTheWay(path);
}

/** Locks a new file; another command may have taken it for a leftover before that. */
function isHeld(temporary: string, own: Deno.FsFile): boolean {
  try {
    return !HAS_LOCKS || own.tryLockSync(true) && leadsTo(temporary, own);
  } catch {
    return true; // A disk without locks: there nobody can lock a leftover either.
  }
}

/**
 * Makes sure that a temporary name is free, or only has what a killed command has left, which the next one removes.
 *
 * @param inputs What the command reads; none of it may be in what is removed.
 * @throws {UsageError} If it is not.
 */
export function checkTemporary(
  path: string,
  { kind, inputs }: { readonly kind: TemporaryKind; readonly inputs: readonly string[] },
): void {
  const temporary = temporaryName(path);
  if (existing(temporary, Deno.lstatSync) === undefined) return;
  using leftover = lockLeftover(temporary, { kind, exclusive: false });
  const place = realPath(temporary);
  if (leftover === undefined || inputs.some((input) => isInside(realPath(input), place))) {
    throw inTheWay(path);
  }
}

/** The error of a temporary name that is taken. */
export function inTheWay(path: string): UsageError {
  const temporary = temporaryName(path);
  return new UsageError(
    "usage",
    `Cannot write "${path}": "${temporary}" is in the way; ` +
      "another command is writing it, or it is an input, or none of ours; wait, or move it away",
    { context: { path } },
  );
}
