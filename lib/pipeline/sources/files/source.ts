import { takeFiles } from "../../file_stream.ts";
import type { SourceType } from "../../source_type.ts";
import { prepareDataFile } from "./prepare.ts";
import { filesSchema, type FilesSource } from "./schema.ts";

/** A folder that others leave delimited files in. */
export const filesSource: SourceType<FilesSource> = {
  type: "files",
  schema: filesSchema,
  needs: ({ path }) => ({ read: [path] }),
  streams: ({ name, stream, tolerance }) => [{
    source: name,
    stream,
    type: "files",
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
          acceptance: { expect: config.expect },
          extension: ".csv.gz",
          prepare: prepareDataFile(config, ctx),
        }),
    }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }),
};
