import type { Row } from "../../db/mod.ts";
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
import { isOfAnyRun, ownId, requestLines, runOf } from "./_asked_id.ts";
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
        "Id of a run or request, traceparent, trace or span id, sha256 (8 digits or more), or path in a source or the lake",
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
    const hasLog = isOfAnyRun(id) ? exists(folder) : logPieces(folder, runOf(id)).length > 0;
    return { ...auditAccess(flags.audit, cwd), ...(hasLog ? { read: [folder] } : {}) };
  },
  async run({ words: [asked = ""], flags }, context) {
    const { traceId } = await load("audit/mod.ts");
    const path = databaseOf(flags.audit, context.cwd);
    using db = await openNamed(path);
    const folder = logFolderOf(flags, context.cwd);
    const asGiven = traceId(db, asked);
    const isKnown = Object.values(asGiven).some((rows) => rows.length > 0);
    const id = isKnown ? asked : await ownId(db, asked, folder);
    const own = isKnown ? asGiven : traceId(db, id);
    const lines = own.pages.length === 0 ? requestLines(folder, id) : [];
    const trace = lines.length === 0 ? own : { ...own, runs: traceId(db, runOf(id)).runs };
    const tables = Object.entries(trace).filter(([, rows]) => rows.length > 0);
    if (tables.length === 0 && lines.length === 0) {
      throw new UsageError(
        "usage",
        `Cannot trace "${id}": nothing has that id; expected the id of a run or request, a traceparent, trace or span id, the first ` +
          "8 digits or more of a sha256, or a path in a source or the lake",
      );
    }
    const isRun = trace.runs.some((run) => run["run_id"] === id) || lines.length > 0;
    const log = isRun ? logPieces(folder, runOf(id)) : [];
    if (flags.json) {
      const timeline = lines.length > 0 ? lines : [...readTimeline(log)];
      context.write(jsonDocument({ audit: path, id, ...trace, log, timeline }));
    } else if (log.length > 0) {
      const { style, width } = context;
      const shown = { style, width: Number.isFinite(width) ? width : 80 };
      for (const text of renderTimeline(lines.length > 0 ? lines : readTimeline(log), shown)) {
        context.write(text);
      }
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
