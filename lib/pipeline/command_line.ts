import { join, relative } from "node:path";
import { shellWord } from "./_shell_word.ts";
import { PROJECT_ROOT } from "./project_root.ts";

/**
 * Returns how a command of this pipeline is typed in the user's folder. In the project a task is the shortest way;
 * elsewhere there is the command that the shim installs.
 */
export function commandLine(cwd: string, configPath: string): (words: string) => string {
  const isInProject = cwd === PROJECT_ROOT;
  const path = relative(cwd, configPath);
  const known = isInProject ? join("data", "pipeline.yaml") : "pipeline.yaml";
  const config = path === known
    ? ""
    : ` -c ${shellWord(path.startsWith("..") ? configPath : path)}`;
  return (words) => {
    const isOfPipeline = words.startsWith("pipeline ");
    const line = isInProject
      ? `deno task ${isOfPipeline ? "" : "headwaters "}${words}`.replace(/ run$/, "")
      : `headwaters ${words}`;
    return isOfPipeline ? line + config : line;
  };
}
