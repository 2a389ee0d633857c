import type { CommandGroup } from "../command.ts";
import { logsParse } from "./parse.ts";

/** Commands of `headwaters logs`: a new one is a file and a line. */
export const LOGS: CommandGroup = {
  meaning: "Parse logs of many formats into one schema",
  commands: { parse: logsParse },
};
