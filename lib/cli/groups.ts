import { PIPELINE } from "./pipeline/group.ts";
import { FILES } from "./files/group.ts";
import { API } from "./api/group.ts";
import { DB } from "./db/group.ts";
import { LOGS } from "./logs/group.ts";
import { AUDIT } from "./audit/group.ts";
import { ERRORS } from "./errors/group.ts";
import type { CommandGroup } from "./command.ts";

/** Every group of commands by its name. */
export const GROUPS: Readonly<Record<string, CommandGroup>> = {
  pipeline: PIPELINE,
  files: FILES,
  api: API,
  db: DB,
  logs: LOGS,
  audit: AUDIT,
  errors: ERRORS,
};
