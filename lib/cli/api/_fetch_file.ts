import { createHash, type Hash } from "node:crypto";
import { type Page, type PaginationState, ReadKeys } from "../../api/mod.ts";
import { IngestError, UsageError } from "../../errors/mod.ts";
import { attempt, exists, leadsTo, publishNew, storageError, writeAllSync } from "../../io/mod.ts";
import type { FetchWaits } from "./fetch_waits.ts";
import { replaced, replaceText } from "../replace_text.ts";
import { takeAfter } from "../result_mode.ts";
import { newPositionPath, partialPath, positionPath } from "./_fetch_paths.ts";
import { openPartial } from "./_open_partial.ts";
import { hashStart, readPosition } from "./_fetch_position.ts";
import { type FetchPosition, refuseStranger, refuseStrangers } from "./_saved_position.ts";

/** How often the position is saved, in ms: each time costs two flushes. */
const SAVE_EVERY = 250;
const LINE_FEED = new Uint8Array([0x0a]);

/** What a fetch has. */
export interface Fetched {
  /** Records in the file, those of earlier attempts included. */
  readonly records: number;
  /** Its length. */
  readonly bytes: number;
  /** Records that an earlier attempt read. */
  readonly resumedAt: number;
}

/** Options of {@linkcode FetchFile.open}. */
export interface FetchFileOptions {
  /** Hash of what is asked for. */
  readonly question: string;
  /** Whether to go on from a saved position, if there is one. */
  readonly resume: boolean;
  /** Whether records that came before are to be noticed. */
  readonly tellsRepeats: boolean;
  /** What the server asked for in this attempt. */
  readonly waits: FetchWaits | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What there is to go on with. */
interface Found {
  /** Open and locked. */
  readonly file: Deno.FsFile;
  readonly isNew: boolean;
  readonly position: FetchPosition | undefined;
  readonly hash: Hash;
}

/**
 * The file of records. Until all of them are there it has another name, and next to it is the position from which the
 * fetch can go on; what has the final name stays until then.
 */
export class FetchFile implements Disposable {
  readonly #path: string;
  readonly #question: string;
  readonly #keys: ReadKeys | undefined;
  readonly #waits: FetchWaits | undefined;
  readonly #file: Deno.FsFile;
  readonly #isNew: boolean;
  #hasBegun: boolean;
  #resumedAt: number;
  /** Whether a record came twice since it was read from its beginning, or gone on with. */
  hasRepeats = false;
  #bytes: number;
  #records: number;
  /** What there was after the last page from which the listing can go on. */
  #position: Omit<FetchPosition, "question">;
  /** Of all bytes so far. */
  #hash: Hash;
  #savedAt = performance.now();

  private constructor(path: string, options: FetchFileOptions, found: Found) {
    this.#path = path;
    this.#question = options.question;
    this.#waits = options.waits;
    this.#file = found.file;
    this.#isNew = found.isNew;
    this.#hash = found.hash;
    // The name is ours, and its file is made again at the next checkpoint.
    const keys = newPositionPath(path);
    this.#keys = options.tellsRepeats ? new ReadKeys({ path: keys }) : undefined;
    this.#hasBegun = found.position !== undefined;
    this.#position = found.position ?? atBeginning();
    this.#bytes = this.#position.bytes;
    this.#records = this.#resumedAt = this.#position.records;
    if (this.#hasBegun) this.#cutTo(this.#bytes);
    if (this.#waits !== undefined) {
      this.#waits.onSet = () => {
        this.#begin();
        this.#save();
      };
    }
  }

  /** @throws {IngestError} If the file cannot be written, or not be gone on with. */
  static async open(path: string, options: FetchFileOptions): Promise<FetchFile> {
    const { question, resume, signal } = options;
    attempt("read", path, () => refuseStrangers(path));
    const position = resume ? attempt("read", path, () => readPosition(path, question)) : undefined;
    const found = await openPartial(path);
    try {
      const hash = await hashStart(found.file, position, { path, signal });
      return new FetchFile(path, options, { ...found, position, hash });
    } catch (error) {
      found.file.close();
      throw error instanceof IngestError || signal?.aborted
        ? error
        : storageError("read", path, error);
    }
  }

  /** Where the listing goes on. */
  get state(): PaginationState | undefined {
    return this.#position.state ?? undefined;
  }

