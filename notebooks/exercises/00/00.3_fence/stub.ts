// deno-lint-ignore-file no-unused-vars
/** Everything that a job touches. */
export interface Job {
  /** Files and folders that it reads. */
  readonly read: readonly string[];
  /** Files and folders that it writes. */
  readonly write: readonly string[];
  /** Addresses that it calls: `https://api.example.com/v1`. */
  readonly urls: readonly string[];
  /** Names of environment variables. */
  readonly env: readonly string[];
}

/** Returns the arguments for `deno run` that let a job do this and no more. */
export function fenceFor(job: Job): string[] {
  // TODO(you): which flags, with which values? and which values must not get into a flag?
  throw new Error("Not written yet: fenceFor() in this file; begin with the files it reads");
}
