// deno-lint-ignore-file no-unused-vars
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
  // TODO(you): what can have happened to a file that was intended?
  throw new Error("Not written yet: reconcile() in this file; begin with a disk as it should be");
}
