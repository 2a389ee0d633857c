import { openAudit } from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { DatabaseError } from "../errors/mod.ts";
import { checkLake } from "../lake/mod.ts";
import { refuseLinksOut } from "../process/mod.ts";
import { checkStreams } from "./check_streams.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import { sourceTypeOf, streamsOf } from "./sources/mod.ts";

/**
 * Checks what a run would refuse before it reads anything, as far as that can be known without writing.
 *
 * @returns What else is worth knowing, one sentence each.
 * @throws {ConfigError | DatabaseError | StorageError} What the run would throw.
 */
export function preflight(config: PipelineConfig): string[] {
  refuseLinks(config);
  const missing = config.sources.flatMap((source) =>
    (sourceTypeOf(source).needs(source, { sandboxUrl: "http://127.0.0.1" }).read ?? [])
      .filter((path) => sizeOf(path) === undefined)
      .map((path) => `${source.name}: "${path}" is missing, and the source fails until it is there`)
  );
  return [...missing, ...databaseNotes(config)];
}

/** As deep as the folders in those of streams: a run writes files into them, and replaces a link in place of a file. */
export function refuseLinks({ lake }: Pick<PipelineConfig, "lake">): void {
  refuseLinksOut(lake, 4);
}

function databaseNotes(config: PipelineConfig): string[] {
  try {
    using db = databaseOf(config.audit);
    const { isLost } = checkLake(db, config);
    checkStreams(db, config.sources.flatMap(streamsOf));
    return isLost
      ? [`nothing that was published is in "${config.lake}": a run would fail with lake-damaged`]
      : [];
  } catch (error) {
    if (!(error instanceof DatabaseError && error.code === "database-older")) throw error;
    return ["the audit database is of an older version, which a run brings up to date"];
  }
}

/** Without one, a run would begin with an empty one. */
function databaseOf(path: string): Database {
  return sizeOf(path) ? openAudit(path, { readOnly: true }) : openAudit(":memory:");
}

function sizeOf(path: string): number | undefined {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    return Infinity; // Whoever reads it says why it cannot.
  }
}
