import { exitCodeOfMany, IngestError, SuspendedError } from "../../errors/mod.ts";
import type { Dialect, Inspection, ProposedDialect } from "../../files/mod.ts";
import {
  countOf,
  escapeLine,
  failureDocument,
  failureText,
  jsonDocument,
} from "../../terminal/mod.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { JSON_FLAG } from "../flags.ts";
import { entriesOf, FILES, inputFiles } from "../inputs.ts";
import { load } from "../load.ts";
import { YOUNG_MIB } from "./_young_mib.ts";

/** `headwaters files inspect FILE...` */
export const filesInspect = defineCommand({
  spec: {
    name: "",
    meaning: "Say what files are by their first bytes, and propose a dialect with its evidence",
    words: FILES,
    flags: { json: JSON_FLAG },
    examples: {
      "headwaters files inspect export.csv":
        "delimiter, quotes, header, encoding, and the runner-up",
    },
  },
  access: ({ words }, cwd) => ({
    read: inputFiles(words, cwd, { unreadable: true }).read,
    youngMiB: YOUNG_MIB,
  }),
  async run({ words, flags }, context) {
    const { inspectFile } = await load("files/mod.ts");
    const { style, signal, write, width } = context;
    const reports: Readonly<Record<string, unknown>>[] = [];
    let faults = 0;
    for (const entry of entriesOf(inputFiles(words, context.cwd, { unreadable: true }).files)) {
      signal.throwIfAborted();
      try {
        const found = await inspectFile(entry);
        reports.push({ path: entry.path, size: entry.size, ...asJson(found) });
        if (!flags.json) writeText(entry.path, found, { style, write, width });
      } catch (error) {
        // One file that cannot be read does not end the others.
        if (!(error instanceof IngestError) || error instanceof SuspendedError) throw error;
        faults++;
        const { path } = entry;
        reports.push({ path, error: failureDocument(error, { path }, context.cwd) });
        if (!flags.json) write(`${style.red(error.code)}: ${failureText(error, { path })}\n`);
      }
    }
    if (flags.json) write(jsonDocument({ files: reports }));
    return exitCodeOfMany({ usable: reports.length - faults, faults });
  },
});

function writeText(
  path: string,
  found: Inspection,
  { style, write }: Pick<CommandContext, "style" | "write" | "width">,
): void {
  const {
    kind,
    content,
    encoding,
    mark,
    lineEnd,
    rows,
    rowsEstimated,
    columns,
    proposed,
    runnerUp,
  } = found;
  const facts = [
    kind === content ? kind : `${content} in ${kind}`,
    ...(encoding === null ? [] : [`${encoding}${mark ? " with a byte order mark" : ""}`]),
    ...(lineEnd === null ? [] : [`line ends ${lineEnd}`]),
    ...(rows === null ? [] : [`${rowsEstimated ? "about " : ""}${countOf(rows, "row")}`]),
  ];
  write(`${style.bold(escapeLine(path))}: ${facts.join(", ")}\n`);
  if (columns !== null) write(`  columns    ${escapeLine(columns.join(", "))}\n`);
  if (proposed === null) return;
  write(`  proposed   ${yamlOf(proposed.dialect)}  ${style.dim(because(proposed))}\n`);
  if (runnerUp !== null) {
    write(`  runner-up  ${yamlOf(runnerUp.dialect)}  ${style.dim(because(runnerUp))}\n`);
  }
}

function because({ score, evidence }: ProposedDialect): string {
  return `score ${score.toFixed(2)} of 1: ${evidence.join("; ")}`;
}

/** The key of the configuration, as it can be pasted. */
function yamlOf(dialect: Dialect): string {
  if (Object.keys(dialect).length === 0) return "no dialect needed";
  const keys = Object.entries(dialect).map(([key, value]) =>
    `${key}: ${
      typeof value === "number" || /^[a-z][\w-]*$/.test(value) ? value : JSON.stringify(value)
    }`
  );
  return `dialect: { ${keys.join(", ")} }`;
}

function asJson({ lineEnd, rowsEstimated, runnerUp, ...found }: Inspection) {
  return { ...found, rows_estimated: rowsEstimated, line_end: lineEnd, runner_up: runnerUp };
}
