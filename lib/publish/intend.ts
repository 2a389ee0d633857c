import { createHash } from "node:crypto";
import { insertPublications, type Publication, type StreamKey } from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";

/**
 * Commits the decision to publish: from here on the files belong to the lake, and {@linkcode settle} moves them
 * there, now or after a crash. Staged files must be flushed before.
 *
 * @param db The ledger.
 * @param publications In the order in which readers may see them; manifests last.
 * @param alongside Runs in the same transaction: what is true once the files are published.
 */
export function intend(
  db: Database,
  publications: readonly Publication[],
  alongside: () => void,
): void {
  db.transaction("publish-intent", () => {
    insertPublications(db, publications);
    alongside();
  });
}

/** Returns the publication of a small text. */
export function smallPublication(
  key: StreamKey,
  kind: "marker" | "manifest" | "current",
  path: string,
  content: string,
): Publication {
  const bytes = new TextEncoder().encode(content);
  return {
    run_id: key.run_id,
    source: key.source,
    stream: key.stream,
    kind,
    path,
    staged: null,
    content,
    bytes: bytes.length,
    rows: 0,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}
