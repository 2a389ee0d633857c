import { PART_FORMATS } from "../../../lake/mod.ts";
import { takeFiles } from "../../file_stream.ts";
import type { SourceType } from "../../source_type.ts";
import { privacyColumns, rulesOf } from "../_rules_schema.ts";
import { partSizesOf } from "../_selection.ts";
import { prepareLogFile, textOfLog } from "./prepare.ts";
import { checkLogs } from "./check_logs.ts";
import { logsSchema, type LogsSource } from "./schema.ts";

/** Keys that decide which lines are accepted: once one changes, rejected files are looked at again. */
function acceptanceOf({ format, formats, checks, privacy }: LogsSource): unknown {
  return {
    format,
    ...(formats.length > 0 && { formats: formats.map(({ yaml }) => yaml) }),
    ...(checks !== undefined && { checks }),
    ...(privacy !== undefined && { privacy: privacyColumns(privacy) }),
  };
}

/** A folder of log files. */
export const logsSource: SourceType<LogsSource> = {
  type: "logs",
  schema: logsSchema,
  check: checkLogs,
  needs: ({ path, formats }) => ({ read: [path, ...formats.map(({ path }) => path)] }),
  notes: ({ name, stream, parts }) =>
    (parts?.merge_below ?? 0) === 0 ? [] : [
      `${name}.${stream}: a log that was put together with others, by parts.merge_below, is published again whole when ` +
      "it has grown, and its events are there twice; leave the key out for logs that are still written",
    ],
  unit: "files",
  streams: ({ stream, tolerance, privacy }) => [{
    stream,
    mode: "incremental",
    limits: { ...tolerance },
    ...rulesOf({ privacy }),
  }],
  open: (config, ctx) => ({
    open: (_plan, record) => ({
      read: () =>
        takeFiles(ctx, record, {
          path: config.path,
          include: config.include,
          exclude: config.exclude,
          minAge: config.min_age,
          announcedBy: config.announced_by,
          parts: partSizesOf(config.parts),
          acceptance: acceptanceOf(config),
          extensionOf: () => PART_FORMATS[ctx.config.part_format].extension,
          textOf: textOfLog,
          prepare: prepareLogFile(config, ctx, record.privacy),
        }),
    }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }),
};
