import { hash } from "node:crypto";
import { join } from "node:path";
import type { StreamRow, StreamStateRow } from "../audit/mod.ts";
import { hashFile, lineChunks } from "../files/mod.ts";
import type { RunContext } from "./run_context.ts";
import { stagedRecords } from "./staging.ts";

const NEWLINE = 0x0a;

/** Returns what an answer that is read as a whole is known by; `null` for an incremental stream. */
export async function contentOf(
  ctx: RunContext,
  row: StreamRow,
  before: StreamStateRow,
): Promise<string | null> {
  if (row.mode === "incremental") return null;
  if (row.stop_reason === "not-modified") return before.content_sha256;
  const { content_sha256, held_sha256 } = before;
  const path = join(ctx.disk.root, stagedRecords(ctx, row));
  return await contentIdentity(path, [content_sha256, held_sha256], ctx.signal);
}

/**
 * Returns what the records of a file are known by: a hash of all of them in their order, and one in any order.
 *
 * An API without an order of its own brings the same records in another one each time.
 *
 * @param path A file of one record a line.
 * @param known Identities of earlier contents; one of them is returned if it is of the same records.
 */
async function contentIdentity(
  path: string,
  known: readonly (string | null)[],
  signal: AbortSignal,
): Promise<string> {
  const { sha256 } = await hashFile(path, { signal });
  const sameOrder = known.find((one) => one?.startsWith(sha256));
  if (sameOrder) return sameOrder;
  const sum = await sumOfRecords(path, signal);
  return known.find((one) => one?.endsWith(sum)) ?? `${sha256}+${sum}`;
}

/** Adds up the hashes of all lines: each of them counts as often as it is there. */
async function sumOfRecords(path: string, signal: AbortSignal): Promise<string> {
  const sum = new Uint32Array(8);
  function add({ buffer, byteOffset }: Uint8Array): void {
    const view = new DataView(buffer, byteOffset);
    for (let word = 0; word < 8; word++) sum[word] = (sum[word] ?? 0) + view.getUint32(4 * word);
  }
  for await (const { lines } of lineChunks(path, signal)) {
    for (let start = 0; start < lines.length;) {
      const newline = lines.indexOf(NEWLINE, start);
      const line = lines.subarray(start, newline < 0 ? lines.length : newline);
      add(hash("sha256", line, "buffer"));
      start += line.length + 1;
    }
  }
  return Array.from(sum, (word) => word.toString(16).padStart(8, "0")).join("");
}
