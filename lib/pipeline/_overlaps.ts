import { isAbsolute, relative } from "node:path";
import type { ConfigValues, Problem } from "../config/mod.ts";
import { realPath } from "../process/mod.ts";
import type { SourceConfig } from "./source_type.ts";
import { sourceTypeOf } from "./sources/mod.ts";

/**
 * Finds folders that would take in the pipeline's own output, by where they lead: a run must not read what it writes,
 * nor write two things to one place.
 */
export function overlaps(
  config: Pick<ConfigValues, "lake" | "audit" | "log_dir"> & {
    readonly sources: readonly unknown[];
  },
): Problem[] {
  const outputs = [
    { key: "lake", name: "the lake", path: config.lake, isFolder: true },
    { key: "audit", name: "the audit database", path: config.audit, isFolder: false },
    { key: "log_dir", name: "the logs", path: config.log_dir, isFolder: true },
  ].map((output) => ({ ...output, place: realPath(output.path) }));
  const twice = outputs.flatMap(({ key, place }, index) => {
    const other = outputs.slice(0, index).find((output) => output.place === place);
    return other === undefined ? [] : [problem([key], `the place of ${other.name}`)];
  });
  const inputs = (config.sources as readonly SourceConfig[]).flatMap((source, index) => {
    const { read = [] } = sourceTypeOf(source).needs(source, { sandboxUrl: "http://127.0.0.1" });
    return read.map((folder) => ({ key: keyOf(source, folder, index), place: realPath(folder) }));
  });
  const around = inputs.flatMap(({ key, place }) =>
    outputs.flatMap((output) => {
      const text = `${output.name} ${quote(output.path)}`;
      if (isInside(output.place, place)) return [problem(key, `a folder that holds ${text}`)];
      const within = output.isFolder && isInside(place, output.place);
      return within ? [problem(key, `a folder inside ${text}`)] : [];
    })
  );
  const odd = outputs.flatMap(({ key, path, isFolder }) => {
    const isOdd = kindOf(path) === (isFolder ? "file" : "folder");
    return isOdd ? [{ path: [key], text: isFolder ? FILE : FOLDER, env: false }] : [];
  });
  return [...twice, ...around, ...odd];
}

const FILE = "found a file, expected a folder, or a name for a new one";
const FOLDER = "found a folder, expected a file, or a name for a new one";

function kindOf(path: string): "file" | "folder" | "nothing" {
  try {
    return Deno.statSync(path).isDirectory ? "folder" : "file";
  } catch {
    return "nothing"; // Whatever the reason is, the run that makes it says so.
  }
}

/** The key that names a folder; what a module asks for is in no key but that of the module. */
function keyOf(source: SourceConfig, folder: string, index: number): PropertyKey[] {
  const [key] = Object.entries(source).find(([, value]) => value === folder) ?? ["type"];
  return ["sources", index, key];
}

function problem(path: PropertyKey[], state: string): Problem {
  return { path, text: `found ${state}, expected folders apart`, env: false };
}

function quote(path: string): string {
  return JSON.stringify(path);
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !/^\.\.[\\/]/.test(way) && !isAbsolute(way);
}
