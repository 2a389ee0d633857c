/**
 * The database says what was decided, the disk says what has happened. Neither is right by itself, and each difference has one
 * cause: a kill between two steps, or a fault that a person has to see. The two must not be treated alike.
 *
 * What was intended goes forward: moved if it still waits, confirmed if it had been moved. Only if its bytes are gone it is
 * taken back, and read again; that costs time and loses nothing.
 *
 * What was published and is missing is no kill. Reading it again would hide that a disk loses files, or would fetch
 * what the source has no more; the run stops there, and says which file.
 *
 * Hashes and not names: after a crash a name may be there without its bytes.
 *
 * Staging is ours, so that what nobody asks for is swept. The lake is shared; a stranger's file is left alone.
 *
 * @module
 */
/** What the database says of a file. */
export interface Publication {
  readonly path: string;
  readonly sha256: string;
  readonly status: "intended" | "published";
}

/** What is on disk: hashes by their paths. */
export interface Disk {
  readonly staged: Readonly<Record<string, string>>;
  readonly lake: Readonly<Record<string, string>>;
}

/** What is to be done with a file. */
export interface Action {
  readonly do: "move" | "confirm" | "take-back" | "stop" | "sweep";
  readonly path: string;
}

/** Says what is to be done so that the database and the disk agree. */
export function reconcile(publications: readonly Publication[], disk: Disk): Action[] {
  const known = new Set(publications.map(({ path }) => path));
  const left = Object.keys(disk.staged).filter((path) => !known.has(path));
  return [
    ...publications.flatMap((one) => {
      const wanted = actionFor(one, disk);
      return wanted === undefined ? [] : [{ do: wanted, path: one.path }];
    }),
    ...left.map((path) => ({ do: "sweep" as const, path })),
  ];
}

function actionFor(
  { path, sha256, status }: Publication,
  { staged, lake }: Disk,
): Action["do"] | undefined {
  const isThere = lake[path] === sha256;
  if (status === "published") return isThere ? undefined : "stop";
  if (isThere) return "confirm";
  if (lake[path] !== undefined) return "stop";
  return staged[path] === sha256 ? "move" : "take-back";
}
