import type { CommandGroup } from "../command.ts";
import { dbExtract } from "./extract.ts";

/** Commands of `headwaters db`: a new one is a file and a line. */
export const DB: CommandGroup = {
  meaning: "Read tables of SQLite and PostgreSQL",
  commands: { extract: dbExtract },
};
