import { UsageError } from "../../errors/mod.ts";
import { defineCommand } from "../command.ts";
import { refuseInputs } from "../no_input.ts";
import { pathFrom } from "../words.ts";
import { CONFIG, DRY_RUN, JSON_FLAG } from "./_flags.ts";
import { load } from "../load.ts";
import { PROGRAM } from "./verify.ts";

const PREFIX = "duckdb:";

/** `headwaters pipeline load --to duckdb:FILE` */
export const pipelineLoad = defineCommand({
  spec: {
    name: "",
    meaning: "Load what is published into a database, by its own engine, each run once",
    flags: {
      config: CONFIG,
      to: {
        type: "string",
        value: "duckdb:FILE",
        meaning:
          "The database: a table a stream, in a schema named as its source; one that no load made is refused",
        required: true,
      },
      program: {
        ...PROGRAM,
        meaning: "DuckDB's binary; the runtime does not confine it",
        default: "duckdb, on the PATH",
      },
      "dry-run": DRY_RUN,
      json: JSON_FLAG,
    },
    examples: {
      "headwaters pipeline load --to duckdb:shop.duckdb -c my.yaml":
        "what is new since the last time",
    },
  },
  async run({ flags }, { cwd, env, signal, start, write }) {
    const { inputsOf, launchEngine } = await load("pipeline/mod.ts");
    if (!flags.to.startsWith(PREFIX) || flags.to === PREFIX) {
      throw new UsageError("usage", `Cannot load into "${flags.to}": expected duckdb:FILE`);
    }
    const to = pathFrom(cwd, flags.to.slice(PREFIX.length));
    if (to.includes("?")) {
      throw new UsageError(
        "usage",
        `Cannot load into "${to}": DuckDB cuts paths at a "?"; rename it`,
      );
    }
    refuseInputs([to], await inputsOf(flags.config, { cwd, env }));
    const request = { ...flags, engine: "duckdb", to, write } as const;
    return await launchEngine(flags.config, { cwd, env, signal, start }, request);
  },
});
