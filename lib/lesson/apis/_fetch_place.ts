import type { PaginationState } from "../../api/mod.ts";
import { StorageError } from "../../errors/mod.ts";
import { storageError } from "../../files/mod.ts";

/** The saved place: what stands in the file, and where the listing goes on. */
export interface FetchPlace {
  /** Length in bytes of the file that belongs to `state`. */
  readonly bytes: number;
  readonly records: number;
  /** What was asked for; another question cannot be gone on with. */
  readonly question: string;
  /** Null at the very beginning. */
  readonly state: PaginationState | null;
}

/** Where the place of a file is saved. */
export function placeOf(path: string): string {
  return `${path}.place`;
}

/**
 * Returns what stands at a path, or `undefined`.
 *
 * @throws {StorageError} If that cannot be found out.
 */
export function lookAt(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw storageError("look at", path, error);
  }
}

/**
 * Reads the place of a file; `undefined` where none is saved.
 *
 * @throws {StorageError} If it is damaged, belongs to another question, or lies behind the end of the file.
 */
export function readPlace(path: string, question: string): FetchPlace | undefined {
  const saved = placeOf(path);
  if (lookAt(saved) === undefined) return undefined;
  const place = parsePlace(readText(saved));
  if (place === undefined) throw lost(saved, "it is damaged");
  if (place.question !== question) throw lost(saved, "it belongs to another request");
  const size = lookAt(path)?.size ?? 0;
  if (size >= place.bytes) return place;
  throw lost(path, `it has ${size} bytes, but had ${place.bytes} when the fetch was stopped`);
}

function readText(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw storageError("read", path, error);
  }
}

function parsePlace(text: string): FetchPlace | undefined {
  try {
    const place = JSON.parse(text) as Partial<FetchPlace> | null;
    const whole = Number.isSafeInteger(place?.bytes) && Number.isSafeInteger(place?.records) &&
      typeof place?.question === "string" && typeof place.state === "object";
    return whole ? place as FetchPlace : undefined;
  } catch (error) {
    // What is no JSON is no place.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function lost(path: string, state: string): StorageError {
  return new StorageError(
    "storage-damaged",
    `Cannot go on from "${path}": ${state}; --force without --resume begins anew`,
    { context: { path } },
  );
}
