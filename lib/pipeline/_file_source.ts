import { getLogger } from "@logtape/logtape";
import { basename, join } from "@std/path";
import {
  fileByContent,
  type FileRow,
  getRun,
  getStream,
  insertFile,
  insertRejects,
  latestFile,
  newStreamRow,
  saveStream,
  type StreamKey,
  type StreamRow,
  touchFile,
} from "../audit/mod.ts";
import type { FilesSource, LogsSource } from "../config/mod.ts";
import { DataError, IngestError, SuspendedError } from "../errors/mod.ts";
import { type FileEntry, hashFile, inventory, standardName } from "../files/mod.ts";
import { intend, partitionFolder, settle, stagingFolder } from "../publish/mod.ts";
import type { PreparedFile, PrepareFile } from "./_prepared_file.ts";
import { nextFileState, publishFileManifest } from "./_publish_file_manifest.ts";
import { RowRejects } from "./_row_rejects.ts";
import { stageQuarantinedFile } from "./_stage_quarantine.ts";
import { tellProgress } from "./_tell_progress.ts";
import type { RunContext } from "./run_context.ts";

const log = getLogger(["headwaters", "pipeline"]);

/** How a kind of file becomes data. */
export interface FileKind {
  readonly kind: "files" | "logs";
  /** Ending of a prepared file's name. */
  readonly extension: string;
  readonly prepare: PrepareFile;
}

/**
 * Takes in the files of a folder, each as one atomic unit: known ones are passed over, a copy of a known one is
 * noted, a new one is validated, standardised and published in one step, or quarantined as a whole.
 *
 * @returns The stream's row in the ledger; `complete` when the whole folder was looked at.
 */
export async function runFileSource(
  ctx: RunContext,
  source: FilesSource | LogsSource,
  kind: FileKind,
): Promise<StreamRow> {
  const key: StreamKey = {
    run_id: ctx.run.run_id,
    source: source.name,
    stream: source.stream,
  };
  const row = getStream(ctx.db, key) ??
    newStreamRow({ ...key, kind: kind.kind, mode: "incremental" });
  if (row.status === "complete") return row;
  Object.assign(row, { status: "running", files_known: 0, error_code: null, error_message: null });
  const intake = new FileIntake(ctx, row, key, kind);
  try {
    ctx.db.transaction("stream-open", () => saveStream(ctx.db, row));
    const options = { include: source.include, exclude: source.exclude, signal: ctx.signal };
    for await (const entry of inventory(source.path, options)) {
      ctx.signal.throwIfAborted();
      await intake.take(entry);
      tellProgress(ctx, row, "reading");
    }
    Object.assign(row, { stop_reason: "end-of-folder", proven: 1, status: "complete" });
    await publishFileManifest(ctx, row, key);
  } catch (error) {
    if (!(error instanceof IngestError)) throw error;
    Object.assign(row, { error_code: error.code, error_message: error.message });
    row.status = error instanceof SuspendedError ? "suspended" : "failed";
    ctx.db.transaction("stream-break", () => saveStream(ctx.db, row));
    throw error;
  }
  return row;
}

/** Decides on files one by one. */
class FileIntake {
  readonly #ctx: RunContext;
  readonly #row: StreamRow;
  readonly #key: StreamKey;
  readonly #kind: FileKind;

  constructor(ctx: RunContext, row: StreamRow, key: StreamKey, kind: FileKind) {
    this.#ctx = ctx;
    this.#row = row;
    this.#key = key;
    this.#kind = kind;
  }

