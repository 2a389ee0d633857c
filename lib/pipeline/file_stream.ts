import { basename, join } from "node:path";
import {
  type Contradiction,
  type FileRow,
  type FilesCheckpoint,
  insertFile,
  insertRejects,
  knownFiles,
  latestFile,
  type StreamName,
  touchFile,
} from "../audit/mod.ts";
import { actionFor, DataError, type Reject, StorageError } from "../errors/mod.ts";
import {
  decideFile,
  type FileContent,
  type FileEntry,
  inventory,
  type InventoryProblem,
  type KnownFile,
  type KnownFiles,
  standardName,
  stillSame,
} from "../files/mod.ts";
import { partitionFolder, type ReaderOptions } from "../lake/mod.ts";
import { logEvent, withCorrelation } from "../logging/mod.ts";
import { RowRejects } from "./_row_rejects.ts";
import { stageQuarantinedFile } from "./_stage_quarantine.ts";
import type { RunContext } from "./run_context.ts";
import { streamId } from "./source_type.ts";
import type { StreamRecord } from "./stream_record.ts";

/** Problems of a folder that a verdict names; the log has the others. */
const MOST_PROBLEMS = 20;

/** A file made ready for the lake, waiting in staging. */
export interface PreparedFile {
  readonly read: number;
  readonly written: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Spark StructType of its rows. */
  readonly schema: unknown;
  /** How it is read. */
  readonly reader: ReaderOptions;
}

/** Reads one file, writes it ready for Spark to `target` (absolute) and reports what it had to reject. */
export type PrepareFile = (
  entry: FileEntry,
  target: string,
  found: { readonly sha256: string; readonly onReject: (reject: Reject) => void },
) => Promise<PreparedFile>;

/** A folder of files, and how each becomes data. */
export interface FileSource {
  /** The folder, absolute. */
  readonly path: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Age from which a file counts as whole, in ms. */
  readonly minAge: number;
  /** Everything that decides whether a file is accepted; a rejection holds for the same content and the same keys. */
  readonly acceptance: unknown;
  /** Ending of a prepared file's name. */
  readonly extension: string;
  readonly prepare: PrepareFile;
}

/**
 * Takes in the files of a folder, each as one atomic unit: what is known is passed over, a duplicate is noted, a new
 * file is validated, standardized and published in one step, or quarantined as a whole. One file never ends the stream.
 */
export async function takeFiles(
  ctx: RunContext,
  record: StreamRecord,
  source: FileSource,
): Promise<void> {
  record.commit("stream-begin", {
    files_unchanged: 0,
    files_waiting: 0,
    files_still_rejected: 0,
  });
  const problems: Contradiction[] = [];
  const intake = new FileIntake(ctx, record, { source, problems });
  const options = {
    include: source.include,
    exclude: source.exclude,
    signal: ctx.signal,
    onProblem: ({ code, message, place }: InventoryProblem) =>
      problems.push({ code, message: `"${place.source}": ${message}` }),
  };
  for await (const entry of inventory(source.path, options)) {
    ctx.signal.throwIfAborted();
    await withCorrelation({ file: entry.path }, () => intake.take(entry));
    record.progress("reading");
  }
  const contradictions = problems.slice(0, MOST_PROBLEMS);
  const more = problems.length - contradictions.length;
  const [first] = problems;
  if (more > 0 && first !== undefined) {
    contradictions.push({ code: first.code, message: `${more} more entries cannot be read` });
  }
  record.conclude("stream-end", intake.passedOver, {
    end: { stopReason: "end-of-folder", evidence: ["end-of-folder"], contradictions },
  });
}

/** What was found out about a file that has a verdict. */
type Found = Omit<
  FileRow,
  | "verdict"
  | "duplicate_of"
  | "read"
  | "written"
  | "rejected"
  | "target"
  | "error_code"
  | "error_message"
>;

/** Decides on files one by one. */
class FileIntake {
  readonly #ctx: RunContext;
  readonly #record: StreamRecord;
  readonly #source: FileSource;
  readonly #problems: Contradiction[];
  readonly #known: KnownFiles;
  readonly #acceptance: string;
  #unchanged = 0;
  #waiting = 0;
  #stillRejected = 0;

  constructor(
    ctx: RunContext,
    record: StreamRecord,
    about: { readonly source: FileSource; readonly problems: Contradiction[] },
  ) {
    this.#ctx = ctx;
    this.#record = record;
    this.#source = about.source;
    this.#problems = about.problems;
    this.#known = knownFiles(ctx.db, record.row);
    this.#acceptance = JSON.stringify(about.source.acceptance);
  }

