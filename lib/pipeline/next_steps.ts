import { relative } from "node:path";
import { ERROR_CODES, type ErrorCode } from "../errors/mod.ts";
import { pathWord } from "../terminal/mod.ts";
import { againWords, goesOn, replayable } from "./replay_text.ts";
import type { RunSummary } from "./run_summary.ts";
import { streamId } from "./source_type.ts";

/** Where somebody reads what to do next. */
export interface NextStepOptions {
  /** Paths below it are shown relative to it. */
  readonly cwd: string;
  /** Returns a command line from a group, its command and what follows. */
  readonly command: (words: string) => string;
}

/** Returns what to do next, the first thing first: command lines, and what each does. */
export function nextSteps(
  summary: RunSummary,
  options: NextStepOptions,
): (readonly [call: string, what: string])[] {
  const first = nextStep(summary, options);
  const lists = summary.outcome === "complete" ? [] : listsOfRejects(summary, options);
  const id = summary.outcome === "partial" ? replayable(summary) : undefined;
  const replay = id === undefined ? [] : [
    [options.command(`pipeline replay ${id}`), "after a fix: sends them through again"] as const,
  ];
  // Of one command what is said of it last says most.
  return [first, ...lists, ...replay].filter(([call], at, all) =>
    all.findLastIndex(([one]) => one === call) === at
  );
}

/** Returns a path as it is shown. */
export function shown(path: string, { cwd }: Pick<NextStepOptions, "cwd">): string {
  const short = relative(cwd, path);
  return short.startsWith("..") ? path : short || ".";
}

/** What to do next: a command line, and what it does. */
export function nextStep(
  summary: RunSummary,
  { command, cwd }: NextStepOptions,
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
      // What was rejected is not written: it may be all that is missing.
      if (shrunk !== undefined && shrunk.rejected === 0) {
        return [
          command(`pipeline accept ${streamId(shrunk)}`),
          "if it really has so few rows; then run it again",
        ];
      }
      const isMissing = summary.streams.some((one) => !one.complete && one !== shrunk);
      if (isMissing) return [command("pipeline status"), "what is missing, by stream"];
      const [list] = listsOfRejects(summary, { command, cwd });
      return list ?? [again, "again"];
    }
    case "suspended":
      return [again, "again: it resumes from the last checkpoint"];
    default:
      return [
        again,
        `${
          helpsToRepeat(summary) ? "again" : "once that is put right"
        }: it resumes from the last checkpoint`,
      ];
  }
}

/** Returns the commands that list what was rejected, files first, with the whole reason of each. */
function listsOfRejects(
  summary: RunSummary,
  { command, cwd }: NextStepOptions,
): (readonly [call: string, what: string])[] {
  const audit = pathWord(shown(summary.audit, { cwd }));
  return rejectLists({
    files: summary.rejected_files.length > 0,
    records: summary.rejects.length > 0,
  }).map(([words, what]) => [command(`${words} -a ${audit}`), what]);
}

/** Returns the words of the commands that list rejects, and what each says. */
export function rejectLists(
  { files, records }: { readonly files: boolean; readonly records: boolean },
): (readonly [words: string, what: string])[] {
  return [
    ...(files ? [["audit files --rejected", "why files were rejected"]] : []),
    ...(records ? [["audit rejects", "why records were rejected"]] : []),
  ] as [string, string][];
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

/** Whether every error may be gone the next time. */
function helpsToRepeat({ streams }: RunSummary): boolean {
  return streams.every(({ error_code }) =>
    error_code === null || ERROR_CODES[error_code as ErrorCode]?.transient
  );
}
