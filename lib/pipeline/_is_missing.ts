import { exists } from "../io/mod.ts";

/** Returns whether there is nothing at a path. */
export function isMissing(path: string): boolean {
  try {
    return !exists(path);
  } catch {
    return false; // It cannot be looked at: opening it says why.
  }
}
