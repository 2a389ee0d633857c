import { join } from "@std/path";
import { type FileEntry, fileEntry } from "../../lib/files/mod.ts";
import { granted } from "../_granted.ts";

/** Options of a test that works on real files. */
export const ON_DISK = { ignore: !granted("read", "write") } as const;

/** A folder for one test, removed with all it holds. */
export class TempFolder implements Disposable {
  readonly path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "files-test-" }));

  /** Writes a file and returns how an inventory lists it. */
  write(path: string, content: string | Uint8Array): FileEntry {
    const absolutePath = join(this.path, path);
    Deno.mkdirSync(join(absolutePath, ".."), { recursive: true });
    Deno.writeFileSync(absolutePath, typeof content === "string" ? bytes(content) : content);
    return fileEntry(path, absolutePath, Deno.statSync(absolutePath));
  }

  at(path: string): string {
    return join(this.path, path);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

export function text(content: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(content);
}

/** Cuts content into pieces of the given lengths, used in turn. */
export function* pieces(content: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
  let at = 0;
  for (let i = 0; at < content.length; i++) {
    const length = lengths[i % lengths.length] ?? content.length;
    yield content.slice(at, at + length);
    at += length;
  }
}