  /** What is there so far. */
  get fetched(): Fetched {
    return { records: this.#records, bytes: this.#bytes, resumedAt: this.#resumedAt };
  }

  /** Writes the records of a page. */
  append(page: Page): void {
    this.#begin();
    attempt("write", this.#path, () => {
      let { overlap = 0 } = page;
      for (const record of page.records) {
        if (overlap-- > 0) continue;
        this.#compare(record.bytes);
        writeAllSync(this.#file, record.bytes);
        writeAllSync(this.#file, LINE_FEED);
        this.#hash.update(record.bytes).update(LINE_FEED);
        this.#bytes += record.bytes.length + 1;
      }
    });
    this.#records += page.records.length - (page.overlap ?? 0);
    if (page.next === undefined) return;
    const sha256 = this.#hash.copy().digest("hex");
    this.#position = { bytes: this.#bytes, records: this.#records, sha256, state: page.next };
    if (performance.now() - this.#savedAt >= SAVE_EVERY) this.#save();
  }

  /** Forgets what is there: the listing is read from its beginning again. */
  startOver(): void {
    this.#position = atBeginning();
    this.#hash = createHash("sha256");
    this.#bytes = this.#records = this.#resumedAt = 0;
    this.#writePosition();
    this.#cutTo(0);
    this.#keys?.clear();
    this.hasRepeats = false;
  }

  /** Notices a record that came before; one is enough to know. */
  #compare(record: Uint8Array): void {
    if (this.#keys === undefined || this.hasRepeats) return;
    const isKnown = this.#keys.seek(record);
    this.hasRepeats = isKnown && this.#keys.offsets().some((at) => this.holds(record, at));
    this.#keys.add(this.#bytes);
  }

  /**
   * Says whether a record is at a place in the file.
   *
   * @param at Where it would begin, in bytes.
   */
  holds(record: Uint8Array, at: number): boolean {
    const line = new Uint8Array(record.length + 1);
    return attempt("read", this.#path, () => {
      this.#file.seekSync(at, Deno.SeekMode.Start);
      let read = 0;
      while (read < line.length) {
        const more = this.#file.readSync(line.subarray(read));
        if (more === null) break;
        read += more;
      }
      this.#file.seekSync(0, Deno.SeekMode.End);
      return read === line.length && line.at(-1) === LINE_FEED[0] &&
        record.every((byte, i) => byte === line[i]);
    });
  }

  /** Saves the position after a failure; without a page or a wait, it leaves nothing. */
  stop(): void {
    if (this.#waits?.held !== undefined) this.#begin();
    const partial = partialPath(this.#path);
    if (this.#hasBegun) this.#save();
    else if (this.#isNew && leadsTo(partial, this.#file)) Deno.removeSync(partial);
  }

  /** Keeps what came of a listing whose end is not proven: whole records under the name of what is not whole. */
  keep(): Fetched {
    this.#begin();
    this.#save();
    return this.fetched;
  }

  /**
   * Flushes the file and gives it its name.
   *
   * @throws {UsageError} If somebody else has made a file of that name meanwhile.
   */
  finish({ force }: { readonly force: boolean }): Fetched {
    this.#begin();
    attempt("write", this.#path, () => {
      this.#file.syncSync();
      if (!force && exists(this.#path)) throw this.#newcomer();
      const partial = partialPath(this.#path);
      if (!leadsTo(partial, this.#file)) throw replaced(this.#path, partial);
      if (force && exists(this.#path)) takeAfter(partial, this.#path);
      // In this order a crash in between costs a new fetch, never a wrong file.
      removeIfThere(positionPath(this.#path));
      if (force) return Deno.renameSync(partial, this.#path);
      if (publishNew(partial, this.#path)) return;
      this.#writePosition();
      throw this.#newcomer();
    });
    return this.fetched;
  }

  /** The error of a file that somebody has made meanwhile. */
  #newcomer(): UsageError {
    return new UsageError(
      "usage",
      `Cannot write "${this.#path}": it exists now; the records are in "${
        partialPath(this.#path)
      }", --resume --force puts them in its place`,
    );
  }

  [Symbol.dispose](): void {
    this.#keys?.[Symbol.dispose]();
    this.#file.close();
  }

  /** Empties the file at the first page; from then on it has a position, however the fetch is stopped. */
  #begin(): void {
    if (this.#hasBegun) return;
    // Requests were made since the first look.
    attempt("read", this.#path, () => refuseStrangers(this.#path));
    this.#writePosition();
    this.#cutTo(0);
    this.#hasBegun = true;
  }

  #cutTo(bytes: number): void {
    attempt("write", this.#path, () => {
      this.#file.truncateSync(bytes);
      this.#file.seekSync(0, Deno.SeekMode.End);
    });
  }

  #save(): void {
    attempt("flush", this.#path, () => this.#file.syncDataSync());
    this.#writePosition();
    this.#savedAt = performance.now();
  }

  #writePosition(): void {
    const [question, wait] = [this.#question, this.#waits?.held];
    const position: FetchPosition = { ...this.#position, question, wait };
    const refuse = (file: string) => refuseStranger(this.#path, file);
    replaceText(positionPath(this.#path), JSON.stringify(position), refuse);
  }
}

function atBeginning(): Omit<FetchPosition, "question"> {
  return { bytes: 0, records: 0, sha256: createHash("sha256").digest("hex"), state: null };
}

function removeIfThere(path: string): void {
  if (exists(path)) Deno.removeSync(path);
}
