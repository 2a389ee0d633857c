import { refuseNewcomer, writeWhole } from "../outputs.ts";
import { type ParsedLog, parseLogFile, type ParseLogFileOptions } from "./parse_log_file.ts";
import type { LogTarget } from "./targets.ts";

/** Whether there is anything to go on with: records, or a log that holds none. */
export function isUsable({ records, quarantined }: ParsedLog): boolean {
  return records > 0 || quarantined === 0;
}

/**
 * Parses a log, and writes its records and rejects if it is a target.
 *
 * Both files are whole; the records come last, so that they never are there without their rejects. A log without a good
 * line leaves neither: most likely its format is another one, and the next try is not to be in its way.
 */
export function parseInto(
  log: { readonly path: string } | LogTarget,
  reading: ParseLogFileOptions,
  { force }: { readonly force: boolean },
): Promise<ParsedLog> {
  if (!("records" in log)) return parseLogFile(log.path, reading);
  const { path, source, records, rejects } = log;
  const options = { force, inputs: [path] };
  return writeWhole(
    records,
    (out) =>
      writeWhole(
        rejects,
        async (rejectsOut) => {
          const parsed = await parseLogFile(path, { ...reading, source, out, rejectsOut });
          // Rejects next to somebody else's records would be half a result.
          refuseNewcomer(records, options);
          return parsed;
        },
        {
          ...options,
          keep: (parsed) => !isUsable(parsed) ? "old" : parsed.quarantined > 0 ? "new" : "none",
        },
      ),
    { ...options, keep: (parsed) => isUsable(parsed) ? "new" : "old" },
  );
}
