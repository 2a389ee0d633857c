import { hash } from "node:crypto";
import { join } from "node:path";
import {
  type FileRow,
  latestFile,
  quarantinedRejects,
  quarantinesOf,
  rejectedFiles,
  type StreamCounts,
} from "../audit/mod.ts";
import { DataError, type Reject } from "../errors/mod.ts";
import { type FileEntry, fileEntry, fileFormat, standardName } from "../files/mod.ts";
import { attempt } from "../io/mod.ts";
import { partitionFolder, type ReaderOptions } from "../lake/mod.ts";
import { logEvent } from "../logging/mod.ts";
import { FileIntake } from "./_file_intake.ts";
import type { FileSource } from "./file_source.ts";
import { altered, rawOf, type RejectLine } from "./replay_rejects.ts";
import type { RunContext } from "./run_context.ts";
import { stagedRecordsOf } from "./staging.ts";
import type { StreamRecord } from "./stream_record.ts";

const LF = new Uint8Array([0x0a]);
const decoder = new TextDecoder();

/** Rejected rows of a file, as a file of their own. */
export interface RejectedRows {
  /** The file that they are of. */
  readonly file: FileRow;
  readonly entry: FileEntry;
  /** Their rejects, by their bytes as text. */
  readonly rejects: ReadonlyMap<string, readonly number[]>;
  readonly count: number;
}

/**
 * Sends files that were rejected as a whole, and the rejected rows of those that readers see, through again, as they lie in
 * quarantine. Those that other keys have rejected are looked at, as they would be in their folder.
 */
export async function replayFiles(
  ctx: RunContext,
  record: StreamRecord,
  source: FileSource,
): Promise<void> {
  record.commit("stream-begin", { files_unchanged: 0, files_waiting: 0, files_still_rejected: 0 });
  const here = { ...source, minAge: 0, announcedBy: undefined };
  const intake = new FileIntake(ctx, record, { source: here, problems: [] });
  let still = 0;
  for (const { path, target, acceptance } of rejectedFiles(ctx.db, record.key)) {
    ctx.signal.throwIfAborted();
    const absolute = join(ctx.disk.root, target ?? "");
    if (acceptance === JSON.stringify(source.acceptance)) still++;
    else await intake.take(entryOf(path, absolute));
  }
  for (
    const { run_id, path } of source.prepareRows === undefined
      ? []
      : quarantinesOf(ctx.db, record.key)
  ) {
    ctx.signal.throwIfAborted();
    const rows = await rowsIn(ctx, record, { run_id, path });
    if (rows !== undefined) await takeRows(ctx, record, { source, intake, rows });
  }
  await intake.flush();
  record.conclude("stream-end", { files_still_rejected: still }, {
    end: { stopReason: "replayed", evidence: ["replayed"], contradictions: [] },
  });
}

/** Takes rejected rows in that are good now, as one more file of their stream; the others stay where they are. */
async function takeRows(
  ctx: RunContext,
  record: StreamRecord,
  about: { readonly source: FileSource; readonly intake: FileIntake; readonly rows: RejectedRows },
): Promise<void> {
  const { source, intake, rows: { entry, file, rejects, count } } = about;
  const { key } = record;
  const sha256 = hash("sha256", `${key.run_id} ${entry.path}`);
  const name = `${standardName(file.path)}-rows-${sha256.slice(0, 8)}${
    source.extensionOf(entry.path)
  }`;
  const staged = `${ctx.staging}/${name}`;
  const bad: Reject[] = [];
  const form = intake.form;
  const prepared = await source.prepareRows?.(entry, join(ctx.disk.root, staged), {
    sha256,
    schema: form?.schema,
    reader: form?.reader as ReaderOptions | undefined,
    onReject: (reject) => bad.push(reject),
  }).catch((error) => {
    // What rejects a file rejects its rows.
    if (error instanceof DataError) return logStill(error.code, error.message);
    throw error;
  });
  const good = prepared && withoutBad(rejects, bad);
  const isWhole = prepared?.read === count && good?.length === prepared.written;
  for (const { code, message, place } of bad) logStill(code, message, place.field);
  const written = isWhole ? good.length : 0;
  const counts = { read: count, written, rejected: count - written };
  if (prepared === undefined || written === 0) {
    return record.commit("rows-rejected", added(record, counts));
  }
  const path = `${partitionFolder(key, ctx.run, record.row.mode)}/${name}`;
  const { bytes, checks } = prepared;
  const data = { kind: "file", path, staged, content: null, bytes, rows: written } as const;
  const replayed = good?.map((reject_id) => ({ reject_id, became: "written" } as const));
  intake.add({
    row: { ...file, sha256: prepared.sha256, bytes, target: path },
    counts,
    publications: [{ ...key, ...data, sha256: prepared.sha256 }],
    checks: checks ?? [],
    replayed,
    done: () => logEvent("rows-replayed", { path: file.path, rows: written, target: path }),
  }, prepared);
}

