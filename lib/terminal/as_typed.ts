import { isInside, PROJECT_ROOT } from "../io/mod.ts";

/**
 * Writes the commands in a text as they are typed in a folder. Texts call the program `headwaters`, as the installed
 * command does; in the project a task is the shortest way, installed or not.
 *
 * @param text Text with command lines such as `headwaters files split`.
 * @param cwd Folder where the user is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { PROJECT_ROOT } from "../io/mod.ts";
 *
 * assertEquals(asTyped("see headwaters files --help", "/"), "see headwaters files --help");
 * assertEquals(asTyped("see headwaters files --help", PROJECT_ROOT), "see deno task headwaters files --help");
 * assertEquals(asTyped("headwaters pipeline: unknown command", PROJECT_ROOT), "deno task pipeline: unknown command");
 * ```
 */
export function asTyped(text: string, cwd: string): string {
  if (!isInside(cwd, PROJECT_ROOT)) return text;
  // A word after `pipeline` that is no command was typed after the task; `headwaters pipeline` alone is not the task, which runs.
  return text.replace(
    /(?<!deno task )\bheadwaters (pipeline(?: |(?=: unknown )))?(?=(?:api|audit|db|errors|files|logs)\b|--|: unknown |[a-z]+)/g,
    (_, pipeline?: string) => `deno task ${pipeline ?? "headwaters "}`,
  );
}
