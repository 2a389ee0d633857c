import { dirname } from "@std/path";
import type { ApiClient, Page, PaginationState, StreamEnd, StreamRequest } from "../../api/mod.ts";
import { StorageError } from "../../errors/mod.ts";
import { type AppendFile, Disk } from "../../files/mod.ts";

/** How often the place is saved, in ms: each time costs two flushes. */
const SAVE_EVERY = 250;
const LINE_FEED = new Uint8Array([0x0a]);

/** The saved place: what stands in the file, and where the listing goes on. */
interface Place {
  /** Length in bytes of the file that belongs to `state`. */
  readonly bytes: number;
  readonly records: number;
  /** What was asked for; another question cannot be gone on with. */
  readonly question: string;
  readonly state: PaginationState;
}

/** Options of {@linkcode resumableFetch}. */
export interface ResumableFetchOptions {
  /** Whether to go on from a saved place, if there is one. @default false */
  readonly resume?: boolean;
  /** Stops it at the next page; the place is saved. */
  readonly signal?: AbortSignal;
  /** Is told after each page. @default () => {} */
  readonly onPage?: (
    so: { readonly records: number; readonly pages: number; readonly bytes: number },
  ) => void;
}

/** How a fetch ended. */
export interface FetchEnd extends StreamEnd {
  /** Records in the file, those of earlier attempts included. */
  readonly records: number;
  /** Its length. */
  readonly bytes: number;
  /** Records that stood there already. */
  readonly resumedAt: number;
}

/**
 * Reads a listing into a file of JSON lines, byte for byte as sent, and can go on where it was stopped: data is
 * flushed before the place behind it is saved in `<path>.place`, and cut to that place before it goes on. So no page is
 * lost and none stands there twice, however it ended.
 *
 * @throws {StorageError} If the saved place belongs to another question or the file is shorter than the place says.
 */
export async function resumableFetch(
  client: ApiClient,
  request: StreamRequest,
  path: string,
  options: ResumableFetchOptions = {},
): Promise<FetchEnd> {
  const { resume = false, signal, onPage = () => {} } = options;
  using file = new FetchFile(path, request, resume);
  const stream = client.pages(request, { state: file.state, signal });
  let pages = 0;
  try {
    for (;;) {
      const step = await stream.next();
      if (step.done) return { ...step.value, ...file.finish() };
      file.append(step.value);
      onPage({ records: file.records, pages: ++pages, bytes: file.bytes });
    }
  } catch (error) {
    file.save();
    throw error;
  }
}

/** The file of records, and the place behind them beside it. */
class FetchFile implements Disposable {
  readonly #disk: Disk;
  readonly #file: AppendFile;
  readonly #question: string;
  readonly #resumedAt: number;
  #records: number;
  #state: PaginationState | null;
  /** Whether the file ends at the place; behind the last page there is none. */
  #whole = true;
  #savedAt = performance.now();

  constructor(path: string, request: StreamRequest, resume: boolean) {
    const { path: asked, params, pagination, records } = request;
    this.#question = JSON.stringify([asked, params, pagination, records]);
    const place = resume ? readPlace(`${path}.place`, this.#question) : undefined;
    this.#disk = new Disk(dirname(path), { temporary: dirname(path) });
    this.#file = this.#disk.openAppend(path, place?.bytes ?? 0);
    this.#records = this.#resumedAt = place?.records ?? 0;
    this.#state = place?.state ?? null;
  }

  get state(): PaginationState | undefined {
    return this.#state ?? undefined;
  }

  get records(): number {
    return this.#records;
  }

  get bytes(): number {
    return this.#file.length;
  }

  append(page: Page): void {
    for (const record of page.records) {
      this.#file.write(record.bytes);
      this.#file.write(LINE_FEED);
    }
    this.#records += page.records.length;
    this.#whole = page.next !== undefined;
    this.#state = page.next ?? this.#state;
    if (performance.now() - this.#savedAt >= SAVE_EVERY) this.save();
  }

  save(): void {
    if (!this.#whole || this.#state === null) return;
    const place: Place = {
      bytes: this.bytes,
      records: this.#records,
      question: this.#question,
      state: this.#state,
    };
    this.#file.sync();
    const text = JSON.stringify(place);
    this.#disk.writeFile(`${this.#file.path}.place`, new TextEncoder().encode(text));
    this.#savedAt = performance.now();
  }

  finish(): { records: number; bytes: number; resumedAt: number } {
    this.#file.sync();
    this.#disk.remove(`${this.#file.path}.place`);
    return { records: this.#records, bytes: this.bytes, resumedAt: this.#resumedAt };
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}

function readPlace(path: string, question: string): Place | undefined {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const place = JSON.parse(text) as Place;
  if (place.question !== question) {
    throw new StorageError(
      "storage-damaged",
      `Cannot go on from "${path}": it belongs to another request; delete it to begin anew`,
    );
  }
  return place;
}
