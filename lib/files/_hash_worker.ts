import { createHash } from "node:crypto";

/** What a worker is asked: to read on in a file up to here, and to answer with its digest if that is all of it. */
export interface HashRequest {
  readonly path: string;
  /** Bytes that were written so far. */
  readonly bytes: number;
  readonly isComplete: boolean;
}

/** The sha256 of a complete file, and how many bytes it is of; or why it could not be read. */
export type HashAnswer =
  | { readonly sha256: string; readonly bytes: number }
  | { readonly failure: string };

const buffer = new Uint8Array(1 << 17);

/** A file that is hashed while it is written. */
class GrowingFile {
  readonly #file: Deno.FsFile;
  readonly #hash = createHash("sha256");
  #bytes = 0;

  constructor(path: string) {
    this.#file = Deno.openSync(path);
  }

  /** Hashes what is there by now; all of it, if it is complete. */
  readTo(bytes: number): void {
    while (this.#bytes < bytes) {
      const read = this.#file.readSync(buffer.subarray(0, bytes - this.#bytes));
      if (read === null) return;
      this.#hash.update(buffer.subarray(0, read));
      this.#bytes += read;
    }
  }

  finish(): HashAnswer {
    // What nobody told of is seen by its size.
    const { size } = this.#file.statSync();
    this.#file.close();
    return { sha256: this.#hash.digest("hex"), bytes: Math.max(this.#bytes, size) };
  }
}

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<HashRequest>) => void;
  postMessage(answer: HashAnswer): void;
};
let file: GrowingFile | undefined;
let failure: string | undefined;

// One answer for each file, whatever happens to it.
scope.onmessage = ({ data: { path, bytes, isComplete } }) => {
  try {
    file ??= new GrowingFile(path);
    if (failure === undefined) file.readTo(bytes);
    if (isComplete && failure === undefined) scope.postMessage(file.finish());
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  if (!isComplete) return;
  if (failure !== undefined) scope.postMessage({ failure });
  file = failure = undefined;
};
