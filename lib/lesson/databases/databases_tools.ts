import { resolve } from "@std/path";
import { openAudit, recentRuns, streamsOf } from "../../audit/mod.ts";
import type { Database, Row } from "../../db/mod.ts";
import { EXIT_CODES, UsageError } from "../../errors/mod.ts";
import { type Column, table } from "../../terminal/mod.ts";
import { defineTool } from "../define_tool.ts";
import type { AnyPhaseTool, ToolOutput } from "../phase_tool.ts";

const FLAGS = {
  audit: {
    type: "string",
    short: "a",
    value: "FILE",
    meaning: "The audit database",
    default: "data/audit.db",
  },
  limit: { type: "number", short: "n", meaning: "Most rows", default: "20" },
  json: { type: "boolean", meaning: "Print one JSON object a row" },
} as const;

/** What phase 3 shows of an audit database; it never writes to one. */
export const DATABASES_TOOLS: Readonly<Record<string, AnyPhaseTool>> = {
  runs: listing("runs", "List the newest runs", (db, limit) => recentRuns(db, limit)),
  streams: listing("streams", "List the streams of the newest run", (db, limit) => {
    const [newest] = recentRuns(db, 1);
    const rows = newest === undefined ? [] : streamsOf(db, newest.run_id).slice(0, limit);
    return rows.map((row) => {
      const { run_id, source, stream, verdict, read, written, rejected, stop_reason } = row;
      const outcome = verdict?.outcome ?? null;
      const { duplicates, unchanged } = row;
      return {
        run_id,
        source,
        stream,
        outcome,
        read,
        written,
        rejected,
        duplicates,
        unchanged,
        stop_reason,
      };
    });
  }),
  files: listing("files", "List the newest verdicts on files", (db, limit) =>
    db.all(
      `SELECT source, stream, path, version, verdict, written, rejected, error_code, substr(sha256, 1, 12) AS sha256
       FROM files ORDER BY run_id DESC, source, stream, path LIMIT ?`,
      [limit],
    )),
  rejects: listing("rejects", "List the newest rejected records and lines", (db, limit) =>
    db.all(
      `SELECT run_id, source, stream, code, origin, page, line, byte_offset, message
       FROM rejects ORDER BY reject_id DESC LIMIT ?`,
      [limit],
    )),
};

function listing(
  word: string,
  meaning: string,
  read: (db: Database, limit: number) => readonly Row[],
): AnyPhaseTool {
  return defineTool({
    spec: {
      name: `deno task phase3 ${word}`,
      meaning,
      flags: FLAGS,
      ...(word === "runs"
        ? { examples: { "deno task phase3 runs": "of the default pipeline" } }
        : {}),
    },
    run({ flags }, output) {
      const { audit = "data/audit.db", limit = 20 } = flags;
      if (!Number.isInteger(limit) || limit < 1) {
        throw new UsageError(
          "usage",
          `Cannot use flag "--limit": found ${limit}, expected a whole number from 1`,
        );
      }
      const path = resolve(audit);
      if (!isFile(path)) {
        throw new UsageError(
          "usage",
          `Cannot read audit database "${audit}": there is none; deno task pipeline makes the default one, --audit names another`,
        );
      }
      using db = openAudit(path, { readOnly: true });
      show(read(db, limit), flags.json, output);
      return Promise.resolve(EXIT_CODES.complete);
    },
  });
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function show(rows: readonly Row[], asJson: boolean, { write, style }: ToolOutput): void {
  if (asJson) return rows.forEach((row) => write(`${JSON.stringify(row)}\n`));
  const [first] = rows;
  if (first === undefined) return write("Nothing is recorded yet.\n");
  const names = Object.keys(first);
  const columns = names.map((title): Column => (
    { title, align: rows.every((row) => typeof row[title] === "number") ? "right" : "left" }
  ));
  const cells = rows.map((row) => names.map((name) => String(row[name] ?? "-")));
  write(table(columns, cells, { heading: style.dim, width: 160 }));
}
