import { newName } from "../replace_text.ts";

/** Where the records of a fetch are until all of them are there. */
export function partialPath(path: string): string {
  return `${path}.part`;
}

/** Where the position of a fetch is saved. */
export function positionPath(path: string): string {
  return `${path}.position`;
}

/** Where a position is written until it is whole. */
export function newPositionPath(path: string): string {
  return newName(positionPath(path));
}

/** Files in which a fetch keeps what it has until it is complete. */
export function workingFiles(path: string): string[] {
  return [partialPath(path), positionPath(path), newPositionPath(path)];
}
