import type { ApiClient, StreamEnd, StreamRequest } from "../../api/mod.ts";
import { type Fetched, FetchFile } from "./_fetch_file.ts";
import { partialPath, questionOf } from "./_fetch_position.ts";

/** Options of {@linkcode resumableFetch}. */
export interface ResumableFetchOptions {
  /** Whether to go on from a saved position, if there is one. @default false */
  readonly resume?: boolean;
  /** Whether a file that has the name at the end may be replaced. @default false */
  readonly force?: boolean;
  /** Scheme, host and port of the server: a fetch of another one is not gone on with. @default any server */
  readonly origin?: string;
  /** Stops it at the next page; the position is saved. */
  readonly signal?: AbortSignal;
  /** Called after each page. @default () => {} */
  readonly onPage?: (
    fetched: { readonly records: number; readonly pages: number; readonly bytes: number },
  ) => void;
}

/** How a fetch ended. */
export interface FetchEnd extends StreamEnd, Fetched {
  /** Where the records are: the file, or the partial one if the end is not proven. */
  readonly path: string;
  /** Pages of this attempt. */
  readonly pages: number;
}

/**
 * Reads a listing into a file of JSON lines, byte for byte as sent, and can go on where it was stopped.
 *
 * Until all records are there they are in `<path>.part`, and the position after them in `<path>.position`. Data is flushed
 * before its position is saved, and cut to that position before the fetch goes on: no page is lost and none is there
 * twice, however the fetch ended. A file of the final name stays as it is until the new one is whole: records of a
 * listing whose end is not proven stay in the partial file.
 *
 * @throws {StorageError} If the file cannot be written, the saved position belongs to another question, or the file is
 * shorter than the position says.
 */
export async function resumableFetch(
  client: ApiClient,
  request: StreamRequest,
  path: string,
  options: ResumableFetchOptions = {},
): Promise<FetchEnd> {
  const { resume = false, force = false, signal, onPage = () => {} } = options;
  using file = new FetchFile(path, { question: questionOf(request, options.origin), resume });
  const stream = client.pages(request, { state: file.state, signal });
  let pages = 0;
  try {
    for (;;) {
      const step = await stream.next();
      if (step.done) {
        const end = file.fetched.resumedAt > 0 && step.value.proven && canMove(request)
          ? await checkedEnd(client, request, { end: step.value, file, signal })
          : step.value;
        return end.proven
          ? { ...end, ...file.finish({ force }), pages, path }
          : { ...end, ...file.keep(), pages, path: partialPath(path) };
      }
      file.append(step.value);
      onPage({ ...file.fetched, pages: ++pages });
    }
  } catch (error) {
    file.stop();
    throw error;
  }
}

/** Whether what a position means depends on the records before it. */
function canMove({ pagination }: StreamRequest): boolean {
  return pagination?.type === "page" || pagination?.type === "offset";
}

/**
 * Reads a listing by pages or offsets again that was read across a stop: a record that came or went meanwhile has moved
 * all others, so that some are missing or there twice.
 */
async function checkedEnd(
  client: ApiClient,
  request: StreamRequest,
  about: {
    readonly end: StreamEnd;
    readonly file: FetchFile;
    readonly signal: AbortSignal | undefined;
  },
): Promise<StreamEnd> {
  const { end, file, signal } = about;
  const { bytes } = file.fetched;
  let at = 0;
  let same = true;
  const again = client.pages(request, { signal });
  for (let step = await again.next(); same; step = await again.next()) {
    if (step.done) {
      same = step.value.proven && at === bytes;
      break;
    }
    for (const record of step.value.records) {
      same &&= file.holds(record.bytes, at);
      at += record.bytes.length + 1;
    }
  }
  await again.return(end);
  if (same) return end;
  const message =
    "it changed between the stop and now, so that records may be missing or there twice; " +
    "--force reads it from its beginning";
  return {
    ...end,
    proven: false,
    contradictions: [...end.contradictions, { code: "listing-moved", message }],
  };
}
