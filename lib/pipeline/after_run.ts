import { relative } from "node:path";
import { ERROR_CODES, type ErrorCode } from "../errors/mod.ts";
import { afterFix, againWords, goesOn } from "./replay_text.ts";
import { shellWord } from "./_shell_word.ts";
import type { RenderSummaryOptions } from "./render_summary.ts";
import type { RunSummary } from "./run_summary.ts";

/** What to do next: a command line, and what it does. */
export function nextStep(
  summary: RunSummary,
  { command, cwd }: Pick<RenderSummaryOptions, "command" | "cwd">,
): readonly [call: string, what: string] {
  const run = ["pipeline run", ...(summary.selected ?? []).map((id) => `--select ${id}`)].join(" ");
  const again = command(summary.backfill === null ? run : againWords(summary.backfill));
  switch (summary.outcome) {
    case "complete":
      if (summary.streams.some(({ files_waiting }) => files_waiting > 0)) {
        return [
          command("pipeline run"),
          "once the waiting files are older than min_age, 10s by default",
        ];
      }
      return [command("pipeline run"), goesOn(summary.backfill)];
    case "partial": {
      const shrunk = summary.streams.find(({ contradictions }) =>
        contradictions.some(({ code }) => code === "snapshot-shrank")
      );
      if (shrunk !== undefined) {
        const name = `${shrunk.source}.${shrunk.stream}`;
        return [
          command(`pipeline accept ${name}`),
          "if it really has so few rows; then run it again",
        ];
      }
      const isMissing = summary.streams.some(({ complete }) => !complete);
      if (isMissing) return [command("pipeline status"), "what is missing, by stream"];
      const table = summary.rejected_files.length > 0 ? "files" : "rejects";
      const audit = shellWord(shown(summary.audit, { cwd }));
      return [
        command(`audit ${table} -a ${audit}`),
        afterFix(summary),
      ];
    }
    case "suspended":
      return [again, "again: it goes on from the last checkpoint"];
    default:
      return [
        again,
        `${
          helpsToRepeat(summary) ? "again" : "once that is put right"
        }: it goes on from the last checkpoint`,
      ];
  }
}

/** Whether every error may be gone the next time. */
function helpsToRepeat({ streams }: RunSummary): boolean {
  return streams.every(({ error_code }) =>
    error_code === null || ERROR_CODES[error_code as ErrorCode]?.transient
  );
}

/**
 * Returns streams that have ended in a run that has not, and how what is new there is read all the same.
 *
 * @param ended Streams that have ended. @param open The others.
 */
export function goesOnWithout(
  ended: readonly string[],
  open: readonly string[],
  command: (words: string) => string,
): string {
  const flags = open.map((id) => ` --exclude ${id}`).join("");
  const how = open.length === 0
    ? "the next run reads what is new there"
    : `until it has ended, "${command(`pipeline run${flags}`)}" reads what is new there`;
  return `${ended.join(", ")}; ${how}`;
}

/** Returns a path as it is shown: short, if it is below the folder in which the user is. */
export function shown(path: string, { cwd }: Pick<RenderSummaryOptions, "cwd">): string {
  const short = relative(cwd, path);
  return short.startsWith("..") ? path : short;
}
