import { UsageError } from "../../errors/mod.ts";
import { defineCommand } from "../command.ts";
import { checkReadable } from "../inputs.ts";
import { refuseInputs } from "../no_input.ts";
import { pathFrom } from "../words.ts";
import { CONFIG, DRY_RUN, JSON_FLAG } from "./_flags.ts";
import { load } from "../load.ts";
import { refuseServerFlags, SERVER_FLAGS } from "../server_flags.ts";
import { variableOf } from "../variable_flag.ts";
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
        value: "DATABASE",
        meaning:
          "duckdb:FILE or postgres://USER@HOST:PORT/DATABASE: a table for each stream, in a schema named after its source; a table of that name that is not the work of a load is never replaced",
        required: true,
      },
      ...SERVER_FLAGS,
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
      "headwaters pipeline load --to postgres://etl@db.example.com/shop --password-env SHOP_PW -c my.yaml":
        "over TLS",
    },
  },
  async run({ flags }, { cwd, env, signal, start, write }) {
    const { inputsOf, isPostgres, launchEngine, launchPostgres, refuseParts } = await load(
      "pipeline/mod.ts",
    );
    const { ca, "password-env": password } = flags;
    const caller = { cwd, env, signal, start };
    if (isPostgres(flags.to)) {
      if (flags.program !== undefined) {
        throw new UsageError("usage", "Cannot use --program with a server: it starts no program", {
          context: { flag: "--program" },
        });
      }
      if (ca !== undefined) checkReadable(ca, pathFrom(cwd, ca));
      return await launchPostgres(flags.config, caller, {
        ...flags,
        passwordEnv: password && variableOf("password-env", password),
        ca: ca && pathFrom(cwd, ca),
        write,
      });
    }
    refuseServerFlags(flags);
    if (!flags.to.startsWith(PREFIX) || flags.to === PREFIX) {
      throw new UsageError(
        "usage",
        `Cannot load into "${flags.to}": expected duckdb:FILE or postgres://USER@HOST:PORT/DATABASE`,
        { context: { flag: "--to" } },
      );
    }
    const to = pathFrom(cwd, flags.to.slice(PREFIX.length));
    if (to.includes("?")) {
      throw new UsageError(
        "usage",
        `Cannot load into "${to}": DuckDB cuts paths at a "?"; rename it`,
        { context: { path: to } },
      );
    }
    const inputs = await inputsOf(flags.config, { cwd, env });
    refuseInputs([to], inputs);
    refuseParts(to, inputs.keeps);
    const request = { ...flags, engine: "duckdb", to, write } as const;
    return await launchEngine(flags.config, caller, request);
  },
});
