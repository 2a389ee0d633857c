import { join } from "@std/path";
import { type Disk, hashFile } from "../files/mod.ts";
import type { Store } from "./store.ts";

/** A lake in a folder of this machine. */
export class LocalStore implements Store {
  readonly #disk: Disk;

  /** @param disk The disk whose root is the lake. */
  constructor(disk: Disk) {
    this.#disk = disk;
  }

  put(staged: string, key: string): void {
    this.#disk.rename(this.#path(staged), this.#path(key));
  }

  putBytes(key: string, bytes: Uint8Array): void {
    this.#disk.writeFile(this.#path(key), bytes);
  }

  size(key: string): number | undefined {
    return orUndefined(() => Deno.statSync(this.#path(key)).size);
  }

  async sha256(key: string): Promise<string> {
    return (await hashFile(this.#path(key))).sha256;
  }

  list(prefix: string): string[] {
    const entries = orUndefined(() => [...Deno.readDirSync(this.#path(prefix))]) ?? [];
    return entries.map((entry) => entry.name).sort();
  }

  delete(key: string): void {
    this.#disk.remove(this.#path(key));
  }

  #path(key: string): string {
    return join(this.#disk.root, key);
  }
}

function orUndefined<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
