import type { CommandGroup } from "../command.ts";
import { apiFetch } from "./fetch.ts";

/** Commands of `headwaters api`: a new one is a file and a line. */
export const API: CommandGroup = {
  meaning: "Read listings from HTTP APIs, and say whether they are complete",
  commands: { fetch: apiFetch },
};
