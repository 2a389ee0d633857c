import { basename, dirname, isAbsolute, join } from "node:path";
import { nearest, UsageError } from "../errors/mod.ts";
import { linkBeforeDotDot } from "../io/mod.ts";

/** Returns a path as the user means it: a relative one starts where the user is. */
export function pathFrom(cwd: string, path: string): string {
  if (path === "") throw new UsageError("usage", "Cannot use an empty path: name a file or folder");
  const link = linkBeforeDotDot(cwd, path);
  if (link !== undefined) {
    throw new UsageError(
      "usage",
      `Cannot use "${path}": ".." goes back from where the link "${link}" leads; name the path without the link`,
      { context: { path } },
    );
  }
  const whole = isAbsolute(path) ? join(path) : join(cwd, path);
  // With a slash at its end, a link would be followed and a temporary name would be in the folder.
  return whole.length > 1 ? whole.replace(/\/$/, "") : whole;
}

/** Returns what is the same of two paths that some file systems take for one. */
export function withoutCase(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

/** Names in a folder that one is compared with. */
const MOST_NAMES = 10_000;

/** Says that there is nothing at a path, and what to do. */
export function nothingAt(path: string, what: string): string {
  const folder = dirname(path);
  if (basename(path) === "-") {
    return `a ${what} is needed, and "-" for standard input is taken by logs parse alone; save it to one first`;
  }
  const names: string[] = [];
  try {
    for (const { name } of Deno.readDirSync(folder)) if (names.push(name) === MOST_NAMES) break;
  } catch {
    return `there is no such ${what}; check its folder "${folder}"`;
  }
  // It is listed, and yet there is nothing.
  if (names.includes(basename(path))) {
    return `it is a link in "${folder}" that leads nowhere; correct the link`;
  }
  const near = nearest(basename(path), names);
  const next = near === undefined
    ? "check its name"
    : `did you mean "${near.startsWith("-") ? "./" : ""}${near}"?`;
  return `there is no such ${what} in "${folder}"; ${next}`;
}

/**
 * Checks a `--limit`.
 *
 * @throws {UsageError} If it is no count of at least one.
 */
export function limitOf(limit: number): number {
  if (Number.isSafeInteger(limit) && limit > 0) return limit;
  throw new UsageError(
    "usage",
    `Cannot use flag "--limit": found ${limit}, expected a whole number from 1`,
    { context: { flag: "--limit" } },
  );
}
