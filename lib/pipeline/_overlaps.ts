import { isAbsolute, relative } from "@std/path";
import type { ConfigValues, Problem } from "../config/mod.ts";
import type { SourceConfig } from "./source_type.ts";
import { sourceTypeOf } from "./sources/mod.ts";

/** Finds folders that would take in the pipeline's own output: a run must not read what it writes. */
export function overlaps(config: ConfigValues): Problem[] {
  const { lake, audit } = config;
  return (config.sources as readonly SourceConfig[]).flatMap((source, index) => {
    const { read = [] } = sourceTypeOf(source).needs(source, { sandboxUrl: "http://127.0.0.1" });
    const path = ["sources", index, "path"];
    return read.flatMap((folder) => {
      const states: string[] = [];
      if (isInside(lake, folder)) states.push(`a folder that holds the lake ${quote(lake)}`);
      else if (isInside(folder, lake)) states.push(`a folder inside the lake ${quote(lake)}`);
      if (isInside(audit, folder)) {
        states.push(`a folder that holds the audit database ${quote(audit)}`);
      }
      return states.map((state) => ({
        path,
        text: `found ${state}, expected folders apart`,
        env: false,
      }));
    });
  });
}

function quote(path: string): string {
  return JSON.stringify(path);
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !/^\.\.[\\/]/.test(way) && !isAbsolute(way);
}
