import { dirname } from "@std/path";
import type { Page, PaginationState, StreamRequest } from "../../api/mod.ts";
import { IngestError } from "../../errors/mod.ts";
import { type AppendFile, Disk, storageError } from "../../files/mod.ts";
import { type FetchPlace, lookAt, placeOf, readPlace } from "./_fetch_place.ts";

/** How often the place is saved, in ms: each time costs two flushes. */
const SAVE_EVERY = 250;
const LINE_FEED = new Uint8Array([0x0a]);

/** The file of records, and the place behind them beside it. What stood there before stays until the first page is there. */
export class FetchFile implements Disposable {
  readonly #path: string;
  readonly #disk: Disk;
  readonly #question: string;
  readonly #resumedAt: number;
  /** Whether the empty file is of our making. */
  readonly #made: boolean;
  #file: AppendFile | undefined;
  #records: number;
  #state: PaginationState | null;
  /** Whether the file ends at the place; within a page and behind the last there is none. */
  #whole = true;
  #savedAt = performance.now();

  /** @throws {StorageError} If the file cannot be written, or not be gone on with. */
  constructor(path: string, request: StreamRequest, resume: boolean) {
    const { path: asked, params, pagination, records } = request;
    this.#path = path;
    this.#question = JSON.stringify([asked, params, pagination, records]);
    const place = resume ? readPlace(path, this.#question) : undefined;
    this.#disk = new Disk(dirname(path), { temporary: dirname(path) });
    const before = lookAt(path);
    this.#made = before === undefined;
    // Without a place it is opened too, but keeps its length: a file that cannot be written is better known at once.
    const file = this.#open(place?.bytes ?? before?.size ?? 0);
    if (place === undefined) file[Symbol.dispose]();
    else this.#file = file;
    this.#records = this.#resumedAt = place?.records ?? 0;
    this.#state = place?.state ?? null;
  }

  /** Where the listing goes on. */
  get state(): PaginationState | undefined {
    return this.#state ?? undefined;
  }

  /** Records in the file. */
  get records(): number {
    return this.#records;
  }

  /** Its length. */
  get bytes(): number {
    return this.#file?.length ?? 0;
  }

  /** Writes the records of a page. */
  append(page: Page): void {
    const file = this.#begun();
    this.#whole = false;
    for (const record of page.records) {
      file.write(record.bytes);
      file.write(LINE_FEED);
    }
    this.#records += page.records.length;
    this.#whole = page.next !== undefined;
    this.#state = page.next ?? this.#state;
    if (performance.now() - this.#savedAt >= SAVE_EVERY) this.#save(file);
  }

  /** Saves the place after a failure, and leaves no empty file behind. */
  stop(): void {
    if (this.#file !== undefined) this.#save(this.#file);
    else if (this.#made && lookAt(this.#path)?.size === 0) this.#disk.remove(this.#path);
  }

  /** Flushes the file; behind the last page there is no place. */
  finish(): { records: number; bytes: number; resumedAt: number } {
    this.#begun().sync();
    this.#disk.remove(placeOf(this.#path));
    return { records: this.#records, bytes: this.bytes, resumedAt: this.#resumedAt };
  }

  [Symbol.dispose](): void {
    this.#file?.[Symbol.dispose]();
  }

  /** The file, emptied when it is asked for the first time; from then on it has a place, whenever it is stopped. */
  #begun(): AppendFile {
    if (this.#file !== undefined) return this.#file;
    this.#writePlace({ bytes: 0, records: 0, question: this.#question, state: null });
    return this.#file = this.#open(0);
  }

  #save(file: AppendFile): void {
    if (!this.#whole || this.#state === null) return;
    file.sync();
    this.#writePlace({
      bytes: file.length,
      records: this.#records,
      question: this.#question,
      state: this.#state,
    });
    this.#savedAt = performance.now();
  }

  #writePlace(place: FetchPlace): void {
    const bytes = new TextEncoder().encode(JSON.stringify(place));
    this.#disk.writeFile(placeOf(this.#path), bytes);
  }

  #open(length: number): AppendFile {
    try {
      return this.#disk.openAppend(this.#path, length);
    } catch (error) {
      if (error instanceof IngestError) throw error;
      // A device, which has no length.
      throw storageError("open", this.#path, error);
    }
  }
}
