import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { hashOf, RememberedRecords } from "../audit/mod.ts";
import { gunzip } from "../files/mod.ts";
import { attempt } from "../io/mod.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";
import { partFormatOf } from "./part_formats.ts";

const READ_BYTES = 1 << 16;

/** Says whether a manifest's files hold records as they were sent, one a line. */
export function hasRecords({ reader, files, noted }: Manifest): boolean {
  return partFormatOf(reader)?.isAsSent === true && noted === undefined &&
    files.every((file) => (file.source ?? file.sources) === undefined);
}

/** Whether the records of a manifest's files can be remembered: an incremental read may bring them again. */
export function isRemembered(manifest: Manifest): boolean {
  return manifest.mode === "incremental" && manifest.backfill === undefined && hasRecords(manifest);
}

/** Returns what the records of a manifest's files are remembered by; those of damaged files are not known any more. */
export async function recordsOf(
  lake: string,
  manifest: Manifest,
  checked: ReadonlyMap<string, number | undefined>,
): Promise<Uint8Array[]> {
  const records = new RememberedRecords(() => []);
  for (const { path } of isRemembered(manifest) ? manifest.files : []) {
    if (checked.get(path) === undefined) continue;
    let rest = new Uint8Array();
    for await (const chunk of contentOf(lake, path)) {
      const bytes = Buffer.concat([rest, chunk]);
      let start = 0;
      for (let end; (end = bytes.indexOf(0x0a, start)) >= 0; start = end + 1) {
        records.add(hashOf(bytes.subarray(start, end)));
      }
      rest = bytes.slice(start);
    }
  }
  return [...records.parts()];
}

/** Reads a part of the lake. */
function contentOf(lake: string, path: string): AsyncGenerator<Uint8Array> {
  const name = join(lake, path);
  return gunzip(chunksOf(name), { source: name });
}

function* chunksOf(path: string): Generator<Uint8Array> {
  using file = attempt("read", path, () => Deno.openSync(path));
  for (;;) {
    const buffer = new Uint8Array(READ_BYTES);
    const read = attempt("read", path, () => file.readSync(buffer));
    if (read === null) return;
    yield buffer.subarray(0, read);
  }
}

/**
 * Returns what an answer that was read as a whole is known by: its records, in their order. Where a part is damaged, which
 * is reported, the next answer counts as new.
 */
export async function identityOf(
  lake: string,
  files: readonly ManifestFile[],
  checked: ReadonlyMap<string, number | undefined>,
): Promise<string | null> {
  const hash = createHash("sha256");
  for (const { path } of files) {
    if (checked.get(path) === undefined) return null;
    for await (const chunk of contentOf(lake, path)) hash.update(chunk);
  }
  return hash.digest("hex");
}
