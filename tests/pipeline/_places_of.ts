import { join } from "@std/path";
import { gunzipSync } from "node:zlib";

/** Reads every byte below a folder, decompressed too, and says where a text is. */
export function placesOf(folder: string, text: string, but: readonly string[] = []): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    if (but.includes(name)) return [];
    const path = join(folder, name);
    if (isDirectory) return placesOf(path, text);
    const bytes = Deno.readFileSync(path);
    const plain = name.endsWith(".gz") ? gunzipSync(bytes) : bytes;
    return new TextDecoder("latin1").decode(plain).includes(text) ? [path] : [];
  });
}
