import { createHash, type Hash } from "node:crypto";
import { basename, join } from "node:path";
import { type Publication, type RejectEntry, rejectEntry, type StreamKey } from "../audit/mod.ts";
import { DataError, type Reject } from "../errors/mod.ts";
import { type AppendFile, type Disk, encodeReject } from "../files/mod.ts";
import { quarantineFolder } from "../lake/mod.ts";
import { type RejectRules, withheldReject } from "./withheld.ts";

/** A file with more rejected rows is not what it should be, and what is noted of each row must fit in memory. */
const MOST_REJECTS = 100_000;

/** The rejected rows of one file: their bytes go to staging as they come, only their places stay in memory. */
export class RowRejects implements Disposable {
  /** What the database notes of each. */
  readonly entries: RejectEntry[] = [];
  readonly #disk: Disk;
  readonly #staged: string;
  readonly #rules: RejectRules;
  #hash: Hash | undefined;
  #file: AppendFile | undefined;

  /** @param disk The lake's disk. @param staged Where the rows wait, relative to the lake. */
  constructor(disk: Disk, staged: string, rules: RejectRules) {
    this.#rules = rules;
    this.#disk = disk;
    this.#staged = staged;
  }

  /** How many rows were rejected. */
  get count(): number {
    return this.entries.length;
  }

  /**
   * Adds a rejected row.
   *
   * @throws {DataError} `file-unfit` if there are too many.
   */
  add(found: Reject): void {
    const reject = withheldReject(found, this.#rules);
    if (this.count >= MOST_REJECTS) {
      throw new DataError(
        "file-unfit",
        `Cannot take in file: more than ${MOST_REJECTS} rows are rejected, the last one: ${reject.message}`,
      );
    }
    // A file left by an attempt that died is cut to nothing.
    this.#file ??= this.#disk.openAppend(join(this.#disk.root, this.#staged), 0);
    const line = encodeReject(reject);
    (this.#hash ??= createHash("sha256")).update(line);
    this.#file.write(line);
    this.entries.push(rejectEntry(reject));
  }

  /** Flushes the rows and returns where they go; nothing if there are none. */
  publication(key: StreamKey): Publication[] {
    if (this.#file === undefined || this.#hash === undefined) return [];
    this.#file.sync();
    return [{
      ...key,
      kind: "rejects",
      path: `${quarantineFolder(key)}/${basename(this.#staged)}`,
      staged: this.#staged,
      content: null,
      bytes: this.#file.length,
      rows: this.count,
      sha256: this.#hash.digest("hex"),
    }];
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file?.[Symbol.dispose]();
  }
}
