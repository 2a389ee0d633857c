import { z } from "zod";
import {
  choice,
  flag,
  inputPath,
  mapping,
  plain,
  report,
  type SchemaContext,
  sourceName,
  variant,
  whole,
} from "../../../config/mod.ts";
import { isTimeZone } from "../../../grammar/mod.ts";
import {
  checkLogFormat,
  DATE_ORDERS,
  LOG_FORMATS,
  type LogFormatChoice,
} from "../../../log_parser/mod.ts";
import { checksSchema, privacyKey } from "../_rules_schema.ts";
import { selection } from "../_selection.ts";

const ZONE = 'the name of a time zone such as "Europe/Berlin", or an offset such as "+02:00"';

/** Keys of a folder of log files. */
export function logsSchema(context: SchemaContext) {
  return mapping({
    name: sourceName(),
    type: variant("logs", "A folder of log files."),
    path: inputPath(context).describe("The folder."),
    ...selection(),
    format: choice(Object.keys(LOG_FORMATS) as LogFormatChoice[]).default("auto")
      .describe("Format of the lines; `auto` finds it per file."),
    timezone: plain(ZONE).refine(isTimeZone, { error: ZONE, params: { kind: "form" } })
      .exactOptional().meta({
        fallback: "UTC",
        description: "Time zone of times without one; a file that is published stays as it is.",
      }),
    date_order: choice(DATE_ORDERS).exactOptional()
      .describe("Order of dates such as 07/08/22; without it the file's own dates tell it."),
    year: whole(1970).exactOptional()
      .describe("Year of the first time without one; without it the file's last change tells it."),
    strict: flag().default(false).describe(
      "Whether to leave out every time that would be guessed.",
    ),
    checks: checksSchema().exactOptional().describe(
      "What is expected of the records, by their columns, as at the stream of an API; `fail` rejects the whole file, and " +
        "`max_age` is not there.",
    ),
    privacy: privacyKey(
      context,
      "What is not kept of the records, by their columns, as at the stream of an API; `format` must be named. One value may " +
        "be in several columns, such as `url_original`, `url_query` and `body`, and what a typed column cannot hold is in `attributes`. Nothing is kept of a line that is rejected.",
    ),
    formats: z.array(inputPath(context)).prefault([])
      .describe("Files with log formats of your own, in YAML; they come before ours."),
  }).transform((source, issues) => ({
    ...source,
    stream: source.stream ?? source.name,
    formats: source.formats.map((path, i) => ({
      path,
      yaml: formatAt(path, (wanted) => report(issues, wanted, ["formats", i])),
    })),
  }));
}

/** Reads a format of the user's, so that what is wrong with it is said before anything runs. */
function formatAt(path: string, refuse: (wanted: string) => void): string {
  try {
    const yaml = Deno.readTextFileSync(path);
    checkLogFormat(yaml);
    return yaml;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    refuse(`a file with a log format: ${reason}`);
    return "";
  }
}

/** A folder of log files. */
export type LogsSource = z.output<ReturnType<typeof logsSchema>>;
