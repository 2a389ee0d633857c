import { UsageError } from "../../errors/mod.ts";
import { defineCommand } from "../command.ts";
import { CONFIG, DRY_RUN, JSON_FLAG } from "./_flags.ts";
import { load } from "../load.ts";

/** The program of an engine. */
export const PROGRAM = {
  type: "string",
  value: "FILE",
  meaning: "DuckDB's binary, or a Python that has PySpark; the runtime does not confine it",
  default: "duckdb, or python3, on the PATH",
} as const;

/** `headwaters pipeline verify` */
export const pipelineVerify = defineCommand({
  spec: {
    name: "",
    meaning:
      "Have an engine read every value of the lake in its type, and compare the rows it counts with the manifests; no table is made or changed",
    flags: {
      config: CONFIG,
      engine: {
        type: "string",
        value: "NAME",
        meaning: "Who reads it: duckdb or spark",
        default: "duckdb",
      },
      program: PROGRAM,
      "dry-run": DRY_RUN,
      json: JSON_FLAG,
    },
    examples: {
      "headwaters pipeline verify -c my.yaml": "in DuckDB",
      "headwaters pipeline verify --engine spark --program .venv/bin/python": "in Spark",
    },
  },
  async run({ flags }, { cwd, env, signal, start, write }) {
    const { launchEngine } = await load("pipeline/mod.ts");
    const { engine = "duckdb" } = flags;
    if (engine !== "duckdb" && engine !== "spark") {
      throw new UsageError("usage", `Cannot verify with "${engine}": expected duckdb or spark`, {
        context: { flag: "--engine" },
      });
    }
    return await launchEngine(flags.config, { cwd, env, signal, start }, {
      ...flags,
      engine,
      write,
    });
  },
});
