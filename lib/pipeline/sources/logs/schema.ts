import type { z } from "zod";
import {
  choice,
  mapping,
  path,
  type SchemaContext,
  sourceName,
  variant,
} from "../../../config/mod.ts";
import { LOG_FORMATS, type LogFormatChoice } from "../../../log_parser/mod.ts";
import { selection } from "../_selection.ts";

/** Keys of a folder of log files. */
export function logsSchema(context: SchemaContext) {
  return mapping({
    name: sourceName(),
    type: variant("logs", "A folder of log files."),
    path: path(context).describe("The folder."),
    ...selection(),
    format: choice(Object.keys(LOG_FORMATS) as LogFormatChoice[]).default("auto")
      .describe("Format of the lines; `auto` finds it per file."),
  }).transform((source) => ({ ...source, stream: source.stream ?? source.name }));
}

/** A folder of log files. */
export type LogsSource = z.output<ReturnType<typeof logsSchema>>;
