import type { CommandGroup } from "../command.ts";
import { auditFiles } from "./files.ts";
import { auditRejects } from "./rejects.ts";
import { auditRuns } from "./runs.ts";
import { auditShow } from "./show.ts";
import { auditRebuild } from "./rebuild.ts";
import { auditSql } from "./sql.ts";
import { auditStreams } from "./streams.ts";
import { auditTrace } from "./trace.ts";

/** Commands of `headwaters audit`: a new one is a file and a line. */
export const AUDIT: CommandGroup = {
  meaning: "List runs, streams, files and rejects from the audit database",
  commands: {
    runs: auditRuns,
    show: auditShow,
    streams: auditStreams,
    files: auditFiles,
    rejects: auditRejects,
    trace: auditTrace,
    sql: auditSql,
    rebuild: auditRebuild,
  },
};
