import { relative } from "node:path";
import { asTyped, pathWord } from "../terminal/mod.ts";
import { defaultConfig } from "./pipeline_caller.ts";

/** Returns how a command of this pipeline is typed in the user's folder; `-c` names it where it is not found without. */
export function commandLine(cwd: string, configPath: string): (words: string) => string {
  const path = relative(cwd, configPath);
  const config = configPath === defaultConfig(cwd)
    ? ""
    : ` -c ${pathWord(path.startsWith("..") ? configPath : path)}`;
  return (words) => {
    const line = asTyped(`headwaters ${words}`, cwd);
    if (!words.startsWith("pipeline ")) return line;
    return line.replace(/^(deno task pipeline) run$/, "$1") + config;
  };
}
