import { escapeLine, formatCount, shellWord } from "../terminal/mod.ts";
import type { ResetTo } from "./reset.ts";
import type { Retracted, RetractedStream } from "./retract.ts";
import { streamId } from "./source_type.ts";

/** Returns what a retraction did, or would do, and what can be done next. */
export function renderRetracted(
  retracted: Retracted,
  command: (words: string) => string,
): string {
  const { run_id, streams, retracted_at, dry_run } = retracted;
  if (streams.length === 0) return `Run ${run_id} published nothing, so nothing is retracted\n`;
  const isDone = retracted_at !== null;
  const next = streams.flatMap(resetsOf);
  return lines([
    isDone
      ? `Run ${run_id} is retracted since ${retracted_at}: readers by manifests do not see it`
      : `Run ${run_id} would be retracted; nothing is changed`,
    ...streams.map((stream) => `  ${lineOf(stream, run_id)}`),
    "its files stay in the lake for 7 days, its rejects in quarantine, its rows in the audit database",
    ...givenUp(retracted),
    ...(isDone && !dry_run ? [] : laterOf(streams)),
    ...steps([...next, ["run", "publishes again what it finds"]], command, isDone && !dry_run),
  ]);
}

function lineOf(stream: RetractedStream, runId: string): string {
  const { mode, files, rows, current_run_id } = stream;
  const what = `${streamId(stream)}: rows ${formatCount(rows)}, files ${formatCount(files)}`;
  if (mode !== "snapshot") return what;
  if (current_run_id === null) return `${what}; readers find nothing until the next complete one`;
  return current_run_id === runId ? what : `${what}; readers follow run ${current_run_id}`;
}

/** The commands that have read again what a run brought, each with what it is for. */
function resetsOf(stream: RetractedStream): string[][] {
  const { watermark_before, earlier, later = [] } = stream;
  const reset = (to: string | null) =>
    `reset ${streamId(stream)}${to === null ? "" : ` --to ${shellWord(to)}`}`;
  if (watermark_before === undefined) return [];
  if (later.length > 0) {
    const why = `first: of ${
      streamId(stream)
    } nothing is remembered, and its rows would come again`;
    return later.map((run) => [`retract ${run}`, why]);
  }
  const own = [reset(watermark_before), "reads on from where that run began"];
  if (earlier === undefined) return [own];
  const why = `reads on from where run ${earlier.run_id} began, which is retracted, too`;
  return [own, [reset(earlier.watermark_before), `or instead, ${why}`]];
}

/** What will have to be retracted, too, before a reset can bring the rows again. */
function laterOf(streams: readonly RetractedStream[]): string[] {
  return streams.filter(({ later }) => later !== undefined).map((stream) =>
    `of ${streamId(stream)} nothing is remembered: before a reset, retract as well ${
      (stream.later ?? []).join(", ")
    }`
  );
}

/** Returns what a reset did, or would do, and what it costs. */
export function renderReset(result: ResetTo, command: (words: string) => string): string {
  const { watermark_from, watermark_to, forgotten_to, asks_for, dry_run } = result;
  const name = streamId(result);
  const from = watermark_from === null ? "was forgotten" : `was ${escapeLine(watermark_from)}`;
  const to = watermark_to === null ? "forgotten" : escapeLine(watermark_to);
  const isSame = watermark_from === watermark_to;
  return lines([
    isSame
      ? `The watermark of ${name} is ${to} already, so nothing is changed`
      : dry_run
      ? `The watermark of ${name} would be ${to}; it ${from}, and nothing is changed`
      : `The watermark of ${name} is ${to}; it ${from}`,
    `  the next run asks for ${
      escapeLine(asks_for)
    }; what is still published is not published again`,
    ...(forgotten_to === null ? [] : [
      `  but records up to ${
        escapeLine(forgotten_to)
      } are not remembered any more (remember: in the ` +
      "configuration), and those that come again are published again",
    ]),
    ...givenUp(result),
    ...steps([["run", "reads on from there"]], command, !dry_run),
  ]);
}

function givenUp({ given_up }: { readonly given_up: readonly string[] }): string[] {
  return given_up.map((run) =>
    `run ${run}, which was not finished, is given up; the next one reads again`
  );
}

function steps(
  steps: readonly (readonly string[])[],
  command: (words: string) => string,
  isDone: boolean,
): string[] {
  if (!isDone) return [];
  return steps.map(([words = "", why], at) =>
    `${at === 0 ? "next  " : "      "}${command(`pipeline ${words}`)}   ${why}`
  );
}

function lines(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
