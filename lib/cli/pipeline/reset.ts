import { defineCommand } from "../command.ts";
import { CONFIG, DRY_RUN, JSON_FLAG } from "./_flags.ts";
import { load } from "../load.ts";

/** `headwaters pipeline reset STREAM` */
export const pipelineReset = defineCommand({
  spec: {
    name: "",
    meaning: "Move the watermark of a stream back, or forget it; what is published stays known",
    note:
      "The watermark is the newest value that an incremental stream has read: the next run asks for what comes after it. Move it back after a retraction, or if the source has added older records; what is published and known is not published twice.",
    words: { STREAM: "The stream, such as usgs.events" },
    flags: {
      config: CONFIG,
      to: {
        type: "string",
        value: "VALUE",
        meaning: "Where the next run goes on; a time is ISO 8601, in UTC if it names no zone",
        default: "nowhere: the stream is read from its beginning",
      },
      "dry-run": DRY_RUN,
      json: JSON_FLAG,
    },
    examples: {
      "headwaters pipeline reset usgs.events --to 2018-02-01": "read on from there",
      "headwaters pipeline reset usgs.events --dry-run": "what the next run would ask for",
    },
  },
  async run({ words, flags }, { cwd, env, signal, start }) {
    const { launchReset, openPipeline } = await load("pipeline/mod.ts");
    const opened = await openPipeline(flags.config, { cwd, env, signal, start });
    return await launchReset(opened, words, flags);
  },
});
