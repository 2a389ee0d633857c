import { basename, join } from "node:path";
import type { Publication, StreamKey } from "../audit/mod.ts";
import { DataError } from "../errors/mod.ts";
import { boundedName, type FileEntry, hashFile, rawChunks, stillSame } from "../files/mod.ts";
import { quarantineFolder, smallPublication } from "../lake/mod.ts";
import type { FileFault } from "./withheld.ts";
import type { RunContext } from "./run_context.ts";
import { jsonDocument } from "../terminal/mod.ts";

/**
 * Copies a rejected file to staging, with its reason next to it. The original stays where it is: the folder belongs
 * to the sender, and the run has no right to write there.
 */
export async function stageQuarantinedFile(
  ctx: RunContext,
  key: StreamKey,
  file: {
    readonly entry: FileEntry;
    readonly sha256: string;
    /** Whether `sha256` may be that of its text, unpacked: it is kept as it came. */
    readonly isKnownByText: boolean;
    readonly staging: string;
    readonly error: FileFault;
    /** Whether it is copied; else nothing but the reason is written. */
    readonly isKept: boolean;
  },
): Promise<Publication[]> {
  const { entry, sha256, error, isKept } = file;
  const name = boundedName(basename(entry.path), { prefix: `${sha256.slice(0, 8)}-` });
  const target = `${quarantineFolder(key)}/${name}`;
  const reason = {
    path: entry.path,
    sha256,
    code: error.code,
    message: error.message,
    run_id: key.run_id,
  };
  const about = { path: `${target}.reason.json`, content: jsonDocument(reason) };
  const marker = smallPublication(key, "marker", about);
  if (!isKept) return [marker];
  const staged = `${file.staging}/${name}`;
  const path = join(ctx.disk.root, staged);
  await copyFile(ctx, entry, path);
  const copy = await hashFile(path);
  if (copy.sha256 !== sha256 && !(file.isKnownByText && stillSame(entry))) {
    throw new DataError("file-changed", `Cannot quarantine "${entry.path}": it changed meanwhile`);
  }
  const [kind, content] = ["rejects", null] as const;
  const { size: bytes } = copy;
  return [
    { ...key, kind, path: target, staged, content, bytes, rows: 0, sha256: copy.sha256 },
    marker,
  ];
}

async function copyFile(ctx: RunContext, entry: FileEntry, path: string): Promise<void> {
  using out = ctx.disk.openAppend(path, 0);
  for await (const chunk of rawChunks(entry)) out.write(chunk);
  out.sync();
}
