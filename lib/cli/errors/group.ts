import type { CommandGroup } from "../command.ts";
import { errorsExplain } from "./explain.ts";
import { errorsList } from "./list.ts";

/** Commands of `headwaters errors`: a new one is a file and a line. */
export const ERRORS: CommandGroup = {
  meaning: "Explain error and reject codes",
  commands: { list: errorsList, explain: errorsExplain },
};
