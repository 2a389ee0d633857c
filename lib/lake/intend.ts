import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import {
  endStream,
  insertIntent,
  type IntentResult,
  type Publication,
  removeOldBoundaries,
  saveStreamState,
  type StreamKey,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";

/** What is decided with an intent. */
export interface IntentOptions extends IntentResult {
  /** In the order in which readers may see them; manifests last. */
  readonly publications: readonly Publication[];
  /** Runs in the same transaction. */
  readonly alongside: () => void;
}

/**
 * Commits the decision to publish: from here on the files belong to the lake, and `confirm()` moves them there, now or
 * after a crash. Staged files must be flushed before.
 *
 * With nothing to publish, what is true afterwards is true at once.
 */
export function intend(db: Database, key: StreamKey, options: IntentOptions): void {
  const { publications, alongside } = options;
  db.transaction("publish-intent", () => {
    alongside();
    if (publications.length > 0) insertIntent(db, key, options);
    else applyResult(db, key, options);
  });
}

/** Makes true what an intent said of the time after it; call it in a transaction. */
export function applyResult(db: Database, key: StreamKey, result: IntentResult): void {
  const { state, verdict } = result;
  if (state !== undefined) saveStreamState(db, state);
  if (state?.boundary_run_id === key.run_id) removeOldBoundaries(db, key);
  if (verdict !== undefined) endStream(db, key, verdict);
}

/** Returns the publication of a small text. */
export function smallPublication(
  key: StreamKey,
  kind: "marker" | "manifest" | "current",
  file: { readonly path: string; readonly content: string },
): Publication {
  return {
    run_id: key.run_id,
    source: key.source,
    stream: key.stream,
    kind,
    path: file.path,
    staged: null,
    content: file.content,
    bytes: Buffer.byteLength(file.content),
    rows: 0,
    sha256: hash("sha256", file.content),
  };
}
