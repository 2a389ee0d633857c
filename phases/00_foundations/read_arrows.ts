import { join } from "node:path";

/** The areas that one area imports, by its own source. */
export type Arrows = ReadonlyMap<string, ReadonlySet<string>>;

const IMPORT = /^(?:import|export)\b[^"';]*?\bfrom\s+"\.\.\/(?:\.\.\/)*(\w+)\/mod\.ts"/gm;

/**
 * Reads which area of a library imports which, from the code's own import statements.
 *
 * @param lib The folder of the areas.
 */
export async function readArrows(lib: string): Promise<Arrows> {
  const arrows = new Map<string, Set<string>>();
  for await (const { name, isDirectory } of Deno.readDir(lib)) {
    if (!isDirectory || name.startsWith("_")) continue;
    const found = new Set<string>();
    for await (const source of sources(join(lib, name))) {
      for (const [, area = ""] of source.matchAll(IMPORT)) if (area !== name) found.add(area);
    }
    arrows.set(name, found);
  }
  return arrows;
}

/**
 * Puts areas into layers: each imports only from layers before its own.
 *
 * @returns Layers from the ground up, each in alphabetical order; `undefined` if imports go in a circle.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const arrows = new Map([["db", new Set(["errors"])], ["errors", new Set<string>()]]);
 * assertEquals(layersOf(arrows), [["errors"], ["db"]]);
 * ```
 */
export function layersOf(arrows: Arrows): string[][] | undefined {
  const layers: string[][] = [];
  const placed = new Set<string>();
  while (placed.size < arrows.size) {
    const next = [...arrows].filter(([area, targets]) =>
      !placed.has(area) && [...targets].every((target) => placed.has(target))
    ).map(([area]) => area).sort();
    if (next.length === 0) return undefined;
    layers.push(next);
    for (const area of next) placed.add(area);
  }
  return layers;
}

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* sources(path);
    else if (entry.name.endsWith(".ts")) yield await Deno.readTextFile(path);
  }
}
