import { hash } from "node:crypto";
import { basename, join } from "node:path";
import {
  type Contradiction,
  type FileRow,
  type FilesCheckpoint,
  knownFiles,
  latestFile,
  publishedByContent,
  publishedForm,
  publishedPaths,
  type StreamName,
  touchFile,
} from "../audit/mod.ts";
import { ConfigError, DataError, type Reject, StorageError } from "../errors/mod.ts";
import {
  type CountedFinding,
  decideFile,
  type FileContent,
  type FileEntry,
  inventory,
  type InventoryProblem,
  isAnnouncer,
  type KnownFile,
  type KnownFiles,
  standardName,
  stillSame,
} from "../files/mod.ts";
import { exists } from "../io/mod.ts";
import { partitionFolder, type ReaderOptions } from "../lake/mod.ts";
import { logEvent } from "../logging/mod.ts";
import type { StructType } from "../schema/mod.ts";
import { FileGroup } from "./_file_group.ts";
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
  /** What was repaired or accepted. @default [] */
  readonly findings?: readonly CountedFinding[];
  /** Spark StructType of its rows. */
  readonly schema: unknown;
  /** How it is read. */
  readonly reader: ReaderOptions;
}

/** Reads one file, writes it ready for Spark to `target` (absolute) and reports what it had to reject. */
export type PrepareFile = (
  entry: FileEntry,
  target: string,
  found: {
    readonly sha256: string;
    /** Schema of the stream's files so far; `undefined` before the first one. */
    readonly schema: unknown;
    readonly onReject: (reject: Reject) => void;
  },
) => Promise<PreparedFile>;

/** A folder of files, and how each becomes data. */
export interface FileSource {
  /** The folder, absolute. */
  readonly path: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Age from which a file counts as whole, in ms. */
  readonly minAge: number;
  /** Name of the file that says that another one is whole. @default none */
  readonly announcedBy?: string | undefined;
  /** What becomes of a published file with other content. @default "append" */
  readonly onChange?: "append" | "replace" | "reject";
  /** What becomes of a content that readers see already. @default "skip" */
  readonly onDuplicate?: "skip" | "publish";
  /** Columns that the configuration says the stream has. @default {those of its first file} */
  readonly columns?: readonly string[] | undefined;
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
  const seen = new Set<string>();
  try {
    for await (const entry of inventory(source.path, options)) {
      ctx.signal.throwIfAborted();
      seen.add(entry.path);
      if (source.announcedBy !== undefined && isAnnouncer(entry.path, source.announcedBy)) continue;
      await intake.take(entry);
      record.progress("reading");
    }
  } catch (error) {
    // What is decided already need not be done again.
    if (ctx.signal.aborted) await intake.flush();
    throw error;
  }
  await intake.flush();
  const gone = publishedPaths(ctx.db, record.row).filter((path) => !seen.has(path));
  const [path] = gone;
  if (path !== undefined) logEvent("files-disappeared", { count: gone.length, path });
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
  readonly #group: FileGroup;
  /** How the stream's files are read, from the first published one on. */
  #form: FilesCheckpoint | undefined;
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
    const replaces = about.source.onChange === "replace";
    this.#group = new FileGroup(ctx, record, this.#staging);
    this.#known = this.#group.over(knownFiles(ctx.db, record.row, { replaces }));
    this.#acceptance = JSON.stringify(about.source.acceptance);
    const { checkpoint } = record.row;
    this.#form = checkpoint?.type === "files" ? checkpoint : publishedForm(ctx.db, record.row);
    checkColumns(record, about.source.columns, this.#form?.schema);
  }

  /** Counts of files that got no verdict. */
  get passedOver() {
    return {
      files_unchanged: this.#unchanged,
      files_waiting: this.#waiting,
      files_still_rejected: this.#stillRejected,
    };
  }

  /** Commits what is decided. */
  async flush(): Promise<void> {
    await this.#group.flush();
  }

