import { createHash, type Hash } from "node:crypto";
import type { StreamRequest } from "../../api/mod.ts";
import { StorageError, UsageError } from "../../errors/mod.ts";
import { partialPath, positionPath } from "./_fetch_paths.ts";
import { type FetchPosition, savedPosition, sizeOf } from "./_saved_position.ts";

/**
 * Returns what tells two questions apart; a hash, as a query may hold a key. The limit on pages is no part of it: a
 * fetch that stopped there goes on with a higher one.
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
 * Returns the position of a fetch that was stopped; `undefined` if none is saved that could be gone on with.
 *
 * @throws {UsageError} If it belongs to another question.
 * @throws {StorageError} If it lies after the end of the file.
 */
export function readPosition(path: string, question: string): FetchPosition | undefined {
  const position = savedPosition(positionPath(path));
  if (position === undefined) return undefined;
  if (position.question !== question) {
    throw new UsageError(
      "usage",
      `Cannot go on from "${
        positionPath(path)
      }": it belongs to another request; give the same URL and flags, ` +
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

function lost(path: string, state: string): StorageError {
  return new StorageError(
    "storage-damaged",
    `Cannot go on from "${path}": ${state}; --force without --resume starts over`,
    { context: { path } },
  );
}
