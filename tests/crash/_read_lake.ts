import { gunzipSync } from "node:zlib";
import { join } from "@std/path";

/** The deterministic part of a lake: what a reader finds by its manifests, and what was rejected. */
export interface LakeContents {
  /** Lines of each stream in the order of the manifests. */
  readonly streams: Readonly<Record<string, readonly string[]>>;
  /** Names in quarantine with their lines. */
  readonly quarantine: readonly string[];
  /** What is left in the staging folder. */
  readonly staging: readonly string[];
}

/** Reads a lake as a careful reader would: only files that manifests name; a snapshot's newest only. */
export function readLake(lake: string): LakeContents {
  const streams: Record<string, string[]> = {};
  for (const source of names(join(lake, "raw"))) {
    for (const stream of names(join(lake, "raw", source))) {
      streams[`${source}.${stream}`] = readStream(lake, join(lake, "raw", source, stream));
    }
  }
  return {
    streams,
    quarantine: walk(join(lake, "quarantine")).flatMap((path) => {
      const name = path.slice(lake.length).replace(/[0-9A-Z]{26}/, "RUN");
      const text = Deno.readTextFileSync(path);
      const stable = text.replaceAll(/"run_id": "[^"]*"/g, "").replaceAll(
        /127\.0\.0\.1:\d+/g,
        "HOST",
      );
      return stable.split("\n").map((line) => `${name}: ${line}`);
    }).sort(),
    staging: walk(join(lake, "_tmp")),
  };
}

function readStream(lake: string, folder: string): string[] {
  const manifests = names(join(folder, "_manifests")).filter((name) => name.endsWith(".json"));
  const current = Deno.readTextFileSync(join(folder, "_manifests/_current")).trim();
  const lines: string[] = [];
  const read = manifests.map((name) =>
    JSON.parse(Deno.readTextFileSync(join(folder, "_manifests", name)))
  );
  const gone = new Set(read.flatMap(({ supersedes = [] }) => supersedes));
  const kept = read.filter(({ run_id }) => !gone.has(run_id));
  const old = new Set(kept.flatMap(({ replaces = [] }) => replaces));
  for (const manifest of read) {
    if (manifest.mode === "snapshot" && manifest.run_id !== current) continue;
    if (gone.has(manifest.run_id)) continue;
    for (const file of manifest.files) {
      if (old.has(file.path)) continue;
      const bytes = Deno.readFileSync(join(lake, file.path));
      if (bytes.length !== file.bytes) throw new Error(`${file.path} has another size`);
      const text = new TextDecoder().decode(gunzipSync(bytes));
      for (const line of text.split("\n")) if (line !== "") lines.push(line);
    }
  }
  return lines;
}

function names(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Returns every file below a folder; nothing if there is none. */
export function walk(folder: string): string[] {
  return names(folder).flatMap((name) => {
    const path = join(folder, name);
    return Deno.statSync(path).isDirectory ? walk(path) : [path];
  });
}
