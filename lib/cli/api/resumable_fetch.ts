import {
  type ApiClient,
  mayBeNumbered,
  type Page,
  readUntilSettled,
  type StreamEnd,
  type StreamRequest,
} from "../../api/mod.ts";
import { type Fetched, FetchFile } from "./_fetch_file.ts";
import { partialPath } from "./_fetch_paths.ts";
import { questionOf } from "./_fetch_position.ts";
import type { FetchWaits } from "./fetch_waits.ts";

/** Options of {@linkcode resumableFetch}. */
export interface ResumableFetchOptions {
  /** Whether to go on from a saved position, if there is one. @default false */
  readonly resume?: boolean;
  /** Whether a file that has the name at the end may be replaced. @default false */
  readonly force?: boolean;
  /** Scheme, host and port of the server: a fetch of another one is not gone on with. @default any server */
  readonly origin?: string;
  /** What the client keeps waits in; they are saved with the position. @default {waits end with the process} */
  readonly waits?: FetchWaits;
  /** Stops it at the next page; the position is saved. */
  readonly signal?: AbortSignal;
  /** Called after each page. @default () => {} */
  readonly onPage?: (
    fetched: { readonly records: number; readonly pages: number; readonly bytes: number },
  ) => void;
}

/** How a fetch ended. */
export interface FetchEnd extends Omit<StreamEnd, "evidence">, Fetched {
  /** Signs that nothing is missing; `readings-agree` if the listing was read again. */
  readonly evidence: readonly string[];
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
 * listing whose end is not proven stay in the partial file. Numbered pages that moved are read again, see
 * {@linkcode readUntilSettled}.
 *
 * @throws {UsageError} If the saved position belongs to another question.
 * @throws {StorageError} If the file cannot be written, or is not what it was.
 */
export async function resumableFetch(
  client: ApiClient,
  request: StreamRequest,
  path: string,
  options: ResumableFetchOptions = {},
): Promise<FetchEnd> {
  const { resume = false, force = false, signal, onPage = () => {} } = options;
  const pagination = request.pagination ?? { type: "none" };
  using file = await FetchFile.open(path, {
    question: questionOf(request, options.origin),
    resume,
    tellsRepeats: mayBeNumbered(pagination),
    waits: options.waits,
    signal,
  });
  const stream = readUntilSettled<
    Page,
    Omit<FetchEnd, keyof Fetched | "path" | "pages">,
    undefined
  >({
    pagination,
    resumed: file.state !== undefined,
    read: () => client.pages(request, { state: file.state, signal }),
    repeated: () => file.hasRepeats,
    agrees: () => agrees(client, request, { file, signal }),
    startOver: undefined,
  });
  let pages = 0;
  try {
    for (;;) {
      const step = await stream.next();
      if (step.done) {
        const { evidence, contradictions } = step.value;
        const proven = evidence.length > 0 && contradictions.length === 0;
        const end = { ...step.value, proven, pages };
        return proven
          ? { ...end, ...file.finish({ force }), path }
          : { ...end, ...file.keep(), path: partialPath(path) };
      }
      if (step.value === undefined) file.startOver();
      else {
        file.append(step.value);
        onPage({ ...file.fetched, pages: ++pages });
      }
    }
  } catch (error) {
    file.stop();
    throw error;
  }
}

/** Reads a listing again, and says whether its records are, to the byte, those of the file. */
async function agrees(
  client: ApiClient,
  request: StreamRequest,
  { file, signal }: { readonly file: FetchFile; readonly signal: AbortSignal | undefined },
): Promise<boolean> {
  let at = 0;
  const again = client.pages(request, { signal });
  try {
    for (;;) {
      const step = await again.next();
      if (step.done) return step.value.proven && at === file.fetched.bytes;
      for (const { bytes } of step.value.records) {
        if (!file.holds(bytes, at)) return false;
        at += bytes.length + 1;
      }
    }
  } finally {
    await again.return(undefined as never).catch(() => {});
  }
}
