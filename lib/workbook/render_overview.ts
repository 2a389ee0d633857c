import { formatCount, type Style, table } from "../terminal/mod.ts";
import type { Exercise } from "./exercise.ts";
import type { LearningEvent } from "./learning_event.ts";
import { currentExercise, type Standing, standingOf } from "./standing.ts";

/** What the overview is made of. */
export interface Overview {
  readonly catalogue: readonly Exercise[];
  readonly events: readonly LearningEvent[];
  readonly style: Style;
  /** Columns of the terminal. @default 100 */
  readonly width?: number;
}

const STATES = {
  open: "",
  started: "under way",
  done: "done",
  skipped: "skipped",
} as const satisfies Record<Standing["state"], string>;

/** Lists the exercises and says what to do next. */
export function renderOverview(overview: Overview): string {
  const heading = `${
    overview.style.bold("Exercises")
  }  write it, have it checked, see why it matters\n`;
  return [heading, exerciseTable(overview), nextText(overview)].join("\n");
}

/** The exercises, and how far the learner is with each. */
export function exerciseTable(overview: Overview): string {
  const { catalogue, events, style } = overview;
  const rows = catalogue.map((exercise) => row(exercise, standingOf(exercise.id, events), style));
  const columns = [
    { title: "" },
    { title: "id" },
    { title: "exercise" },
    { title: "kind" },
    { title: "min", align: "right" },
    { title: "state" },
  ] as const;
  const width = Math.min(overview.width ?? 100, 100);
  return table(columns, rows, { indent: "  ", width, heading: style.dim });
}

/** Tells in numbers how far a learner is. */
export function renderProgress(overview: Overview): string {
  const { catalogue, events, style } = overview;
  const rows = catalogue.map((exercise) => {
    const standing = standingOf(exercise.id, events);
    return [
      mark(standing.state, style),
      exercise.id,
      exercise.title,
      STATES[standing.state],
      standing.checks === 0 ? "" : formatCount(standing.checks),
      standing.checks === 0 ? "" : String(standing.best),
      standing.hints === 0 ? "" : `${standing.hints} of 3`,
      standing.peeked ? "seen before it passed" : "",
    ];
  });
  const columns = [
    { title: "" },
    { title: "id" },
    { title: "exercise" },
    { title: "state" },
    { title: "checks", align: "right" },
    { title: "most held", align: "right" },
    { title: "hints" },
    { title: "solution" },
  ] as const;
  const width = Math.min(overview.width ?? 100, 100);
  const done = catalogue.filter(({ id }) => standingOf(id, events).state === "done");
  const minutes = (list: readonly Exercise[]) => list.reduce((sum, e) => sum + e.minutes, 0);
  return [
    `${style.bold("Progress")}  ${done.length} of ${catalogue.length} done, ` +
    `${minutes(done)} of ${minutes(catalogue)} minutes of work\n`,
    table(columns, rows, { indent: "  ", width, heading: style.dim }),
    nextText(overview),
  ].join("\n");
}

/** Returns the exercise to go to after this moment: the one under way, else the first one not touched. */
export function nextExercise(
  catalogue: readonly Exercise[],
  events: readonly LearningEvent[],
): Exercise | undefined {
  const current = currentExercise(events);
  return catalogue.find(({ id }) => id === current) ??
    catalogue.find(({ id }) => standingOf(id, events).state === "open");
}

/** Returns the command that goes on with an exercise. */
export function commandFor(exercise: Exercise, events: readonly LearningEvent[]): string {
  return `deno task learn ${isStarted(exercise, events) ? "check" : "start"} ${exercise.id}`;
}

function isStarted({ id }: Exercise, events: readonly LearningEvent[]): boolean {
  return standingOf(id, events).state === "started";
}

function row(exercise: Exercise, standing: Standing, style: Style): string[] {
  const { id, title, kind, minutes } = exercise;
  const state = standing.state === "started" && standing.checks > 0
    ? `${STATES.started}, ${standing.best} held`
    : STATES[standing.state];
  return [mark(standing.state, style), id, title, kind, String(minutes), state];
}

function mark(state: Standing["state"], style: Style): string {
  switch (state) {
    case "done":
      return style.green("✓");
    case "started":
      return style.yellow("▸");
    case "skipped":
      return style.dim("–");
    case "open":
      return style.dim("○");
  }
}

function nextText({ catalogue, events, style }: Overview): string {
  const next = nextExercise(catalogue, events);
  if (next === undefined) {
    const skipped = catalogue.filter(({ id }) => standingOf(id, events).state === "skipped");
    return skipped.length === 0
      ? "  All done. The pipeline does the same with everything at once: deno task pipeline\n"
      : `  All done but what you skipped: deno task learn start ${skipped[0]?.id}\n`;
  }
  const started = isStarted(next, events);
  const command = commandFor(next, events);
  const what = started ? "Go on with" : events.length === 0 ? "Begin with" : "Next is";
  return `  ${what} ${next.id}, "${next.title}" (${next.kind}, ${next.minutes} minutes):\n` +
    `  ${style.cyan(command)}\n`;
}