  /** Counts of files that got no verdict. */
  get passedOver() {
    return {
      files_unchanged: this.#unchanged,
      files_waiting: this.#waiting,
      files_still_rejected: this.#stillRejected,
    };
  }

  async take(entry: FileEntry): Promise<void> {
    const decision = await decideFile(entry, this.#known, {
      acceptance: this.#acceptance,
      minAgeMs: this.#source.minAge,
      now: this.#ctx.now,
      signal: this.#ctx.signal,
    });
    switch (decision.kind) {
      case "waiting":
        return this.#wait(entry, decision.reason);
      case "unreadable": {
        const { code, message } = decision.problem;
        this.#problems.push({ code, message: `"${entry.path}": ${message}` });
        return;
      }
      case "unchanged":
        return this.#pass(decision.known);
      case "touched": {
        const { known } = decision;
        this.#record.commit("file-touch", {}, () => {
          touchFile(this.#ctx.db, { ...this.#name, ...known, mtime_ms: entry.mtimeMs });
        });
        return this.#pass(known);
      }
      case "duplicate":
        return this.#duplicate(this.#found(entry, decision), decision.of);
      case "still-rejected":
        return this.#rejectAgain(this.#found(entry, decision), decision.like);
      default:
        return await this.#admit(entry, this.#found(entry, decision));
    }
  }

  #wait(entry: FileEntry, reason: string): void {
    this.#waiting++;
    logEvent("file-waiting", { path: entry.path, reason });
  }

  #pass(known: KnownFile): void {
    if (known.sameRun) return;
    if (known.verdict === "rejected") this.#stillRejected++;
    else this.#unchanged++;
  }

  #duplicate(found: Found, of: KnownFile): void {
    logEvent("file-duplicate", { ...contentOf(found), duplicate_of: of.path });
    const { files_duplicate } = this.#record.row;
    this.#record.commit("file-duplicate", { files_duplicate: files_duplicate + 1 }, () => {
      insertFile(this.#ctx.db, {
        ...found,
        ...NOTHING_WRITTEN,
        verdict: "duplicate",
        duplicate_of: of.path,
      });
    });
  }

  /** The same bytes are in quarantine already. */
  #rejectAgain(found: Found, like: KnownFile): void {
    const { db } = this.#ctx;
    const before = latestFile(db, this.#name, like.path);
    const { files_rejected } = this.#record.row;
    this.#record.commit("file-rejected", { files_rejected: files_rejected + 1 }, () => {
      insertFile(db, {
        ...found,
        ...NOTHING_WRITTEN,
        verdict: "rejected",
        duplicate_of: like.path,
        target: before?.target ?? null,
        error_code: before?.error_code ?? null,
        error_message: before?.error_message ?? null,
      });
    });
    logEvent("file-rejected", {
      ...contentOf(found),
      read: 0,
      rejected: 0,
      code: before?.error_code ?? "",
      reason: `the same content as "${like.path}"`,
    });
  }

  async #admit(entry: FileEntry, found: Found): Promise<void> {
    const name = `${standardName(entry.path)}-${found.sha256.slice(0, 8)}`;
    const staged = `${this.#staging}/${name}${this.#source.extension}`;
    const { disk } = this.#ctx;
    disk.makeDir(join(disk.root, this.#staging));
    using rejects = new RowRejects(disk, `${this.#staging}/${name}.rejects.jsonl`);
    try {
      const prepared = await this.#source.prepare(entry, join(disk.root, staged), {
        sha256: found.sha256,
        onReject: (reject) => rejects.add(reject),
      });
      if (!stillSame(entry)) return this.#wait(entry, "changing");
      await this.#publish(found, { staged, prepared, rejects });
    } catch (error) {
      if (!(error instanceof DataError) || actionFor("file", error) !== "reject") {
        return this.#leave(entry, error);
      }
      if (!stillSame(entry)) return this.#wait(entry, "changing");
      await this.#quarantine(entry, found, error).catch((error) => this.#leave(entry, error));
    }
  }

  /** A passing fault is no verdict on the file; what is no fault of the file ends the stream. */
  #leave(entry: FileEntry, error: unknown): void {
    const action = actionFor("file", error);
    if (error instanceof DataError && action === "skip") return this.#wait(entry, "changing");
    const isOfFile = error instanceof StorageError && error.context["path"] === entry.absolutePath;
    if (!isOfFile || action === "stop") throw error;
    if (action === "skip") return this.#wait(entry, "vanished");
    this.#problems.push({ code: "file-unreadable", message: error.message });
  }

  async #publish(
    found: Found,
    file: { staged: string; prepared: PreparedFile; rejects: RowRejects },
  ): Promise<void> {
    const { staged, prepared, rejects } = file;
    const { db, run } = this.#ctx;
    const { row, key } = this.#record;
    const folder = partitionFolder(key, run, row.mode);
    const path = `${folder}/${basename(staged)}`;
    const { bytes, sha256, read, written } = prepared;
    const place = { kind: "file", path, staged, content: null } as const;
    const data = { ...key, ...place, bytes, rows: written, sha256 };
    const publications = [...(written > 0 ? [data] : []), ...rejects.publication(key)];
    // A file of which no row is good is a rejected file, whatever its header.
    const isGood = written > 0 || rejects.count === 0;
    const error = isGood ? null : `every row of it was rejected, ${rejects.count} in all`;
    const alongside = () => {
      insertFile(db, {
        ...found,
        verdict: isGood ? "published" : "rejected",
        duplicate_of: null,
        read,
        written,
        rejected: rejects.count,
        target: publications[0]?.path ?? null,
        error_code: isGood ? null : "file-unfit",
        error_message: error,
      });
      insertRejects(db, key, rejects.entries);
    };
    this.#record.intend({
      files_published: row.files_published + Number(isGood),
      files_rejected: row.files_rejected + Number(!isGood),
      bytes: row.bytes + found.bytes,
      read: row.read + read,
      written: row.written + written,
      rejected: row.rejected + rejects.count,
      ...(isGood ? { checkpoint: nextCheckpoint(row.checkpoint, prepared) } : {}),
    }, { publications, alongside });
    await this.#record.confirm();
    const counts = { ...contentOf(found), read, rejected: rejects.count };
    if (error !== null) {
      return logEvent("file-rejected", { ...counts, code: "file-unfit", reason: error });
    }
    const target = written > 0 ? path : undefined;
    logEvent("file-published", { ...counts, target, rows: written });
  }

  async #quarantine(entry: FileEntry, found: Found, error: DataError): Promise<void> {
    const { db } = this.#ctx;
    const { row, key } = this.#record;
    const publications = await stageQuarantinedFile(this.#ctx, key, {
      entry,
      sha256: found.sha256,
      staging: this.#staging,
      error,
    });
    this.#record.intend({
      bytes: row.bytes + found.bytes,
      files_rejected: row.files_rejected + 1,
    }, {
      publications,
      alongside: () =>
        insertFile(db, {
          ...found,
          ...NOTHING_WRITTEN,
          verdict: "rejected",
          duplicate_of: null,
          target: publications[0]?.path ?? null,
          error_code: error.code,
          error_message: error.message,
        }),
    });
    await this.#record.confirm();
    const { code, message: reason } = error;
    logEvent("file-rejected", { ...contentOf(found), read: 0, rejected: 0, code, reason });
  }

  #found(entry: FileEntry, content: FileContent): Found {
    return {
      ...this.#name,
      path: entry.path,
      sha256: content.sha256,
      version: content.version,
      bytes: content.size,
      mtime_ms: entry.mtimeMs,
      inode: entry.inode,
      acceptance: this.#acceptance,
      run_id: this.#record.key.run_id,
    };
  }

  get #name(): StreamName {
    const { source, stream } = this.#record.row;
    return { source, stream };
  }

  get #staging(): string {
    return `${this.#ctx.staging}/${streamId(this.#record.row)}.files`;
  }
}

const NOTHING_WRITTEN = {
  read: 0,
  written: 0,
  rejected: 0,
  target: null,
  error_code: null,
  error_message: null,
} as const;

/** What a log line says of a file that has a verdict. */
function contentOf({ path, sha256, bytes }: Found) {
  return { path, sha256, bytes };
}

/** All files of a stream must be readable in one way. */
function nextCheckpoint(before: unknown, prepared: PreparedFile): FilesCheckpoint {
  const earlier = before as { readonly reader?: ReaderOptions } | null;
  const multiLine = [earlier?.reader, prepared.reader]
    .some((reader) => reader?.["multiLine"] === "true");
  const reader = multiLine ? { ...prepared.reader, multiLine: "true" } : prepared.reader;
  return { type: "files", reader, schema: prepared.schema };
}
