import { preparedExtension } from "../../../files/mod.ts";
import { takeFiles } from "../../file_stream.ts";
import type { SourceType } from "../../source_type.ts";
import { partSizesOf } from "../_selection.ts";
import { privacyColumns, rulesOf } from "../_rules_schema.ts";
import { keptColumns, prepareDataFile } from "./prepare.ts";
import { checkFiles } from "./check_files.ts";
import { filesSchema, type FilesSource } from "./schema.ts";
import { proposeFiles } from "./propose.ts";

/** Returns what decides whether a file is accepted; what is not written is left out, so that new keys change nothing. */
function acceptanceOf(config: FilesSource): unknown {
  const { expect, dialect, on_finding, allow_empty, on_change } = config;
  return {
    expect,
    ...(Object.keys(dialect).length > 0 && { dialect }),
    ...(config.checks !== undefined && { checks: config.checks }),
    ...(config.privacy !== undefined && { privacy: privacyColumns(config.privacy) }),
    ...(Object.keys(on_finding).length > 0 && { on_finding }),
    ...(allow_empty && { allow_empty }),
    ...(on_change === "reject" && { on_change }),
  };
}

/** A folder that others leave files of rows or JSON records in. */
export const filesSource: SourceType<FilesSource> = {
  type: "files",
  proposes: "folder",
  propose: proposeFiles,
  schema: filesSchema,
  check: checkFiles,
  needs: ({ path }) => ({ read: [path] }),
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
          archives: true,
          minAge: config.min_age,
          announcedBy: config.announced_by,
          parts: partSizesOf(config.parts),
          onChange: config.on_change,
          onDuplicate: config.on_duplicate,
          acceptance: acceptanceOf(config),
          columns: keptColumns(config.expect.columns, record.privacy),
          extensionOf: preparedExtension,
          prepare: prepareDataFile(config, ctx, record.privacy),
        }),
    }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }),
};