  async take(entry: FileEntry): Promise<void> {
    await this.#take(entry);
    if (this.#group.isFull) await this.#group.flush();
  }

  async #take(entry: FileEntry): Promise<void> {
    const decision = await decideFile(entry, this.#known, {
      acceptance: this.#acceptance,
      minAgeMs: this.#source.minAge,
      announcedBy: this.#source.announcedBy,
      onDuplicate: this.#source.onDuplicate ?? "skip",
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
        return await this.#admit(entry, this.#found(entry, decision), {
          announcedRows: decision.announcedRows,
          isLater: "supersedes" in decision && decision.supersedes !== null,
        });
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
    // The name before is gone: it is the same file.
    const isRenamed = !exists(join(this.#source.path, of.path));
    const event = isRenamed ? "file-renamed" : "file-duplicate";
    this.#group.add({
      row: { ...found, ...NOTHING_WRITTEN, verdict: "duplicate", duplicate_of: of.path },
      counts: { files_duplicate: 1 },
      done: () => logEvent(event, { path: found.path, duplicate_of: of.path }),
    });
  }

  /** The same bytes are in quarantine already. */
  #rejectAgain(found: Found, like: KnownFile): void {
    const before = this.#group.rowOf(like.path) ?? latestFile(this.#ctx.db, this.#name, like.path);
    const { target = null, error_code = null, error_message = null } = before ?? {};
    const about = { target, error_code, error_message };
    const reason = `the same content as "${like.path}"`;
    this.#group.add({
      row: {
        ...{ ...found, ...NOTHING_WRITTEN, ...about },
        verdict: "rejected",
        duplicate_of: like.path,
      },
      counts: { files_rejected: 1 },
      done: () => logEvent("file-rejected", { path: found.path, code: error_code ?? "", reason }),
    });
  }

  async #admit(entry: FileEntry, found: Found, about: Admission): Promise<void> {
    const name = this.#nameOf(found);
    const staged = `${this.#staging}/${name}${this.#source.extension}`;
    const { disk } = this.#ctx;
    disk.makeDir(join(disk.root, this.#staging));
    using rejects = new RowRejects(disk, `${this.#staging}/${name}.rejects.jsonl`);
    try {
      if (about.isLater && this.#source.onChange === "reject") {
        throw new DataError(
          "file-version",
          `Cannot take in "${entry.path}": its content changed after it was published`,
        );
      }
      const prepared = await this.#source.prepare(entry, join(disk.root, staged), {
        sha256: found.sha256,
        schema: this.#form?.schema,
        onReject: (reject) => rejects.add(reject),
      });
      if (!stillSame(entry)) return this.#wait(entry, "changing");
      const { announcedRows = prepared.read } = about;
      if (announcedRows !== prepared.read) {
        const says =
          `it has ${prepared.read} rows, the file that announces it says ${announcedRows}`;
        this.#problems.push({ code: "file-sidecar", message: `"${entry.path}": ${says}` });
        return;
      }
      if (about.isLater && prepared.written === 0 && this.#source.onChange === "replace") {
        const state = "it has no rows, and would take the place of an earlier version";
        throw new DataError("file-empty", `Cannot take in "${entry.path}": ${state}`);
      }
      const isSkipped = this.#source.onDuplicate !== "publish" && rejects.count === 0;
      const twin = isSkipped ? this.#known.byOutput?.(prepared.sha256) : undefined;
      if (twin !== undefined && twin.path !== entry.path) return this.#duplicate(found, twin);
      this.#publish(found, { staged, prepared, rejects });
    } catch (error) {
      if (!(error instanceof DataError) || error.transient) return this.#leave(entry, error);
      if (!stillSame(entry)) return this.#wait(entry, "changing");
      await this.#quarantine(entry, found, error).catch((error) => this.#leave(entry, error));
    }
  }

  /** A passing fault is no verdict on the file; what is no fault of the file ends the stream. */
  #leave(entry: FileEntry, error: unknown): void {
    if (error instanceof DataError && error.transient) return this.#wait(entry, "changing");
    if (!(error instanceof StorageError) || error.context["path"] !== entry.absolutePath) {
      throw error;
    }
    if (error.code === "storage-missing") return this.#wait(entry, "vanished");
    this.#problems.push({ code: "file-unreadable", message: error.message });
  }

  #publish(
    found: Found,
    file: { staged: string; prepared: PreparedFile; rejects: RowRejects },
  ): void {
    const { staged, prepared, rejects } = file;
    const { row, key } = this.#record;
    const folder = partitionFolder(key, this.#ctx.run, row.mode);
    const path = `${folder}/${basename(staged)}`;
    const { bytes, sha256, read, written } = prepared;
    const place = { kind: "file", path, staged, content: null } as const;
    const data = { ...key, ...place, bytes, rows: written, sha256 };
    const publications = [...(written > 0 ? [data] : []), ...rejects.publication(key)];
    // A file of which no row is good is a rejected file, whatever its header.
    const isGood = written > 0 || rejects.count === 0;
    const error = isGood ? null : `every row of it was rejected, ${rejects.count} in all`;
    if (written > 0) this.#form = this.#nextForm(prepared);
    this.#group.add({
      row: {
        ...found,
        verdict: isGood ? "published" : "rejected",
        duplicate_of: null,
        ...{ read, written, rejected: rejects.count },
        target: publications[0]?.path ?? null,
        error_code: isGood ? null : "file-unfit",
        error_message: error,
      },
      counts: {
        files_published: Number(isGood),
        files_rejected: Number(!isGood),
        bytes: found.bytes,
        ...{ read, written, rejected: rejects.count },
      },
      publications,
      rejects: rejects.entries,
      form: written > 0 ? this.#form : undefined,
      done: () => logPublished(found.path, { prepared, path, error }),
    });
  }

  /** All files of a stream must be readable in one way. */
  #nextForm({ reader, schema }: PreparedFile): FilesCheckpoint {
    const before = this.#form?.reader as ReaderOptions | undefined;
    const multiLine = [before, reader].some((one) => one?.["multiLine"] === "true");
    return {
      type: "files",
      reader: multiLine ? { ...reader, multiLine: "true" } : reader,
      schema,
      replaces: this.#source.onChange === "replace",
    };
  }

  async #quarantine(entry: FileEntry, found: Found, error: DataError): Promise<void> {
    const { key } = this.#record;
    const publications = await stageQuarantinedFile(this.#ctx, key, {
      entry,
      sha256: found.sha256,
      staging: this.#staging,
      error,
    });
    const { code, message } = error;
    this.#group.add({
      row: {
        ...{ ...found, ...NOTHING_WRITTEN },
        verdict: "rejected",
        duplicate_of: null,
        target: publications[0]?.path ?? null,
        error_code: code,
        error_message: message,
      },
      counts: { bytes: found.bytes, files_rejected: 1 },
      publications,
      done: () => logEvent("file-rejected", { path: found.path, code, reason: message }),
    });
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

  /** Name in the lake: one for each path and version, where one content may be published twice. */
  #nameOf({ path, version, sha256 }: Found): string {
    const { onDuplicate, onChange } = this.#source;
    const mayRecur = version > 1 || onDuplicate === "publish" || onChange === "replace";
    const isAlone = !mayRecur ||
      publishedByContent(this.#ctx.db, this.#name, sha256) === undefined &&
        this.#group.over(NOTHING_KNOWN).byContent(sha256) === undefined;
    const tag = isAlone ? "" : `-${hash("sha256", `${path}\0${version}`).slice(0, 8)}`;
    return `${standardName(path)}${tag}-${sha256.slice(0, 8)}`;
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

const NOTHING_KNOWN: KnownFiles = {
  latest: () => undefined,
  published: () => undefined,
  byContent: () => undefined,
};

function logPublished(
  path: string,
  about: { readonly prepared: PreparedFile; readonly path: string; readonly error: string | null },
): void {
  const { prepared, error } = about;
  if (error !== null) {
    return logEvent("file-rejected", { path, code: "file-unfit", reason: error });
  }
  for (const { code, severity, count, message } of prepared.findings ?? []) {
    if (severity === "reject-row") continue;
    logEvent("file-finding", { path, code, count, reason: message });
  }
  logEvent("file-published", { path, target: about.path, rows: prepared.written });
}

/** What is known of a file that is taken in. */
interface Admission {
  /** Rows that the file that announces it says. */
  readonly announcedRows: number | undefined;
  /** Whether an earlier content of it is published. */
  readonly isLater: boolean;
}

/** One stream has one set of columns, for readers bind them by position. */
function checkColumns(
  { row }: StreamRecord,
  columns: readonly string[] | undefined,
  schema: unknown,
): void {
  if (columns === undefined || schema === undefined) return;
  const known = (schema as StructType).fields.map(({ name }) => name);
  const isSame = known.length === columns.length && columns.every((name) => known.includes(name));
  if (isSame) return;
  throw new ConfigError(
    "stream-changed",
    `Cannot read ${streamId(row)}: its published files have the columns ${known.join(", ")}, ` +
      `and expect.columns now says ${
        columns.join(", ")
      }; set them back, give the stream a new name, ` +
      "or retract what is published",
    { context: { source: row.source, stream: row.stream } },
  );
}
