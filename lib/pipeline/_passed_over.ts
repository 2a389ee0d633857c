import type { FileEntry, KnownFile } from "../files/mod.ts";
import { logEvent } from "../logging/mod.ts";

/** Files of a run that get no verdict. */
export class PassedOver {
  #unchanged = 0;
  #waiting = 0;
  #stillRejected = 0;

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
  pass({ verdict, sameRun }: KnownFile): void {
    const isUnchanged = !sameRun && verdict !== "rejected";
    if (isUnchanged) this.#unchanged++;
    else if (!sameRun) this.#stillRejected++;
  }
}
