import type { Contradiction } from "../audit/mod.ts";
import { actionFor, DataError, StorageError } from "../errors/mod.ts";
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

  /**
   * Leaves a file to the next run for a passing fault, which is no verdict on it, or names what keeps it from being read.
   *
   * @throws What is no fault of the file: it ends the stream.
   */
  leave(entry: FileEntry, error: unknown, problems: Contradiction[]): void {
    const action = actionFor("file", error);
    if (error instanceof DataError && action === "skip") return this.wait(entry, "changing");
    const isOfFile = error instanceof StorageError && error.context["path"] === entry.absolutePath;
    if (!isOfFile || action === "stop") throw error;
    if (action === "skip") return this.wait(entry, "vanished");
    problems.push({ code: "file-unreadable", message: error.message });
  }
}
