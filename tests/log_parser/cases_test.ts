import { assertEquals } from "@std/assert";
import { normalize, type Normalized } from "./_normalize.ts";

/** Lines that other tools, or this one, read wrongly; they stand beside the repository, not in it. */
const CASES = "../shared/cases/logs.jsonl";

interface Case {
  readonly name: string;
  readonly lines: readonly string[];
  readonly want: Readonly<Record<string, unknown>>;
}

Deno.test({
  name: `normalizeLog() reads every line of ${CASES} as it should`,
  ignore: !present(),
  async fn() {
    const mtimeMs = Date.UTC(2026, 10, 26);
    for (const text of Deno.readTextFileSync(CASES).trim().split("\n")) {
      const { name, lines, want } = JSON.parse(text) as Case;
      const found = await normalize(lines.join("\n") + "\n", { mtimeMs });
      for (const [key, value] of Object.entries(want)) {
        assertEquals([name, key, valueOf(found, key, value)], [name, key, value]);
      }
    }
  },
});

function valueOf(found: Normalized, key: string, want: unknown): unknown {
  const { rows, summary, ndjson } = found;
  const row = rows[0] ?? {};
  const all = (column: string) => rows.map((one) => one[column] ?? null);
  switch (key) {
    case "records":
      return rows.length;
    case "ok_records":
      return rows.filter((one) => one.parse_status === "ok").length;
    case "errors":
      return summary.metrics.errors;
    case "continuations":
      return summary.continuation;
    case "statuses":
      return all("http_status");
    case "durations_ns":
      return all("duration_ns");
    case "monotonic":
      return all("timestamp").every((time, i, times) =>
        i === 0 || String(times[i - 1]) < String(time)
      );
    case "timestamp_nanos":
      return /"timestamp_nanos":(\d+)/.exec(ndjson)?.[1];
    case "not_year":
      return String(row.timestamp).startsWith(String(want)) ? "that year" : want;
    case "timestamp":
      return Date.parse(String(row.timestamp)) === Date.parse(String(want)) ? want : row.timestamp;
    default:
      return row[key] ?? null;
  }
}

function present(): boolean {
  const descriptor = { name: "read", path: CASES } as const;
  if (Deno.permissions.querySync(descriptor).state !== "granted") return false;
  try {
    return Deno.statSync(CASES).isFile;
  } catch {
    return false; // A clone without the cases is complete.
  }
}
