import { join } from "@std/path";
import { openAudit } from "../../lib/audit/mod.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import { loadConfig } from "../../lib/pipeline/mod.ts";
import { runPipeline } from "../06_pipeline.ts";

/** Points at which a run may die while it publishes, in their order. */
export const KILL_POINTS = {
  "before the intent is committed": "publish-intent:before-commit",
  "after it": "publish-intent:after-commit",
  "the file is renamed, not confirmed": "publish-confirm:before-commit",
  "it is confirmed, without a manifest": "publish-confirm:after-commit",
} as const;

/** One of {@linkcode KILL_POINTS}. */
export type KillPoint = keyof typeof KILL_POINTS;

/** What is left of a run. */
export interface Left {
  /** Verdicts in the audit database. */
  readonly verdicts: number;
  /** Data files in the lake's folders. */
  readonly "in the lake": number;
  /** Data files that the audit database says are in their places. */
  readonly confirmed: number;
  /** Data files that manifests name: what a reader sees. */
  readonly "for readers": number;
}

class Killed extends Error {
  override readonly name = "Killed";
}

const YAML = `name: shop
sources:
  - { name: vendor, type: files, path: inbox, min_age: 0s, expect: { columns: [sku, price] } }
`;

/** Takes one file in, killed at a point, and then once more to the end; says what is there after each. */
export async function killedAt(
  folder: string,
  point: KillPoint,
): Promise<{ readonly killed: Left; readonly again: Left }> {
  await Deno.mkdir(join(folder, "inbox"), { recursive: true });
  await Deno.writeTextFile(join(folder, "inbox/may.csv"), "sku,price\na,1\nb,2\n");
  const path = join(folder, "pipeline.yaml");
  await Deno.writeTextFile(path, YAML);
  const config = await loadConfig(path, { env: () => undefined });
  const observe = (step: DiskStep) => {
    if (step.kind === "point" && step.name === KILL_POINTS[point]) isDead = true;
    // What a `finally` would still do is not done either.
    if (isDead) throw new Killed(point);
  };
  let isDead = false;
  await runPipeline(config, { observe }).catch((error) => {
    if (!(error instanceof Killed)) throw error;
  });
  const killed = await leftIn(folder);
  await runPipeline(config);
  return { killed, again: await leftIn(folder) };
}

async function leftIn(folder: string): Promise<Left> {
  using db = openAudit(join(folder, "audit.db"));
  const count = (from: string) =>
    db.get<{ n: number }>(`SELECT count(*) AS n FROM ${from}`)?.n ?? NaN;
  const stream = join(folder, "lake/raw/vendor/vendor");
  const files = await namesIn(stream, /^dt=.*\.csv\.gz$/);
  const manifests = await namesIn(stream, /^_manifests\/.*\.json$/);
  const named = await Promise.all(manifests.map(async (name) => {
    const { files } = JSON.parse(await Deno.readTextFile(join(stream, name)));
    return files.length as number;
  }));
  return {
    verdicts: count("files"),
    "in the lake": files.length,
    confirmed: count("publications WHERE kind = 'file' AND status = 'published'"),
    "for readers": named.reduce((sum, one) => sum + one, 0),
  };
}

/** Paths below a folder, one folder deep; none if it is not there. */
async function namesIn(folder: string, pattern: RegExp): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      for await (const inner of Deno.readDir(join(folder, name))) {
        if (pattern.test(`${name}/${inner.name}`)) names.push(`${name}/${inner.name}`);
      }
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names;
}
