import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { gunzipSync } from "node:zlib";
import { normalize, type Row } from "./_normalize.ts";

/** Real logs with their structured truth; they stand beside the repository, not in it. */
const CORPORA = "../shared/corpora";
const ignore = !present();

/** Title of the truth's column, and what stands for it in a record. */
type Compared = Readonly<Record<string, (row: Row) => unknown>>;

const SETS: readonly (readonly [name: string, format: string, compared: Compared])[] = [
  ["Apache", "apache_error", {
    Level: level,
    // The client has a column of its own; the truth leaves it in the text.
    Content: (row) =>
      row.client_address === undefined ? row.body : `[client ${row.client_address}] ${row.body}`,
  }],
  ["HDFS", "app", { Level: level, Component: logger, Pid: (row) => row.process_pid }],
  ["Hadoop", "app", { Level: level, Component: logger, Process: (row) => row.thread_name }],
  ["Linux", "rfc3164", {
    PID: (row) => row.process_pid ?? "",
    // One line's tag is "-- root".
    Component: (row) => row.body === "ROOT LOGIN ON tty2" ? "-- root" : row.service_name,
  }],
  ["OpenSSH", "rfc3164", { Pid: (row) => row.process_pid, Component: (row) => row.host_name }],
  ["Spark", "app", { Level: level, Component: logger }],
  ["Windows", "app", { Level: level, Component: logger }],
  ["Zookeeper", "app", { Level: level, Id: (row) => (row.attributes as Row | undefined)?.line }],
];

for (const [name, format, compared] of SETS) {
  Deno.test({
    name: `normalizeLog() reads 2000 of 2000 headers of ${name}, undirected (needs ${CORPORA})`,
    ignore,
    async fn() {
      const file = `${CORPORA}/loghub/${name}/${name}_2k.log`;
      const { rows, summary } = await normalize(Deno.readFileSync(file));
      const truth = table(Deno.readTextFileSync(`${file}_structured.csv`));
      assertEquals([summary.detection?.format, summary.detection?.confidence], [format, 1]);
      assertEquals([summary.lines, summary.records, truth.length], [2000, 2000, 2000]);
      assertEquals([summary.partial, summary.formats[format as "app"]], [0, 2000]);
      const columns: Compared = { Content: (row) => row.body, ...compared };
      for (const [title, read] of Object.entries(columns)) {
        const wrong = truth.filter((line, i) =>
          String(read(rows[i] ?? {})).trim() !== line[title]?.trim()
        );
        assertEquals([title, wrong.length, wrong[0]], [title, 0, undefined]);
      }
    },
  });
}

Deno.test({
  name: `normalizeLog() reads 9999 of 10000 access lines; one is cut (needs ${CORPORA})`,
  ignore,
  async fn() {
    const bytes = gunzipSync(Deno.readFileSync(`${CORPORA}/apache/access_10k.log.gz`));
    const { rows, rejects, summary } = await normalize(bytes, {}, 50_000);
    assertEquals(summary.formats, { combined: 9999 });
    assertEquals(summary.metrics.statusClasses, { "2xx": 9170, "3xx": 609, "4xx": 217, "5xx": 3 });
    assertEquals(rejects.map(({ code, place }) => [code, place.line, place.column]), [
      ["line-malformed", 8899, 111],
    ]);
    for (const row of rows) {
      const at = Number(row.source_offset);
      const line = new TextDecoder().decode(bytes.subarray(at, bytes.indexOf(10, at)));
      assert(
        line.startsWith(`${row.client_address} - - [${row.timestamp_raw}] "${row.http_method} `),
      );
      assert(line.includes(` ${row.http_status} ${row.response_bytes ?? "-"} "`));
    }
  },
});

function level(row: Row): unknown {
  return row.severity_text;
}

function logger(row: Row): unknown {
  return row.logger;
}

function table(csv: string): Record<string, string>[] {
  const [header = [], ...rows] = parse(csv);
  return rows.filter((row) => row.length > 1).map((row) =>
    Object.fromEntries(header.map((title, i) => [title, row[i] ?? ""]))
  );
}

function present(): boolean {
  const descriptor = { name: "read", path: CORPORA } as const;
  if (Deno.permissions.querySync(descriptor).state !== "granted") return false;
  try {
    return Deno.statSync(CORPORA).isDirectory;
  } catch {
    return false; // A clone without the corpora is complete.
  }
}
