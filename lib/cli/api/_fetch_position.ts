import { createHash, type Hash } from "node:crypto";
import type { NotBefore, PaginationState, StreamRequest } from "../../api/mod.ts";
import { StorageError, UsageError } from "../../errors/mod.ts";
import { newPositionPath, partialPath, positionPath } from "./_fetch_paths.ts";

/** How far a fetch is: what of the file counts, and where the listing goes on. */
export interface FetchPosition {
  /** Length in bytes of the part of the file that belongs to `state`. */
  readonly bytes: number;
  readonly records: number;
  /** Hash of that part: what was edited meanwhile is not gone on with. */
  readonly sha256: string;
  /** Hash of what was asked for; another question cannot be gone on with. */
  readonly question: string;
  /** Null at the very beginning. */
  readonly state: PaginationState | null;
  /** Before when the server wants no request, if it said so. */
  readonly wait?: OriginWait | undefined;
}

/** What a server asked for. */
export interface OriginWait extends NotBefore {
  readonly origin: string;
}

/**
 * Returns what tells two questions apart; a hash, as a query may hold a key. How many pages are read at most does not
 * belong to it: a fetch that this stopped goes on with another number.
 */
export function questionOf(
  { path, params, pagination, records }: StreamRequest,
  origin: string | undefined,
): string {
  const { max_pages: _, ...listing } = pagination ?? { type: "none" };
  const text = JSON.stringify([origin, path, params, listing, records]);
  return createHash("sha256").update(text).digest("hex");
}

/**
 * Reads the position of a fetch that was stopped; `undefined` if none is saved.
 *
 * @throws {UsageError} If it belongs to another question.
 * @throws {StorageError} If it is damaged, or lies after the end of the file.
 */
export function readPosition(path: string, question: string): FetchPosition | undefined {
  const saved = positionPath(path);
  const text = readIfThere(saved);
  if (text === undefined) return undefined;
  const position = parsePosition(text);
  if (position === undefined) throw lost(saved, "it is damaged");
  if (position.question !== question) {
    throw new UsageError(
      "usage",
      `Cannot go on from "${saved}": it belongs to another request; give the same URL and flags, ` +
        "or start over with --force and without --resume",
    );
  }
  const size = sizeOf(partialPath(path));
  if (size >= position.bytes) return position;
  const state = `it has ${size} bytes, but had ${position.bytes} when the fetch was stopped`;
  throw lost(partialPath(path), state);
}

/**
 * Hashes the part of a file that belongs to a position.
 *
 * @throws {StorageError} If it is not what it was when the position was saved.
 */
export async function hashStart(
  file: Deno.FsFile,
  position: FetchPosition | undefined,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal | undefined },
): Promise<Hash> {
  const hash = createHash("sha256");
  if (position === undefined) return hash;
  const buffer = new Uint8Array(1 << 18);
  for (let left = position.bytes; left > 0;) {
    signal?.throwIfAborted();
    const read = await file.read(buffer.subarray(0, Math.min(left, buffer.length)));
    if (read === null) break;
    hash.update(buffer.subarray(0, read));
    left -= read;
  }
  if (hash.copy().digest("hex") === position.sha256) return hash;
  throw lost(partialPath(path), "it was changed after the fetch was stopped");
}

/**
 * Makes sure that the working files of a fetch are its own or empty, before anything is written to them.
 *
 * @throws {UsageError} If one is somebody else's.
 */
export function refuseStrangers(path: string): void {
  const isPosition = (file: string) => parsePosition(readIfThere(file) ?? "") !== undefined;
  const isOurs = isPosition(positionPath(path));
  const strangers = [
    ...(sizeOf(partialPath(path)) > 0 && !isOurs ? [partialPath(path)] : []),
    ...[positionPath(path), newPositionPath(path)]
      .filter((file) => sizeOf(file) > 0 && !isPosition(file)),
  ];
  const [stranger] = strangers;
  if (stranger === undefined) return;
  throw new UsageError(
    "usage",
    `Cannot write "${path}": "${stranger}" is in the way, and no fetch has left it like this; ` +
      "move it away, or name another file",
  );
}

/** Returns what the last attempt at a file was asked to wait for. */
export function savedWait(path: string): OriginWait | undefined {
  return parsePosition(readIfThere(positionPath(path)) ?? "")?.wait;
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

function parsePosition(text: string): FetchPosition | undefined {
  try {
    const position = JSON.parse(text) as Partial<FetchPosition> | null;
    const isWhole = Number.isSafeInteger(position?.bytes) &&
      Number.isSafeInteger(position?.records) && typeof position?.question === "string" &&
      typeof position.sha256 === "string" &&
      typeof position.state === "object";
    return isWhole ? position as FetchPosition : undefined;
  } catch (error) {
    // What is not JSON is not a position.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function lost(path: string, state: string): StorageError {
  return new StorageError(
    "storage-damaged",
    `Cannot go on from "${path}": ${state}; --force without --resume starts over`,
    { context: { path } },
  );
}
