import { join } from "node:path";
import type { WorkFolders } from "../_narrator/mod.ts";

/** Files of a lake, by its manifests and by its views, sorted. */
export interface ComparedViews {
  readonly named: readonly string[];
  readonly viewed: readonly string[];
}

/** Reads the manifests of the lake and the script of its views, which is text. */
export async function compareViews(work: WorkFolders): Promise<ComparedViews> {
  const lake = work.path(6, "lake");
  const named: string[] = [];
  for await (const source of Deno.readDir(join(lake, "raw"))) {
    for await (const stream of Deno.readDir(join(lake, "raw", source.name))) {
      const folder = join(lake, "raw", source.name, stream.name, "_manifests");
      for await (const { name } of Deno.readDir(folder)) {
        if (!name.endsWith(".json")) continue;
        const { files } = JSON.parse(await Deno.readTextFile(join(folder, name)));
        named.push(...files.map(({ path }: { readonly path: string }) => path));
      }
    }
  }
  const sql = await Deno.readTextFile(join(lake, "_views/duckdb.sql"));
  const viewed = [...sql.matchAll(/\/(raw\/[^']+)'/g)].map(([, path = ""]) => path);
  return { named: named.sort(), viewed: [...new Set(viewed)].sort() };
}
