import { basename } from "node:path";
import {
  type Contradiction,
  type FilesCheckpoint,
  knownFiles,
  publishedForm,
  type StreamName,
  touchFile,
  wasPublished,
} from "../audit/mod.ts";
import { actionFor, DataError } from "../errors/mod.ts";
import {
  decideFile,
  type FileDecision,
  type FileEntry,
  type KnownFile,
  type KnownFiles,
  stillSame,
} from "../files/mod.ts";
import { partitionFolder, type ReaderOptions } from "../lake/mod.ts";
import { FileGroup, type GroupedFile } from "./_file_group.ts";
import { type ChangedFile, FileHistory } from "./_file_history.ts";
import { splitStaged } from "./_file_parts.ts";
import {
  announcedProblem,
  changedVersion,
  duplicateFile,
  type FoundFile,
  quarantinedFile,
  readFile,
  type StagedFile,
  stillRejectedFile,
} from "./_file_verdicts.ts";
import { type DecidedContent, foundFile, nameInLake } from "./_found_file.ts";
import { grewFrom, type GrownLogs, grownLogs } from "./_grown_logs.ts";
import { PassedOver } from "./_passed_over.ts";
import { RowRejects } from "./_row_rejects.ts";
import { withheldError } from "./withheld.ts";
import { stageQuarantinedFile } from "./_stage_quarantine.ts";
import { checkColumns, type FileSource, formWith, nextForm } from "./file_source.ts";
import type { RunContext } from "./run_context.ts";
import { streamId } from "./source_type.ts";
import type { StreamRecord } from "./stream_record.ts";

/** Decides on files one by one. */
export class FileIntake implements Disposable {
  readonly #ctx: RunContext;
  readonly #record: StreamRecord;
  readonly #source: FileSource;
  readonly #problems: Contradiction[];
  readonly #known: KnownFiles;
  readonly #acceptance: string;
  readonly #group: FileGroup;
  /** How the stream's files are read, from the first published one on. */
  #form: FilesCheckpoint | undefined;
  readonly #passed = new PassedOver();
  readonly #history: FileHistory;
  readonly #grown: GrownLogs | undefined;

  constructor(
    ctx: RunContext,
    record: StreamRecord,
    about: {
      readonly source: FileSource;
      readonly problems: Contradiction[];
      /** Paths that were found in the folder. */
      readonly seen: ReadonlySet<string>;
    },
  ) {
    this.#ctx = ctx;
    this.#record = record;
    this.#source = about.source;
    this.#problems = about.problems;
    this.#group = new FileGroup(ctx, record, {
      staging: this.#staging,
      parts: about.source.parts ?? {},
      known: knownFiles(ctx.db, record.row, { replaces: this.#replaces }),
    });
    this.#history = new FileHistory({
      ...{ db: ctx.db, stream: this.#name, source: about.source, seen: about.seen },
      isVisible: (sha256) => this.#known.byContent(sha256)?.verdict === "published",
    });
    this.#known = this.#history.over(this.#group.known, record.key);
    this.#grown = grownLogs(ctx, record, about.source);
    this.#acceptance = JSON.stringify(about.source.acceptance);
    const { checkpoint } = record.row;
    this.#form = checkpoint?.type === "files" ? checkpoint : publishedForm(ctx.db, record.row);
    checkColumns(record, about.source.columns, this.#form);
  }

  /** Counts of files that got no verdict. */
  get passedOver() {
    return this.#passed.counts;
  }

  /** Commits what is decided. */
  async flush(): Promise<void> {
    await this.#group.flush();
  }

