import { PART_FORMATS } from "../../../lake/mod.ts";
import { takeFiles } from "../../file_stream.ts";
import type { SourceType } from "../../source_type.ts";
import { prepareLogFile } from "./prepare.ts";
import { logsSchema, type LogsSource } from "./schema.ts";

/** A folder of log files. */
export const logsSource: SourceType<LogsSource> = {
  type: "logs",
  schema: logsSchema,
  needs: ({ path }) => ({ read: [path] }),
  streams: ({ name, stream, tolerance }) => [{
    source: name,
    stream,
    type: "logs",
    mode: "incremental",
    unit: "files",
    limits: { ...tolerance },
  }],
  open: (config, ctx) => ({
    open: (_plan, record) => ({
      read: () =>
        takeFiles(ctx, record, {
          path: config.path,
          include: config.include,
          exclude: config.exclude,
          minAge: config.min_age,
          acceptance: { format: config.format },
          extension: PART_FORMATS[ctx.config.part_format].extension,
          prepare: prepareLogFile(config, ctx),
        }),
    }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }),
};
