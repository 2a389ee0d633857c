import type { z } from "zod";
import {
  choice,
  inputPath,
  mapping,
  plain,
  type SchemaContext,
  sourceName,
  variant,
} from "../../../config/mod.ts";
import { isTimeZone } from "../../../grammar/mod.ts";
import { DATE_ORDERS, LOG_FORMATS, type LogFormatChoice } from "../../../log_parser/mod.ts";
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
  }).transform((source) => ({ ...source, stream: source.stream ?? source.name }));
}

/** A folder of log files. */
export type LogsSource = z.output<ReturnType<typeof logsSchema>>;
