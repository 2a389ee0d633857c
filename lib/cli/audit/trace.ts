import type { Database, Row } from "../../db/mod.ts";
import { EXIT_CODES, UsageError } from "../../errors/mod.ts";
import { exists } from "../../io/mod.ts";
import { escapeLine, jsonDocument } from "../../terminal/mod.ts";
import { defineCommand } from "../command.ts";
import { JSON_FLAG } from "../flags.ts";
import {
  AUDIT_FLAG,
  auditAccess,
  databaseOf,
  logFolderOf,
  LOGS_FLAG,
  openNamed,
} from "./_listing.ts";
import { showRows } from "./_show_rows.ts";
import { logPieces, readTimeline, renderTimeline, renderVerdict } from "./timeline.ts";
import { load } from "../load.ts";

/** `headwaters audit trace ID` */
export const auditTrace = defineCommand({
  spec: {
    name: "",
    meaning:
      "Show where something came from and what became of it: a request, file or content; a run as a timeline",
    words: {
      ID:
        "Id of a run or request, traceparent or trace id, sha256 (8 digits or more), or path in a source or the lake",
    },
    flags: { audit: AUDIT_FLAG, logs: LOGS_FLAG, json: JSON_FLAG },
    examples: {
      "headwaters audit trace 01M8BMFR9QQGGDTCW8NMYAT2P8": "what a run did, and when",
      "headwaters audit trace raw/shop/orders/dt=2026-11-21/part-….jsonl.gz": "the pages of a part",
      "headwaters audit trace 2f1c9a0b": "a file by its content",
    },
  },
  access({ words: [id = ""], flags }, cwd) {
    const folder = logFolderOf(flags, cwd);
    // Which run a trace is of, the database says.
    const hasLog = TRACE.test(id) ? exists(folder) : logPieces(folder, id).length > 0;
    return { ...auditAccess(flags.audit, cwd), ...(hasLog ? { read: [folder] } : {}) };
  },
  async run({ words: [asked = ""], flags }, context) {
    const { traceId } = await load("audit/mod.ts");
    const path = databaseOf(flags.audit, context.cwd);
    using db = await openNamed(path);
    const id = await ownId(db, asked);
    const trace = traceId(db, id);
    const tables = Object.entries(trace).filter(([, rows]) => rows.length > 0);
    if (tables.length === 0) {
      throw new UsageError(
        "usage",
        `Cannot trace "${id}": nothing has that id; expected the id of a run or request, a traceparent or trace id, the first ` +
          "8 digits or more of a sha256, or a path in a source or the lake",
      );
    }
    const folder = logFolderOf(flags, context.cwd);
    const log = trace.runs.some((run) => run["run_id"] === id) ? logPieces(folder, id) : [];
    if (flags.json) {
      const timeline = [...readTimeline(log)];
      context.write(jsonDocument({ audit: path, id, ...trace, log, timeline }));
    } else if (log.length > 0) {
      const { style, width } = context;
      const shown = { style, width: Number.isFinite(width) ? width : 80 };
      for (const text of renderTimeline(readTimeline(log), shown)) context.write(text);
      context.write(`\n${renderVerdict(trace, shown)}`);
    } else {
      for (const [name, rows] of tables) {
        context.write(`${context.style.bold(escapeLine(name))}\n`);
        showRows(rows.map(asKept), OPTIONAL, context);
        context.write("\n");
      }
    }
    return EXIT_CODES.complete;
  },
});

/** W3C Trace Context: a trace id, or the header with it, the id of a request and flags. */
const TRACE = /^(?:00-)?([0-9a-f]{32})(?:-([0-9a-f]{16})(?:-[0-9a-f]{2})?)?$/;

/** Returns the id of the run or request that a trace id or `traceparent` is made of; anything else as it is. */
async function ownId(db: Database, asked: string): Promise<string> {
  const [, trace, span] = TRACE.exec(asked) ?? [];
  if (trace === undefined) return asked;
  const { spanIdOf, traceIdOf } = await load("logging/mod.ts");
  const run = db.all<{ run_id: string }>("SELECT run_id FROM runs")
    .find(({ run_id }) => traceIdOf(run_id) === trace)?.run_id;
  if (run === undefined || span === undefined) return run ?? asked;
  const pages = db.all<{ request_id: string; attempts: number }>(
    "SELECT request_id, attempts FROM pages WHERE run_id = ?",
    [run],
  );
  const requests = pages.flatMap(({ request_id, attempts }) =>
    Array.from({ length: attempts }, (_, at) => request_id.replace(/-\d+$/, `-${at + 1}`))
  );
  return requests.find((request) => spanIdOf(request) === span) ?? run;
}

/** A file in quarantine is in the lake, but readers do not see it. */
function asKept(row: Row): Row {
  return row["status"] === "published" && String(row["path"]).startsWith("quarantine/")
    ? { ...row, status: "kept" }
    : row;
}

/** Columns that a narrow terminal does without, the first of them first. */
const OPTIONAL = [
  "sha256",
  "duplicate_of",
  "error_message",
  "byte_offset",
  "attempts",
  "backfill",
  "type",
  "bytes",
  "url",
  "stop_reason",
  "out_of_range",
  "unchanged",
  "duplicates",
  "version",
  "pipeline",
  "ended_at",
  "mode",
  "target",
  "read",
  "request_id",
];
