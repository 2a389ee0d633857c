import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** Root of the project: the folder of deno.json. */
export const PROJECT_ROOT: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
