import { relative } from "node:path";
import type { Style } from "../terminal/mod.ts";
import type { CheckReport, Obstacle } from "./check_report.ts";
import type { Verdict } from "./verdict.ts";
import { wrap } from "./_wrap.ts";

/** Options of {@linkcode renderReport}. */
export interface RenderReportOptions {
  readonly style: Style;
  /** The folder that paths are shown from. */
  readonly root: string;
  /** Columns of the terminal. @default 100 */
  readonly width?: number;
  /** Hints shown so far. @default 0 */
  readonly hints?: number;
}

interface Look {
  readonly style: Style;
  readonly width: number;
}

/**
 * Writes what a check found: what holds, what does not and why, and what to do next.
 *
 * Only the first expectation that fails is explained; of those after it, which often follow from it, it says what was seen.
 */
export function renderReport(report: CheckReport, options: RenderReportOptions): string {
  const { style, root, width = 100, hints = 0 } = options;
  const { exercise, obstacle, verdicts, printed } = report;
  const look = { style, width: Math.min(width, 100) };
  const parts = [
    `${style.bold(`${exercise.id}  ${exercise.title}`)}  ${
      style.dim(relative(root, report.file))
    }\n`,
    obstacle === undefined
      ? verdictLines(verdicts, look)
      : obstacleText(obstacle, exercise.forbidden, look),
    strayText(report.strays, look),
    printed.length === 0
      ? ""
      : style.dim(`  Your code printed:\n${printed.map((line) => `    ${line}\n`).join("")}`),
    report.passed ? successText(report, look) : nextStep(report, { ...look, hints, root }),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

function verdictLines(verdicts: readonly Verdict[], look: Look): string {
  const { style, width } = look;
  const first = verdicts.find(({ state }) => state !== "holds");
  return verdicts.map((verdict) => {
    const { name, state } = verdict;
    if (state === "holds") return `  ${style.green("✓")} ${name}\n`;
    if (state === "unwritten") {
      const what = verdict === first
        ? wrap(`Not written yet: ${verdict.what}`, width, "      ")
        : "";
      return `  ${style.dim("○")} ${name}\n${style.dim(what)}`;
    }
    // What fails later is often only a consequence: to name a misconception there may be to name the wrong one.
    const text = verdict === first ? atLength(verdict, look) : style.dim(inShort(verdict, look));
    return `  ${style.red("✗")} ${name}\n${text}`;
  }).join("");
}

function atLength(verdict: Verdict, { style, width }: Look): string {
  if (verdict.state !== "mistake") return wrap(`${inWords(verdict)}.`, width, "      ");
  return [
    style.yellow(wrap(`${verdict.means}.`, width, "      ")),
    wrap(`Seen:  ${verdict.seen}`, width, "      "),
    wrap(`Think: ${verdict.think}`, width, "      "),
  ].join("");
}

/** Characters of what was seen by an expectation that is not explained. */
const MOST_SEEN = 160;

function inShort(verdict: Verdict, { width }: Look): string {
  const text = verdict.state === "mistake" ? `Seen:  ${verdict.seen}` : `${inWords(verdict)}.`;
  const shown = text.length > MOST_SEEN ? `${text.slice(0, MOST_SEEN)} ...` : text;
  return wrap(shown, width, "      ");
}

function inWords(verdict: Verdict): string {
  switch (verdict.state) {
    case "mistake":
      return verdict.means;
    case "threw": {
      const place = verdict.line === undefined ? "" : ` in line ${verdict.line}`;
      const denied = verdict.error.startsWith("NotCapable")
        ? "; a check gives your code only what the exercise needs"
        : "";
      return `Your code threw${place}: ${verdict.error}${denied}`;
    }
    case "stuck":
      return `Your code waits for something that never comes: no answer after ${
        seconds(verdict.after)
      }. ` +
        "A promise that nobody resolves, a stream that nobody reads, or a loop that awaits forever";
    case "endless":
      return `An endless loop: your code did not give control back within ${
        seconds(verdict.after)
      }, so it was stopped. ` +
        "Look for a loop whose condition nothing inside it changes";
    case "died":
      return `Your code's process is gone: ${verdict.how}`;
    case "unwritten":
      return verdict.what;
    case "holds":
      return "It holds";
  }
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

/** How the checker speaks of an element that may not be there. */
const MAYBE_UNDEFINED = /possibly 'undefined'|\| undefined' is not assignable/;

/** What a reader of Python does not know: there, an index that is out of range is an error. */
const POSSIBLY_UNDEFINED =
  "Here rows[n] is undefined if there is no such element, and nothing throws; the checker does not see that you asked for the " +
  "length. Look at what you got (const last = rows.at(-1); if (last === undefined) return ...), give a default (rows[n] ?? 0), " +
  "or write rows[n]! where you are sure.";

function obstacleText(obstacle: Obstacle, forbidden: readonly string[], look: Look): string {
  const { style, width } = look;
  switch (obstacle.kind) {
    case "forbidden": {
      const areas = forbidden.join(", ");
      const why = areas === ""
        ? "it may import no solution"
        : `it may import neither ${areas} nor a solution`;
      return `  ${style.red("✗")} It imports the answer instead of writing it\n` +
        wrap(obstacle.chain.join("\n-> "), width, "      ") +
        wrap(`This exercise is about writing it yourself: ${why}.`, width, "      ");
    }
    case "types": {
      const advice = obstacle.problems.some(({ message }) => MAYBE_UNDEFINED.test(message))
        ? wrap(POSSIBLY_UNDEFINED, width, "      ")
        : "";
      const many = obstacle.problems.length === 1
        ? "1 thing"
        : `${obstacle.problems.length} things`;
      const shown = obstacle.problems.slice(0, 5).map((problem) =>
        `      ${style.cyan(`${problem.path}:${problem.line}:${problem.column}`)}\n` +
        wrap(problem.message, width, "        ") +
        (problem.source === "" ? "" : style.dim(`        | ${problem.source.trim()}\n`))
      );
      return `  ${style.red("✗")} The type checker has ${many} to say first\n${
        shown.join("")
      }${advice}`;
    }
    case "missing":
      return `  ${style.red("✗")} Your file does not export ${
        obstacle.names.map((name) => `"${name}"`).join(" and ")
      }\n` +
        wrap("The check calls it by that name: keep the stub's `export`.", width, "      ");
    case "unloadable":
      return `  ${style.red("✗")} Your file cannot be loaded\n${
        wrap(obstacle.error, width, "      ")
      }`;
  }
}

function strayText(strays: readonly string[], { style, width }: Look): string {
  const [first] = strays;
  if (first === undefined) return "";
  return `  ${style.red("✗")} A promise failed, and nobody awaited it\n` +
    wrap(`${first}. In production this ends the process: await every promise.`, width, "      ");
}

function successText({ verdicts, exercise }: CheckReport, { style, width }: Look): string {
  const text = wrap(`All ${verdicts.length} hold. You can now ${exercise.trains}.`, width, "  ");
  return style.green(text);
}

function nextStep(
  report: CheckReport,
  { style, hints, root }: Look & { readonly hints: number; readonly root: string },
): string {
  const { verdicts, exercise } = report;
  const held = verdicts.filter(({ state }) => state === "holds").length;
  const cut = verdicts.some(({ state }) => state === "endless" || state === "died");
  // The count is of what the check asked for; a promise that failed unheard is none of it.
  const unheard = report.strays.length > 0 && held === verdicts.length;
  const all = unheard
    ? `All ${held} hold, but it is not done: await the promise that failed. `
    : cut
    ? `${held} held before that. `
    : `${held} of ${verdicts.length} hold. `;
  const count = verdicts.length === 0 ? "" : all;
  const begun = verdicts.some(({ state }) => state !== "unwritten");
  if (verdicts.length > 0 && !begun) {
    return `  Nothing is written yet: open the file, and begin with the first line above.\n` +
      style.dim(
        `  The task is in ${relative(root, exercise.folder)}/README.md\n`,
      );
  }
  const left = 3 - hints;
  const stuck = left > 0
    ? `Stuck? ${style.cyan("deno task learn hint")} (${left} of 3 left)`
    : `Stuck? ${style.cyan("deno task learn solution --anyway")} shows one, with its reasoning`;
  return `  ${count}${stuck}\n`;
}