/** Returns the rejects that are good now. */
function withoutBad(
  rejects: ReadonlyMap<string, readonly number[]>,
  bad: readonly Reject[],
): readonly number[] {
  const left = new Map(Array.from(rejects, ([text, ids]) => [text, [...ids]]));
  for (const { raw } of bad) left.get(decoder.decode(raw))?.pop();
  return [...left.values()].flat();
}

function logStill(code: string, reason: string, field?: string): undefined {
  logEvent("record-still-rejected", { code, reason, field });
}

function added({ row }: StreamRecord, counts: Pick<StreamCounts, "read" | "written" | "rejected">) {
  const { read, written, rejected } = counts;
  return {
    read: row.read + read,
    written: row.written + written,
    rejected: row.rejected + rejected,
  };
}

/** Returns the open rows of a quarantine file; `undefined` if readers see no version of their file, or a later one. */
async function rowsIn(
  ctx: RunContext,
  { key }: StreamRecord,
  { run_id, path }: { readonly run_id: string; readonly path: string },
): Promise<RejectedRows | undefined> {
  const lines: (RejectLine & { readonly source?: string })[] = [];
  const staged = { path: join(ctx.disk.root, path), signal: ctx.signal };
  for await (const { value } of stagedRecordsOf(staged)) lines.push(value as RejectLine);
  const origin = lines[0]?.source;
  const file = origin === undefined ? undefined : latestFile(ctx.db, key, origin);
  if (file?.run_id !== run_id || file.verdict !== "published") return undefined;
  const noted = quarantinedRejects(ctx.db, { ...key, run_id }, file.path);
  if (noted.length !== lines.length) throw altered(path);
  const rejects = new Map<string, number[]>();
  const parts: Uint8Array[] = [];
  for (const [at, line] of lines.entries()) {
    const { open, reject_id, bytes } = noted[at] ?? { open: 0, reject_id: 0, bytes: 0 };
    const raw = rawOf(line);
    if (open === 0 || raw.length !== bytes) continue;
    const row = rowOf(raw, file.path);
    const text = decoder.decode(row);
    // Half of a quoted value would take the rows after it in.
    if (text.split('"').length % 2 === 0) continue;
    rejects.set(text, [...rejects.get(text) ?? [], reject_id]);
    parts.push(row, LF);
  }
  if (parts.length === 0) return undefined;
  const name = `${hash("sha256", path).slice(0, 8)}${extensionOf(file.path)}`;
  const target = join(ctx.disk.root, ctx.staging, `rows-${name}`);
  ctx.disk.makeDir(join(ctx.disk.root, ctx.staging));
  using out = ctx.disk.openAppend(target, 0);
  for (const part of parts) out.write(part);
  out.sync();
  return { file, entry: entryOf(`${file.path}.${name}`, target), rejects, count: parts.length / 2 };
}

/** A JSON record may stand on several lines in its document; a line end is never part of a value. */
function rowOf(raw: Uint8Array, path: string): Uint8Array {
  if (fileFormat(path)?.json === undefined) return raw;
  return raw.map((byte) => byte === 0x0a || byte === 0x0d ? 0x20 : byte);
}

function extensionOf(path: string): string {
  const { json, delimiter } = fileFormat(path) ?? {};
  return json !== undefined ? ".jsonl" : delimiter === 0x09 ? ".tsv" : ".csv";
}

function entryOf(path: string, absolutePath: string): FileEntry {
  return fileEntry(
    path,
    absolutePath,
    attempt("look at", absolutePath, () => Deno.statSync(absolutePath)),
  );
}