  /** Decides on files that had another content, now that all names are known. */
  async finish(): Promise<void> {
    await this.flush();
    for (const file of this.#history.kept()) await this.#takeChanged(file);
    await this.flush();
    for (const entry of this.#grown?.later() ?? []) {
      this.#ctx.signal.throwIfAborted();
      await this.take(entry);
    }
    await this.flush();
  }

  async #takeChanged(file: ChangedFile): Promise<void> {
    const { entry } = file;
    this.#ctx.signal.throwIfAborted();
    this.#history.release(file);
    const isSame = stillSame(entry);
    if (!isSame) return this.#passed.wait(entry, "changing");
    // How many versions of it readers see is counted in the database.
    if (this.#group.hasContent(this.#history.heldBy(entry.path) ?? "")) await this.flush();
    await this.#follow(entry, this.#history.decide(file, { ...this.#rules, known: this.#known }));
    await this.#group.advance();
  }

  /** Closes what an error has left open. */
  [Symbol.dispose](): void {
    this.#group[Symbol.dispose]();
  }

  async take(entry: FileEntry): Promise<void> {
    await this.#take(entry);
    await this.#group.advance();
  }

  async #take(entry: FileEntry): Promise<void> {
    const { minAge: minAgeMs, announcedBy, textOf } = this.#source;
    const decision = await decideFile(entry, this.#known, {
      ...{ ...this.#rules, minAgeMs, announcedBy, textOf, isCheckedLater: true },
      now: this.#ctx.now,
      signal: this.#ctx.signal,
    });
    if (this.#history.keeps(entry, decision)) return;
    await this.#follow(entry, decision);
  }

  /** What a decision on a content goes by. */
  get #rules() {
    const { onDuplicate = "skip" } = this.#source;
    return { acceptance: this.#acceptance, onDuplicate, replaces: this.#replaces };
  }

  async #follow(entry: FileEntry, decision: FileDecision): Promise<void> {
    if ("known" in decision) this.#grown?.see(decision.known);
    switch (decision.kind) {
      case "waiting":
        return this.#passed.wait(entry, decision.reason);
      case "unreadable": {
        const { code, message } = decision.problem;
        return void this.#problems.push({ code, message: `"${entry.path}": ${message}` });
      }
      case "unchanged":
        return this.#passed.pass(decision.known);
      case "touched": {
        const { known } = decision;
        const now = { ...this.#name, ...known, mtime_ms: entry.mtimeMs, inode: entry.inode };
        this.#record.commit("file-touch", {}, () => touchFile(this.#ctx.db, now));
        return this.#passed.pass(known);
      }
      case "duplicate":
        return this.#duplicate(entry, this.#found(entry, decision), decision.of);
      case "still-rejected": {
        // The same bytes are in quarantine already; another file may stand under their name by now.
        const found = this.#found(entry, decision);
        return this.#add(stillRejectedFile(found, decision.like, this.#group.rejectedRow(found)));
      }
      default:
        return await this.#admit(entry, this.#found(entry, decision), decision.announcedRows);
    }
  }

  #duplicate(entry: FileEntry, found: FoundFile, of: KnownFile): void {
    this.#grown?.see({ ...found, duplicateOf: of.sha256 });
    // The name before is gone, or the archive that it was in: it is the same file.
    const isRenamed = !this.#history.isThere(of.path);
    const before = this.#history.nameBefore(of.sha256, entry.path);
    this.#add(duplicateFile({ ...found, ...before }, of, isRenamed));
  }

  #add(file: GroupedFile): void {
    const form = file.form ?? (this.#form && formWith(this.#form, this.#source.onChange));
    this.#group.add(form?.notes ? { ...file, form } : file);
    this.#history.note(file.row);
  }

