import { defineCommand } from "../command.ts";
import { countOf, escapeLine } from "../../terminal/mod.ts";
import { load } from "../load.ts";
import { CONFIG, DRY_RUN, JSON_FLAG, LOG_JSON } from "./_flags.ts";
import { printPlan } from "./plan.ts";

/** `headwaters pipeline backfill STREAM` */
export const pipelineBackfill = defineCommand({
  spec: {
    name: "",
    meaning: "Read a half-open range of one stream again; its watermark and its readers stay",
    words: { STREAM: "The stream, such as usgs.events" },
    flags: {
      config: CONFIG,
      from: {
        type: "string",
        value: "VALUE",
        meaning: "First date, time or number that belongs to it; in UTC if it names no zone",
        default: "open",
      },
      to: {
        type: "string",
        value: "VALUE",
        meaning: "First one that does not belong to it",
        default: "open",
      },
      step: {
        type: "string",
        value: "LENGTH",
        meaning: "Length of one run, such as 1d, or a number where the stream goes by numbers",
        default: "all of it is one run",
      },
      "dry-run": DRY_RUN,
      json: JSON_FLAG,
      "log-json": LOG_JSON,
    },
    examples: {
      "headwaters pipeline backfill usgs.events --from 2018-02-01 --to 2018-02-03":
        "two days once more, in UTC",
      "headwaters pipeline backfill usgs.events --from 2018-01-01 --to 2019-01-01 --step 1d":
        "a year, a run for each day",
    },
  },
  async run({ words, flags }, context) {
    const { cwd, env, signal, start, write, tell } = context;
    const { backfillSteps, launchBackfill, openPipeline } = await load("pipeline/mod.ts");
    const opened = await openPipeline(flags.config, { cwd, env, signal, start });
    if (flags["dry-run"]) {
      const steps = backfillSteps(opened.config, words, flags);
      const code = await printPlan({ ...flags, backfill: steps[0] }, context);
      if (steps.length > 1) write(stepsText(steps));
      return code;
    }
    const onStop = (message: string) => write(`${message}\n`);
    return await launchBackfill(opened, words, { ...flags, write, tell, onStop });
  },
});

/** Says how many runs there would be; the plan is that of the first. */
function stepsText(steps: readonly string[]): string {
  const range = (step = "") => escapeLine(step.slice(step.indexOf("=") + 1));
  return `${countOf(steps.length, "run")} like this one, one after the other:\n` +
    `  first  ${range(steps[0])}\n  last   ${range(steps.at(-1))}\n`;
}
