import { basename, join } from "@std/path";
import type { Publication, StreamKey } from "../audit/mod.ts";
import type { DataError } from "../errors/mod.ts";
import { type FileEntry, hashFile } from "../files/mod.ts";
import { quarantineFolder, smallPublication } from "../publish/mod.ts";
import type { RunContext } from "./run_context.ts";

/**
 * Copies a refused file to staging, with its reason beside it. The original stays where it is: the folder belongs
 * to whoever delivers, and the run has no right to write there.
 */
export async function stageQuarantinedFile(
  ctx: RunContext,
  key: StreamKey,
  file: {
    readonly entry: FileEntry;
    readonly sha256: string;
    readonly staging: string;
    readonly error: DataError;
  },
): Promise<Publication[]> {
  const { entry, sha256, error } = file;
  const name = `${sha256.slice(0, 8)}-${basename(entry.path)}`;
  const staged = `${file.staging}/${name}`;
  const path = join(ctx.disk.root, staged);
  {
    using source = await Deno.open(entry.absolutePath);
    using out = ctx.disk.openAppend(path, 0);
    for await (const chunk of source.readable) out.write(chunk);
    out.sync();
  }
  const target = `${quarantineFolder(key)}/${name}`;
  const copy = await hashFile(path);
  const reason = {
    path: entry.path,
    sha256,
    code: error.code,
    message: error.message,
    run_id: key.run_id,
  };
  return [
    {
      ...key,
      kind: "rejects",
      path: target,
      staged,
      content: null,
      bytes: copy.size,
      rows: 0,
      sha256: copy.sha256,
    },
    smallPublication(
      key,
      "marker",
      `${target}.reason.json`,
      `${JSON.stringify(reason, null, 2)}\n`,
    ),
  ];
}
