import type { NotBefore, PaginationState } from "../../api/mod.ts";
import { UsageError } from "../../errors/mod.ts";
import { exists } from "../../io/mod.ts";
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

/** A position is much shorter than this. */
const MOST_BYTES = 1 << 20;

/** Returns a position that is saved in a file; `undefined` if there is none, or something else. */
export function savedPosition(file: string): FetchPosition | undefined {
  if (sizeOf(file) > MOST_BYTES) return undefined;
  let position: Partial<FetchPosition> | null;
  try {
    position = JSON.parse(Deno.readTextFileSync(file));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
    throw error;
  }
  const isWhole = Number.isSafeInteger(position?.bytes) &&
    Number.isSafeInteger(position?.records) && typeof position?.question === "string" &&
    typeof position.sha256 === "string" &&
    typeof position.state === "object";
  return isWhole ? position as FetchPosition : undefined;
}

/** Returns what the last attempt at a file was asked to wait for. */
export function savedWait(path: string): OriginWait | undefined {
  return savedPosition(positionPath(path))?.wait;
}

/**
 * Makes sure that the working files of a fetch are its own or empty, before anything is written to them. Those of an
 * older version, which cannot be gone on with, are not.
 *
 * @throws {UsageError} If one is somebody else's.
 */
export function refuseStrangers(path: string): void {
  const part = partialPath(path);
  refuse(path, [
    ...(sizeOf(part) > 0 && savedPosition(positionPath(path)) === undefined ? [part] : []),
    ...[positionPath(path), newPositionPath(path)].filter(isStranger),
  ]);
}

/**
 * Makes sure that one of the files in which a fetch saves its position is its own or empty.
 *
 * @throws {UsageError} If it is somebody else's.
 */
export function refuseStranger(path: string, file: string): void {
  refuse(path, [file].filter(isStranger));
}

function isStranger(file: string): boolean {
  return exists(file) && Deno.lstatSync(file).isSymlink ||
    sizeOf(file) > 0 && savedPosition(file) === undefined;
}

function refuse(path: string, strangers: readonly string[]): void {
  if (strangers.length === 0) return;
  const [is, it] = strangers.length === 1 ? ["is", "it"] : ["are", "them"];
  const names = strangers.map((file) => `"${file}"`).join(" and ");
  throw new UsageError(
    "usage",
    `Cannot write "${path}": ${names} ${is} in the way, and no fetch by this ` +
      `version has left ${it} like this; move ${it} away and start over, or name another file`,
    { context: { path } },
  );
}

/** Returns the length of a file; 0 if there is none. */
export function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
