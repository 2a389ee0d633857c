import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { join } from "@std/path";
import type { Manifest } from "../../lib/lake/mod.ts";
import type { SimulatedDisk } from "./_disk.ts";

/** A stream as a careful reader finds it: only what manifests name. */
export interface ReadStream {
  readonly id: string;
  readonly current: string | undefined;
  /** Those that no other one supersedes. */
  readonly manifests: readonly Manifest[];
  /** Those that another one supersedes: a retracted run may have been published by its own retraction. */
  readonly superseded: readonly Manifest[];
  /** Decompressed text of each named file, by its path. */
  readonly texts: ReadonlyMap<string, string>;
  /** The same of those that are superseded. */
  readonly withdrawn: ReadonlyMap<string, string>;
}

/** A lake as its readers find it. */
export interface ReadLake {
  readonly streams: ReadonlyMap<string, ReadStream>;
  /** Data that no manifest names. */
  readonly strangers: readonly string[];
  readonly staging: readonly string[];
  /** Where manifests and files contradict each other. */
  readonly faults: readonly string[];
  readonly quarantine: string;
}

/**
 * Reads the lake on a simulated disk, without disturbing it.
 *
 * @param known Takes what was decompressed, by its sha256, for the next time.
 */
export function readLake(
  disk: SimulatedDisk,
  lake: string,
  known: Map<string, string> = new Map(),
): ReadLake {
  const files = disk.copyOf(lake);
  const streams = new Map<string, ReadStream>();
  const named = new Set<string>();
  const retracted = new Set<string>();
  const faults: string[] = [];
  for (const [id, all] of manifestsOf(files, faults)) {
    const gone = new Set(all.flatMap(({ supersedes = [] }) => supersedes));
    const manifests = all.filter(({ run_id }) => !gone.has(run_id));
    const superseded = all.filter(({ run_id }) => gone.has(run_id));
    const [texts, withdrawn] = [new Map<string, string>(), new Map<string, string>()];
    for (const file of superseded.flatMap(({ files }) => files)) {
      retracted.add(file.path);
      const text = textOf(files.get(file.path), { file, faults: [], known });
      if (text !== undefined) withdrawn.set(file.path, text);
    }
    for (const file of manifests.flatMap(({ files }) => files)) {
      if (named.has(file.path)) faults.push(`${file.path} is in two manifests`);
      named.add(file.path);
      const text = textOf(files.get(file.path), { file, faults, known });
      if (text !== undefined) texts.set(file.path, text);
    }
    const pointer = files.get(`raw/${id.replace(".", "/")}/_manifests/_current`);
    const current = pointer && new TextDecoder().decode(pointer).trim();
    if (current !== undefined && !all.some(({ run_id }) => run_id === current)) {
      faults.push(`_current of ${id} names ${current}, which has no manifest`);
    }
    streams.set(id, { id, current, manifests, superseded, texts, withdrawn });
  }
  const names = [...files.keys()];
  return {
    streams,
    faults,
    strangers: names.filter((path) =>
      /^raw\/.*\.gz$/.test(path) && !named.has(path) && !retracted.has(path)
    ),
    staging: names.filter((path) => path.startsWith(join("_tmp", "/"))),
    quarantine: names.filter((path) => path.startsWith("quarantine/")).sort()
      .map((path) => new TextDecoder().decode(files.get(path))).join("\n"),
  };
}

/** The manifests of each stream, in the order of their runs. */
function manifestsOf(
  files: ReadonlyMap<string, Uint8Array>,
  faults: string[],
): Map<string, Manifest[]> {
  const streams = new Map<string, Manifest[]>();
  for (const path of [...files.keys()].sort()) {
    const [, source, stream] = /^raw\/([^/]+)\/([^/]+)\/_manifests\/.+\.json$/.exec(path) ?? [];
    const manifest = source && parse(files.get(path), path, faults);
    if (!manifest) continue;
    const id = `${source}.${stream}`;
    streams.set(id, [...streams.get(id) ?? [], manifest]);
  }
  return streams;
}

function parse(
  bytes: Uint8Array | undefined,
  path: string,
  faults: string[],
): Manifest | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    faults.push(`${path} is not JSON`);
    return undefined;
  }
}

function textOf(
  bytes: Uint8Array | undefined,
  about: {
    readonly file: Manifest["files"][number];
    readonly faults: string[];
    readonly known: Map<string, string>;
  },
): string | undefined {
  const { file, faults, known } = about;
  if (bytes === undefined) {
    faults.push(`${file.path} is in a manifest and not in the lake`);
    return undefined;
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== file.sha256 || bytes.length !== file.bytes) {
    faults.push(`${file.path} is not what its manifest says`);
    return undefined;
  }
  const text = known.get(sha256) ?? new TextDecoder().decode(gunzipSync(bytes));
  known.set(sha256, text);
  return text;
}
