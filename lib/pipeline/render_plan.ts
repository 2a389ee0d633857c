import {
  asTyped,
  countOf,
  escapeLine,
  paragraph,
  shellWord,
  type Style,
  table,
} from "../terminal/mod.ts";
import type { LaunchPlan } from "./launch_plan.ts";
import { shown } from "./next_steps.ts";

/** Returns what a run may touch, and the command line that enforces it. */
export function renderPlan(
  plan: LaunchPlan,
  options: { readonly style: Style; readonly cwd: string; readonly width?: number },
): string {
  const { style, width = Infinity } = options;
  const short = (path: string) => shown(path, options);
  const typed = (text: string) => asTyped(text, options.cwd);
  const list = (what: string, values: readonly string[]) =>
    values.length === 0
      ? [[what, style.dim("nothing")]]
      : values.map((value, at) => [at === 0 ? what : "", value]);
  return [
    "",
    style.bold("The run may, and the runtime lets it do no more:"),
    table([{ title: "" }, { title: "" }], [
      ...list("network", plan.net),
      ...list("read", plan.read.map(short)),
      ...list("write", plan.write.map(short)),
      ...list("env", plan.env.map((name) => `$${name}`)),
    ], { indent: "  " }),
    ...startLines(plan, { style, width }),
    ...(plan.sandboxArgs === undefined ? [] : [
      style.bold("The sandbox, started first:"),
      commandLines(plan.sandboxArgs),
      "",
    ]),
    style.bold("The run:"),
    commandLines(plan.args),
    "",
    ...loadLines(plan, style),
    ...sentences(style.bold("Worth knowing:"), plan.notes?.map(typed), width),
    ...sentences(
      style.bold(style.red("A run that started now would fail:")),
      plan.faults?.map(typed),
      width,
    ),
  ].join("\n");
}

/** What each stream goes on from, and what it took the last time. */
function startLines(
  { streams = [] }: LaunchPlan,
  { style, width }: { readonly style: Style; readonly width: number },
): string[] {
  if (streams.length === 0) return [];
  const rows = streams.map(({ stream, asks_for, last }) => {
    const parts = last === null ? ["none yet"] : [
      countOf(last.read, "record"),
      ...(last.requests > 0 ? [countOf(last.requests, "request")] : []),
      ...(last.files > 0 ? [countOf(last.files, "file")] : []),
    ];
    return [stream, escapeLine(asks_for), parts.join(", ")];
  });
  const columns = [
    { title: "stream", cutMiddle: true },
    { title: "asks for" },
    { title: "last complete run" },
  ];
  const heading = style.dim;
  return [style.bold("Where it goes on:"), table(columns, rows, { indent: "  ", heading, width })];
}

function sentences(
  title: string,
  list: readonly string[] | undefined,
  width: number,
): string[] {
  if (list === undefined || list.length === 0) return [];
  return [title, list.map((one) => paragraph(escapeLine(one), width, "  ")).join("")];
}

function loadLines({ load }: LaunchPlan, style: Style): string[] {
  if (load === undefined) return [];
  const about = `The load into ${escapeLine(load.to)}, after a run that is complete or partial:`;
  return [style.bold(about), commandLines(load.args), ""];
}

function commandLines(args: readonly string[]): string {
  const [first = "", ...rest] = args;
  return [`deno ${first}`, ...rest.map(shellWord)].map((arg) => `  ${arg}`).join(" \\\n  ");
}
