import { normalize } from "node:path";

/** Bytes of a name, on every file system in use. */
const LONGEST_NAME = 255;

/** Folders that the runtime opens with no permission but all of them. */
const OF_SYSTEM = /^\/(?:dev|proc|sys)(?:\/|$)/;

/** Says what a path must be like that no file system can have, or no permission opens; `undefined` if it can be used. */
export function oddName(path: string): string | undefined {
  if (path.includes("\0")) return "a path without NUL";
  if (OF_SYSTEM.test(normalize(path))) return "a place outside /dev, /proc and /sys";
  const bytes = (name: string) => new TextEncoder().encode(name).length;
  return path.split(/[\\/]/).some((name) => bytes(name) > LONGEST_NAME)
    ? `names of at most ${LONGEST_NAME} bytes`
    : undefined;
}