  async take(entry: FileEntry): Promise<void> {
    const { db } = this.#ctx;
    const last = latestFile(db, this.#key, entry.path);
    const judged = last !== undefined && !this.#mayBeJudgedAnew(last);
    const mtime = Math.trunc(entry.mtimeMs);
    if (judged && last.bytes === entry.size && last.mtime_ms === mtime) return this.#known(last);
    const { sha256, size } = await hashFile(entry.absolutePath);
    if (judged && last.sha256 === sha256) {
      db.transaction("file-touch", () => touchFile(db, { ...last, mtime_ms: mtime }));
      return this.#known(last);
    }
    const found: Found = {
      source: this.#key.source,
      stream: this.#key.stream,
      path: entry.path,
      sha256,
      version: (last?.version ?? 0) + 1,
      bytes: size,
      mtime_ms: mtime,
      run_id: this.#key.run_id,
    };
    const twin = fileByContent(db, this.#key, sha256);
    if (twin !== undefined && twin.path !== entry.path) return this.#duplicate(found, twin);
    await this.#admit(entry, found);
  }

  /** A refused file gets another chance once the configuration has changed. */
  #mayBeJudgedAnew(last: FileRow): boolean {
    if (last.verdict !== "quarantined" || last.run_id === this.#key.run_id) return false;
    const run = getRun(this.#ctx.db, last.run_id);
    return run?.config_sha256 !== this.#ctx.run.config_sha256;
  }

  #known(last: FileRow): void {
    if (last.run_id !== this.#key.run_id) this.#row.files_known++;
  }

  #duplicate(found: Found, twin: FileRow): void {
    this.#row.files_duplicate++;
    this.#row.pages++;
    log.info("file is a copy", { path: found.path, duplicate_of: twin.path });
    this.#ctx.db.transaction("file-duplicate", () => {
      insertFile(this.#ctx.db, {
        ...found,
        verdict: "duplicate",
        duplicate_of: twin.path,
        read: 0,
        written: 0,
        quarantined: 0,
        target: null,
        error_code: null,
        error_message: null,
      });
      saveStream(this.#ctx.db, this.#row);
    });
  }

  async #admit(entry: FileEntry, found: Found): Promise<void> {
    const name = `${standardName(entry.path)}-${found.sha256.slice(0, 8)}`;
    const staged = `${this.#staging}/${name}${this.#kind.extension}`;
    const { disk } = this.#ctx;
    disk.makeDir(join(disk.root, this.#staging));
    using rejects = new RowRejects(disk, `${this.#staging}/${name}.rejects.jsonl`);
    try {
      const prepared = await this.#kind.prepare(entry, join(disk.root, staged), {
        sha256: found.sha256,
        onReject: (reject) => rejects.add(reject),
      });
      await this.#publish(found, { staged, prepared, rejects });
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      await this.#quarantine(entry, found, error);
    }
  }

  async #publish(
    found: Found,
    file: { staged: string; prepared: PreparedFile; rejects: RowRejects },
  ): Promise<void> {
    const { ctx, row, key } = { ctx: this.#ctx, row: this.#row, key: this.#key };
    const { staged, prepared, rejects } = file;
    const folder = partitionFolder(key, ctx.run, "incremental");
    const target = `${folder}/${basename(staged)}`;
    const data = {
      ...key,
      kind: "file",
      path: target,
      staged,
      content: null,
      bytes: prepared.bytes,
      rows: prepared.written,
      sha256: prepared.sha256,
    } as const;
    const refused = rejects.publication(key);
    row.pages++;
    row.bytes += found.bytes;
    row.read += prepared.read;
    row.written += prepared.written;
    row.quarantined += rejects.count;
    row.state = nextFileState(row, prepared);
    intend(ctx.db, [...(prepared.written > 0 ? [data] : []), ...refused], () => {
      insertFile(ctx.db, {
        ...found,
        verdict: "published",
        duplicate_of: null,
        read: prepared.read,
        written: prepared.written,
        quarantined: rejects.count,
        target,
        error_code: null,
        error_message: null,
      });
      insertRejects(ctx.db, key, rejects.entries);
      saveStream(ctx.db, row);
    });
    await settle(ctx.db, ctx.store, key);
    log.info("file published", { path: found.path, target, rows: prepared.written });
  }

  async #quarantine(entry: FileEntry, found: Found, error: DataError): Promise<void> {
    const { ctx, row, key } = { ctx: this.#ctx, row: this.#row, key: this.#key };
    const publications = await stageQuarantinedFile(ctx, key, {
      entry,
      sha256: found.sha256,
      staging: this.#staging,
      error,
    });
    row.pages++;
    row.bytes += found.bytes;
    row.files_quarantined++;
    intend(ctx.db, publications, () => {
      insertFile(ctx.db, {
        ...found,
        verdict: "quarantined",
        duplicate_of: null,
        read: 0,
        written: 0,
        quarantined: 0,
        target: publications[0]?.path ?? null,
        error_code: error.code,
        error_message: error.message,
      });
      saveStream(ctx.db, row);
    });
    await settle(ctx.db, ctx.store, key);
    log.warn("file quarantined", { path: found.path, code: error.code, reason: error.message });
  }

  get #staging(): string {
    return `${stagingFolder(this.#key.run_id)}/${this.#key.source}.${this.#key.stream}.files`;
  }
}

type Found = Pick<
  FileRow,
  "source" | "stream" | "path" | "sha256" | "version" | "bytes" | "mtime_ms" | "run_id"
>;
