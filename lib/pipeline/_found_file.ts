import { hash } from "node:crypto";
import type { StreamName } from "../audit/mod.ts";
import { type FileContent, type FileEntry, type KnownFile, standardName } from "../files/mod.ts";
import type { FoundFile } from "./_file_verdicts.ts";
import type { FileSource } from "./file_source.ts";

/** A content that is decided on, and the version whose place it takes. */
export interface DecidedContent extends FileContent {
  readonly supersedes?: KnownFile | null;
}

/** Returns what the audit database keeps of a file before there is a verdict on it. */
export function foundFile(
  entry: FileEntry,
  content: DecidedContent,
  { name, acceptance, run }: {
    readonly name: StreamName;
    readonly acceptance: string;
    readonly run: string;
  },
): FoundFile {
  const { path = null, version = null } = content.supersedes ?? {};
  return {
    ...name,
    path: entry.path,
    sha256: content.sha256,
    version: content.version,
    bytes: content.size,
    mtime_ms: entry.mtimeMs,
    inode: entry.inode,
    grew_from: null,
    supersedes_path: path,
    supersedes_version: version,
    acceptance,
    run_id: run,
  };
}

/**
 * Returns the name of a file in the lake: one for each path and version, where one content may be published twice.
 *
 * @param wasPublished Says whether a content was ever published, or is about to be: a manifest may name what it became.
 */
export function nameInLake(
  { path, version, sha256 }: FoundFile,
  { onDuplicate, onChange }: Pick<FileSource, "onDuplicate" | "onChange">,
  wasPublished: (sha256: string) => boolean,
): string {
  const mayRecur = version > 1 || onDuplicate === "publish" || onChange === "replace";
  const isAlone = !mayRecur || !wasPublished(sha256);
  const tag = isAlone ? "" : `-${hash("sha256", `${path}\0${version}`).slice(0, 8)}`;
  return `${standardName(path)}${tag}-${sha256.slice(0, 8)}`;
}
