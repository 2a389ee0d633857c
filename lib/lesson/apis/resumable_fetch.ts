import type { ApiClient, StreamEnd, StreamRequest } from "../../api/mod.ts";
import { FetchFile } from "./_fetch_file.ts";

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
 * lost and none stands there twice, however it ended. What stood at the path before is replaced when the first page is
 * there, and not before.
 *
 * @throws {StorageError} If the file cannot be written, the saved place belongs to another question, or the file is shorter
 * than the place says.
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
    file.stop();
    throw error;
  }
}
