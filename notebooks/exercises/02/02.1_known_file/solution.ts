/**
 * A name is where a file is, a time is when somebody touched it, and neither is what it is. So both only answer the cheap
 * question, "can I skip reading it?", and only if both and the size agree; everything else is asked of the content.
 *
 * A verdict has a cause. That a file was published is a fact about the lake and stays true. That it was rejected is an
 * opinion of a configuration, and goes when the configuration does; so each rejection carries the keys that made it, and
 * is asked about only through `holds`.
 *
 * After a rejected version the good one before it may come back. Readers see that all the time, so it is only touched; the
 * newest published content of a path counts next to its newest verdict.
 *
 * A rejected file takes nobody's place. The duplicate rule asks for a published one, because its purpose is that readers
 * see each row once; a rejected copy shows readers nothing.
 *
 * What this leaves out: a file that grows while it is hashed. Then the hash belongs to no version at all, and the decision
 * is to wait; lib/files compares size, time and inode once more after reading.
 *
 * @module
 */
/** A file as it was found. */
export interface Found {
  readonly path: string;
  readonly size: number;
  /** Time of its last change, in ms. */
  readonly mtime: number;
  /** Reads all of it, and returns its sha256. */
  hash(): string;
}

/** A verdict on one content of one path. */
export interface Known {
  readonly path: string;
  readonly size: number;
  readonly mtime: number;
  readonly sha256: string;
  readonly verdict: "published" | "rejected";
  /** The configuration that decided. */
  readonly keys: string;
}

/** What becomes of a file. */
export type Decision =
  | "unchanged"
  | "touched"
  | "duplicate"
  | "rejected"
  | "new-version"
  | "new";

/** Decides what becomes of a file; `known` is ordered, the oldest verdict first. */
export function decide(file: Found, known: readonly Known[], keys: string): Decision {
  const holds = (one: Known) => one.verdict === "published" || one.keys === keys;
  const last = known.findLast(({ path }) => path === file.path);
  const standing = last !== undefined && holds(last) ? last : undefined;
  if (standing?.size === file.size && standing.mtime === file.mtime) return "unchanged";
  const sha256 = file.hash();
  const published = known.findLast(({ path, verdict }) =>
    path === file.path && verdict === "published"
  );
  if (standing?.sha256 === sha256 || published?.sha256 === sha256) return "touched";
  const same = known.filter((one) => one.sha256 === sha256 && one.path !== file.path);
  if (same.some(({ verdict }) => verdict === "published")) return "duplicate";
  if (same.some(holds)) return "rejected";
  return published === undefined ? "new" : "new-version";
}
