import { EXIT_CODES, UsageError } from "../../errors/mod.ts";
import { pathList, withRealPaths } from "../../process/mod.ts";
import { countOf, escapeLine, formatBytes, jsonDocument } from "../../terminal/mod.ts";
import { defineCommand } from "../command.ts";
import { DRY_RUN, FORCE, JSON_FLAG } from "../flags.ts";
import { checkReadable, stateOf } from "../inputs.ts";
import { load } from "../load.ts";
import { writeWhole } from "../outputs.ts";
import { limitOf, pathFrom } from "../words.ts";
import { CONFIG } from "./_flags.ts";
import { isPage } from "./_page_mark.ts";

const DEFAULT_LIMIT = 30;

/** `headwaters pipeline report [RUN]` */
export const pipelineReport = defineCommand({
  spec: {
    name: "",
    meaning: "Write a page about the last runs, or about one run, for a browser",
    words: { "[RUN]": "Id of a run, for its rejects, files, pages and parts" },
    flags: {
      config: CONFIG,
      audit: {
        type: "string",
        short: "a",
        value: "FILE",
        meaning: "The audit database; it is only read",
        default: "that of the configuration",
      },
      out: {
        type: "string",
        short: "o",
        value: "FILE",
        meaning: "The page: one file, which loads nothing else",
        default: "report.html, or report-RUN.html",
      },
      limit: {
        type: "number",
        short: "n",
        meaning: "Number of runs, the newest first",
        default: String(DEFAULT_LIMIT),
      },
      force: {
        ...FORCE,
        meaning: "Replace a file that exists; a page of an earlier report is replaced without it",
      },
      "dry-run": DRY_RUN,
      json: JSON_FLAG,
    },
    examples: {
      "headwaters pipeline report -c my.yaml": "the trend over the last 30 runs",
      "headwaters pipeline report 01M8BMFR9QQGGDTCW8NMYAT2P8 -o run.html": "all about one run",
      "headwaters pipeline report -c my.yaml -o /srv/www/runs.html": "after each run",
    },
  },
  async access({ words, flags }, cwd, env) {
    limitOf(flags.limit ?? DEFAULT_LIMIT);
    const { inputsOf } = await load("pipeline/mod.ts");
    // An audit database that is named needs no pipeline.
    const { audit: its = "", keeps = [] } = flags.audit === undefined || flags.config !== undefined
      ? await inputsOf(flags.config, { cwd, env })
      : {};
    const audit = flags.audit === undefined ? its : pathFrom(cwd, flags.audit);
    if (stateOf(audit) === undefined) {
      throw new UsageError(
        "usage",
        `Cannot report on runs: there is no "${audit}"; a pipeline run makes it`,
        { context: { audit } },
      );
    }
    if (flags.audit !== undefined) checkReadable(flags.audit, audit);
    // What the runtime cannot name is the configuration's fault, not the command line's.
    else pathList(withRealPaths([audit]));
    const out = outOf(words, flags, cwd);
    return {
      databases: [audit],
      keeps,
      files: [out],
      replaces: isPage(out) ? [out] : [],
      ...(flags.audit === undefined ? { args: [`--audit=${audit}`] } : {}),
    };
  },
  async run({ words, flags }, { cwd, write }) {
    const [{ getRun, openAudit, recentRuns }, { renderRun, renderRuns }] = await Promise.all([
      load("audit/mod.ts"),
      load("cli/pipeline/report_page.ts"),
    ]);
    const [id] = words;
    const audit = pathFrom(cwd, flags.audit ?? "");
    const out = outOf(words, flags, cwd);
    const limit = limitOf(flags.limit ?? DEFAULT_LIMIT);
    using db = openAudit(audit, { readOnly: true });
    const run = id === undefined ? undefined : getRun(db, id);
    if (id !== undefined && run === undefined) {
      const [newest] = recentRuns(db, 1);
      throw new UsageError(
        "usage",
        `Cannot report on run "${id}": there is no such run; ${
          newest === undefined ? "none is recorded yet" : `the newest is ${newest.run_id}`
        }`,
        { context: { run_id: id } },
      );
    }
    const now = Date.now();
    // One state of the database for all of the page, while a run may be writing.
    db.exec("BEGIN");
    const about = { now, cwd };
    const text = run === undefined
      ? renderRuns(db, { ...about, limit })
      : renderRun(db, run, about);
    await writeWhole(out, (temporary) => Deno.writeTextFile(temporary, text), {
      force: flags.force || isPage(out),
      inputs: [audit],
    });
    const runs = run === undefined ? recentRuns(db, limit).length : 1;
    const bytes = new TextEncoder().encode(text).length;
    write(
      flags.json
        ? jsonDocument({ audit, page: out, runs, bytes })
        : `${countOf(runs, "run")} in ${escapeLine(out)} (${formatBytes(bytes)})\n`,
    );
    return EXIT_CODES.complete;
  },
});

function outOf(
  [run]: readonly string[],
  { out }: { readonly out: string | undefined },
  cwd: string,
): string {
  if (out !== undefined) return pathFrom(cwd, out);
  // An id that is none must not lead to another folder.
  return pathFrom(
    cwd,
    run === undefined ? "report.html" : `report-${encodeURIComponent(run)}.html`,
  );
}
