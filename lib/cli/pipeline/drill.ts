import { join } from "node:path";
import { UsageError } from "../../errors/mod.ts";
import { exists } from "../../io/mod.ts";
import { childEnvironment, DENO_RUN } from "../../process/mod.ts";
import { defineCommand } from "../command.ts";
import { JSON_FLAG } from "./_flags.ts";
import { load } from "../load.ts";

/** What may be done with drills. */
const ACTIONS: readonly string[] = ["list", "run", "all"];

/** `headwaters pipeline drill` */
export const pipelineDrill = defineCommand({
  spec: {
    name: "",
    meaning:
      "Practice failures: each is caused on a simulated machine, and lake, audit database and log are verified",
    words: {
      ACTION: "list, run or all",
      "[NAME]": "The drill to run",
    },
    flags: { json: JSON_FLAG },
    examples: {
      "headwaters pipeline drill list": "every failure that can be practiced",
      "headwaters pipeline drill run kill-in-publish": "one, with its log",
      "headwaters pipeline drill all": "all of them, which takes a minute",
    },
  },
  async run({ words: [action = "", name], flags }, { cwd, env, signal, start }) {
    if (!ACTIONS.includes(action) || (action === "run") === (name === undefined)) {
      throw new UsageError(
        "usage",
        `Cannot use "${[action, name ?? ""].join(" ").trim()}": expected list, run NAME or all`,
      );
    }
    const { PROJECT_ROOT } = await load("pipeline/mod.ts");
    const script = join(PROJECT_ROOT, "tests/simulation/drill.ts");
    if (!exists(script)) {
      throw new UsageError(
        "usage",
        `Cannot run drills: there is no "${script}"; drills are part of the project's tests, which its clone has`,
      );
    }
    const args = [action, ...(name === undefined ? [] : [name]), ...(flags.json ? ["--json"] : [])];
    return await start([
      ...DENO_RUN,
      "--no-check",
      `--allow-read=${PROJECT_ROOT}`,
      "--allow-run=deno",
      script,
      ...args,
    ], { env: childEnvironment({ env, names: [], cwd }), signal });
  },
});