  /** Notes a version that readers see from a copy of another file: what it takes the place of goes out of sight. */
  async #replaceByCopy(found: FoundFile, of: KnownFile | undefined): Promise<boolean> {
    const before = of && this.#history.replacedByCopy(found, of);
    if (of === undefined || before === undefined) return false;
    this.#add(duplicateFile({ ...found, ...before }, of, false));
    // How many versions of what it replaces readers see is counted in the database.
    await this.#group.flush();
    return true;
  }

  async #admit(entry: FileEntry, found: FoundFile, announcedRows?: number): Promise<void> {
    const mustReplace = found.supersedes_path !== null && this.#replaces;
    const same = mustReplace ? this.#known.byContent(found.sha256) : undefined;
    if (same !== undefined && !stillSame(entry)) return this.#passed.wait(entry, "changing");
    if (await this.#replaceByCopy(found, same)) return;
    const name = nameInLake(found, this.#source, this.#wasPublished);
    const staged = `${this.#staging}/${name}${this.#source.extensionOf(entry.path)}`;
    const target = this.#ctx.disk.pathOf(staged);
    this.#group.makeFolder();
    const into = `${this.#staging}/${name}.rejects.jsonl`;
    const rules = { privacy: this.#record.privacy, known: this.#form?.schema };
    using rejects = new RowRejects(this.#ctx.disk, into, rules);
    try {
      const origin = await this.#grown?.originOf(entry);
      if (origin === "later") return;
      const prepared = await this.#source.prepare(entry, target, {
        sha256: found.sha256,
        schema: this.#form?.schema,
        reader: this.#form?.reader as ReaderOptions | undefined,
        onReject: (reject) => rejects.add(reject),
        sync: (file) => this.#group.keep(target, file),
      });
      if (!stillSame(entry)) return this.#passed.wait(entry, "changing");
      const problem = announcedProblem(entry.path, announcedRows, prepared.read);
      if (problem !== undefined) return void this.#problems.push(problem);
      const isSkipped = this.#source.onDuplicate !== "publish" && rejects.count === 0;
      const twin = isSkipped ? this.#known.byOutput?.(prepared.sha256) : undefined;
      const isKnown = twin && (!mustReplace || this.#history.isItself(entry.path, twin.sha256));
      if (isKnown) return this.#duplicate(entry, found, twin);
      if (mustReplace && await this.#replaceByCopy(found, twin)) return;
      if (found.supersedes_path !== null && this.#source.onChange === "reject") {
        throw changedVersion(entry.path);
      }
      await this.#publish(found, { staged, prepared, rejects, origin });
    } catch (error) {
      if (!(error instanceof DataError) || actionFor("file", error) !== "reject") {
        return this.#passed.leave(entry, error, this.#problems);
      }
      if (!stillSame(entry)) return this.#passed.wait(entry, "changing");
      // It refuses a file that has changed since.
      await this.#quarantine(entry, found, error)
        .catch((error) => this.#passed.leave(entry, error, this.#problems));
    }
  }

  async #publish(found: FoundFile, file: StagedFile): Promise<void> {
    const { staged, prepared, rejects, origin } = file;
    const { row, key } = this.#record;
    const path = `${partitionFolder(key, this.#ctx.run, row.mode)}/${basename(staged)}`;
    const { bytes, sha256, written } = prepared;
    const place = { kind: "file", path, staged, content: null } as const;
    const data = { ...key, ...place, bytes, rows: written, sha256 };
    const { contentBytes } = prepared;
    const parts = await splitStaged(this.#ctx, data, { ...this.#source.parts, contentBytes });
    const publications = [...(written > 0 ? parts : []), ...rejects.publication(key)];
    if (written > 0) this.#form = nextForm(prepared, this.#form, this.#source);
    const form = written > 0 ? this.#form : undefined;
    const about = { prepared, path, publications, rejects: rejects.entries, form };
    this.#add(readFile({ ...found, grew_from: grewFrom(origin, about) }, about));
    this.#grown?.add(found, about);
  }

  async #quarantine(entry: FileEntry, found: FoundFile, fault: DataError): Promise<void> {
    const { key, privacy } = this.#record;
    const error = withheldError(fault, { path: entry.path, privacy });
    const publications = await stageQuarantinedFile(this.#ctx, key, {
      ...{ entry, error, sha256: found.sha256, staging: this.#staging },
      isKnownByText: this.#source.textOf !== undefined,
      isKept: privacy === undefined,
    });
    this.#add(quarantinedFile(found, publications, error));
  }

  #found(entry: FileEntry, content: DecidedContent): FoundFile {
    const about = { name: this.#name, acceptance: this.#acceptance };
    return foundFile(entry, content, { ...about, run: this.#record.key.run_id });
  }

  readonly #wasPublished = (sha256: string): boolean =>
    wasPublished(this.#ctx.db, this.#name, sha256, this.#replaces) ||
    this.#group.hasContent(sha256);

  get #replaces(): boolean {
    return this.#source.onChange === "replace";
  }

  get #name(): StreamName {
    const { source, stream } = this.#record.row;
    return { source, stream };
  }

  get #staging(): string {
    return `${this.#ctx.staging}/${streamId(this.#record.row)}.files`;
  }
}
