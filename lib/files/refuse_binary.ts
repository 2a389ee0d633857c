import { DataError } from "../errors/mod.ts";
import { kindByBytes } from "./file_kind.ts";

const HEAD_BYTES = 512;

/**
 * Passes on the text of a log, and ends the work on what begins as a binary file does: every line of it would be rejected.
 *
 * @param source Path for messages.
 * @throws {DataError} `file-type`, which says what it is.
 */
export async function* refuseBinary(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
): AsyncGenerator<Uint8Array> {
  const head = new Uint8Array(HEAD_BYTES);
  let size = 0;
  for await (const chunk of chunks) {
    if (size < HEAD_BYTES) {
      const first = chunk.subarray(0, HEAD_BYTES - size);
      head.set(first, size);
      size += first.length;
      checkHead(head.subarray(0, size), source);
    }
    yield chunk;
  }
}

/** Letters alone may be text: a line may begin with "ORC". */
function checkHead(head: Uint8Array, source: string): void {
  const kind = kindByBytes(head);
  if (kind === undefined || !head.some((byte) => byte < 9 || byte >= 0x80)) return;
  throw new DataError(
    "file-type",
    `Cannot parse "${source}": its first bytes are those of ${
      NAMES[kind] ?? kind
    }, expected the text of a log`,
    { context: { path: source } },
  );
}

const NAMES: Readonly<Record<string, string>> = {
  sqlite: "an SQLite database",
  zip: "a zip archive",
  image: "an image",
  program: "a program",
  pdf: "a PDF",
};
