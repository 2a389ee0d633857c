import type { FileEntry, KnownFile } from "../files/mod.ts";
import { logEvent } from "../logging/mod.ts";

/** Files of a run that get no verdict, or none of their own: readers see their content from another file. */
export class PassedOver {
  readonly #replaces: boolean;
  /** Duplicates, and how many each adds to those that are unchanged. */
  readonly #duplicates = new Map<FileEntry, number>();
  #hasSuperseded = false;
  #unchanged = 0;
  #waiting = 0;
  #stillRejected = 0;

  /** @param replaces Whether a new version of a file takes the place of the one that readers see. */
  constructor(replaces: boolean) {
    this.#replaces = replaces;
  }

  get counts() {
    return {
      files_unchanged: this.#unchanged,
      files_waiting: this.#waiting,
      files_still_rejected: this.#stillRejected,
    };
  }

  /** Leaves a file for the next run. */
  wait({ path }: FileEntry, reason: string): void {
    this.#waiting++;
    logEvent("file-waiting", { path, reason });
  }

  /** Passes over a file whose verdict stands. */
  pass(entry: FileEntry, { verdict, sameRun }: KnownFile): void {
    const isUnchanged = !sameRun && verdict !== "rejected";
    if (verdict === "duplicate") this.duplicate(entry, Number(isUnchanged));
    if (isUnchanged) this.#unchanged++;
    else if (!sameRun) this.#stillRejected++;
  }

  /** Notes that readers see the content of a file from another one. */
  duplicate(entry: FileEntry, unchanged = 0): void {
    if (this.#replaces) this.#duplicates.set(entry, unchanged);
  }

  /** Notes that readers do not see an earlier version of a file any more once the new one is committed. */
  supersede(): void {
    this.#hasSuperseded = true;
  }

  /** Returns the duplicates to look at again, uncounted: what they are a duplicate of may have been superseded after them. */
  secondLooks(): FileEntry[] {
    if (!this.#hasSuperseded) return [];
    for (const unchanged of this.#duplicates.values()) this.#unchanged -= unchanged;
    return [...this.#duplicates.keys()];
  }
}
