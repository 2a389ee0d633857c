import { storageError } from "../../../io/mod.ts";

/** Reads a file in chunks; each is a buffer of its own. */
export async function* readChunks(path: string, size = 1 << 18): AsyncGenerator<Uint8Array> {
  try {
    using file = await Deno.open(path);
    for (;;) {
      const buffer = new Uint8Array(size);
      const read = await file.read(buffer);
      if (read === null) return;
      yield buffer.subarray(0, read);
    }
  } catch (error) {
    throw storageError("read", path, error);
  }
}
