/**
 * Where the lake is kept. Keys are relative paths with `/`; every method is durable when it returns.
 *
 * Staged bytes stand in the same store, so that putting them is one atomic step: a rename on a local disk, a
 * server-side copy or a multipart completion on an object store.
 */
export interface Store {
  /** Makes staged bytes appear under `key` at once, replacing what stood there; the staged key is gone after it. */
  put(staged: string, key: string): void;
  /** Makes small content appear under `key` at once, replacing what stood there. */
  putBytes(key: string, bytes: Uint8Array): void;
  /** Returns the size in bytes, or `undefined` where nothing stands under the key. */
  size(key: string): number | undefined;
  /** Returns the sha256 (hex) of what stands under the key. */
  sha256(key: string): Promise<string>;
  /** Returns the names directly under a prefix, sorted; none where it does not exist. */
  list(prefix: string): string[];
  /** Removes what stands under a key or prefix; nothing happens where nothing does. */
  delete(key: string): void;
}
