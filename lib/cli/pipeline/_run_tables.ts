import type { Database } from "../../db/mod.ts";
import { asTyped, formatBytes, formatDuration, pathWord } from "../../terminal/mod.ts";
import { type DataColumn, dataTable, type Markup, markup, type Part, section } from "./_markup.ts";

/** Rows of a table in the report of one run. */
const MOST_ROWS = 100;

/** Returns a command about this database, to be pasted in any folder where the program is found. */
export function typed({ path }: Database, words: string, cwd: string): string {
  return `${asTyped(`headwaters ${words}`, cwd)} -a ${pathWord(path)}`;
}

const QUALITY = {
  "Columns that changed":
    `SELECT source || '.' || stream AS stream, version, value ->> 'field' AS field, value ->> 'change' || iif(value ->> 'rescued', ', in _rescued', '') AS change,
   value ->> 'from' AS before, value ->> 'to' AS now FROM contracts, json_each(iif(json_valid(changes), changes, '[]')) WHERE run_id = :run
   ORDER BY source, contracts.stream, field`,
  "Checks":
    `SELECT source || '.' || stream AS stream, field, rule, severity, violations, example FROM checks
   WHERE run_id = :run ORDER BY violations DESC, source, checks.stream, field, rule`,
};

type Values = Readonly<Record<string, string | number | null>>;

/** Names of columns that say less than they might. */
const TITLES: Readonly<Record<string, string>> = {
  asked_ms: "asked after",
  took_ms: "took",
  waited_ms: "waited",
};

function cellOf(name: string, value: Values[string] | undefined): Part {
  const isNone = value === null || value === undefined || (name === "waited_ms" && value === 0);
  if (isNone) return null;
  if (name === "bytes") return formatBytes(Number(value));
  return name.endsWith("_ms") ? formatDuration(Math.max(0, Number(value))) : value;
}

function columnsOf([first = {}]: readonly Values[]): DataColumn<Values>[] {
  return Object.keys(first).map((name) => ({
    isAmount: name === "bytes" || name.endsWith("_ms"),
    title: TITLES[name] ?? name.replaceAll("_", " "),
    cell: (row) => cellOf(name, row[name]),
  }));
}

/** The tables of one run: their columns as `audit` shows them, and the command that lists all rows of the table. */
export function tablesOf(db: Database, run: string, cwd: string): (Markup | null)[] {
  const list = (title: string, source: string, query: string) => {
    const rows = db.all<Values>(
      `${query} LIMIT :limit`,
      { run, limit: MOST_ROWS + 1 },
    );
    const note = rows.length > MOST_ROWS
      ? markup`<p class="note">The first ${MOST_ROWS}; ${
        typed(db, `audit sql "select * from ${source} where run_id = '${run}'"`, cwd)
      } has all.</p>`
      : null;
    return section(title, [dataTable(rows.slice(0, MOST_ROWS), columnsOf(rows)), note]);
  };
  return [
    ...Object.entries(QUALITY).map(([title, query]) =>
      list(title, title === "Checks" ? "checks" : "contracts", query)
    ),
    list(
      "Rejected, by reason",
      "rejects",
      `SELECT source || '.' || stream AS stream, code, count(*) AS count, min(message) AS example FROM rejects WHERE run_id = :run
       GROUP BY source, rejects.stream, code ORDER BY count(*) DESC`,
    ),
    list(
      "Rejected records and lines",
      "rejects",
      `SELECT source || '.' || stream AS stream, code, origin, page, line, byte_offset, message FROM rejects WHERE run_id = :run
       ORDER BY reject_id`,
    ),
    list(
      "Files",
      "files",
      `SELECT source || '.' || stream AS stream, path, verdict, read, written, rejected, target, duplicate_of, error_message AS why
       FROM files WHERE run_id = :run ORDER BY verdict <> 'rejected', source, files.stream, path`,
    ),
    list(
      "Pages",
      "pages",
      `SELECT source || '.' || stream AS stream, number, status, attempts, asked_ms, took_ms, waited_ms, records, bytes, url, request_id
       FROM pages WHERE run_id = :run ORDER BY waited_ms DESC, attempts DESC, source, pages.stream, number`,
    ),
    list(
      "Parts in the lake",
      "publications",
      `SELECT source || '.' || stream AS stream, path, rows, bytes, status FROM publications
       WHERE run_id = :run AND kind IN ('part', 'rejects', 'file') ORDER BY publication_id`,
    ),
  ];
}
