import { basename, join, resolve } from "@std/path";
import { EXIT_CODES, UsageError } from "../../errors/mod.ts";
import { standardName } from "../../files/mod.ts";
import { LOG_FORMATS } from "../../log_parser/mod.ts";
import { formatBytes, formatCount, table } from "../../terminal/mod.ts";
import { defineTool } from "../define_tool.ts";
import type { AnyPhaseTool, ToolOutput } from "../phase_tool.ts";
import { metricRows } from "./metric_rows.ts";
import { type ParsedLog, parseLogFile } from "./parse_log_file.ts";

const PARSE = defineTool({
  spec: {
    name: "deno task phase5",
    meaning:
      "Parse logs, print what became of their lines and their metrics, and write normalised records",
    words: { "LOG...": "Log files, plain or .gz; relative paths start at the project" },
    flags: {
      format: {
        type: "string",
        short: "f",
        meaning: `One of ${Object.keys(LOG_FORMATS).join(", ")}`,
        default: "auto",
      },
      out: {
        type: "string",
        short: "o",
        value: "FOLDER",
        meaning: "Write the records there, gzip JSON lines for Spark",
      },
      json: { type: "boolean", meaning: "Print one JSON object a file" },
    },
    examples: {
      "deno task phase5 access.log": "what is in it",
      "deno task phase5 data/samples/logs/app.log --out normalised": "for Spark",
    },
  },
  async run({ words, flags }, output) {
    const { format, out, json } = flags;
    if (words.length === 0) {
      throw new UsageError(
        "usage",
        "Cannot parse: no log is named (see deno task phase5 parse --help)",
      );
    }
    if (format !== undefined && !Object.hasOwn(LOG_FORMATS, format)) {
      const known = Object.keys(LOG_FORMATS).join(", ");
      throw new UsageError(
        "usage",
        `Cannot use flag "--format": found "${format}", expected one of ${known}`,
      );
    }
    if (out !== undefined) await Deno.mkdir(resolve(out), { recursive: true });
    let rejected = 0;
    for (const word of words) {
      const target = out === undefined
        ? undefined
        : join(resolve(out), `${standardName(word)}.jsonl.gz`);
      const parsed = await parseLogFile(resolve(word), { format, out: target });
      rejected += parsed.quarantined;
      if (json) output.write(`${JSON.stringify(asJson(word, parsed))}\n`);
      else showLog(word, { parsed, target }, output);
    }
    return rejected > 0 ? EXIT_CODES.partial : EXIT_CODES.complete;
  },
});

/** What phase 5 does with the user's own logs. */
export const LOGS_TOOLS: Readonly<Record<string, AnyPhaseTool>> = { parse: PARSE };

function asJson(file: string, { rejects, ...parsed }: ParsedLog): object {
  const told = rejects.map(({ code, message, place }) => ({ code, message, ...place }));
  return { file, ...parsed, rejects: told };
}

function showLog(
  word: string,
  { parsed, target }: { readonly parsed: ParsedLog; readonly target: string | undefined },
  { write, style }: ToolOutput,
): void {
  const formats = Object.entries(parsed.formats).map(([name, count]) =>
    `${name} ${formatCount(count)}`
  );
  const rest = [
    [parsed.continuation, "continue an event"],
    [parsed.quarantined, "rejected"],
    [parsed.blank, "blank"],
    [parsed.directives, "directives"],
  ] as const;
  const others = rest.filter(([count]) => count > 0).map(([count, what]) =>
    `${formatCount(count)} ${what}`
  );
  write(
    `${style.bold(basename(word))}: ${formatCount(parsed.lines)} lines = ${
      [`${formatCount(parsed.records)} records`, ...others].join(" + ")
    }\n`,
  );
  const columns = [{ title: "" }, { title: "" }];
  const rows: [string, string][] = [["formats", formats.join("  ")], ...metricRows(parsed.metrics)];
  if (target !== undefined) rows.push(["written", `${target} (${formatBytes(parsed.bytes)})`]);
  write(table(columns, rows, { indent: "  ", width: 120 }));
  for (const { code, message, place } of parsed.rejects.slice(0, 10)) {
    write(`  ${style.yellow("rejected")} line ${place.line}: ${code}, ${message}\n`);
  }
}
