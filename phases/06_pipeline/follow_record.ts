import { createHash } from "node:crypto";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { openAudit } from "../../lib/audit/mod.ts";
import { loadConfig, withRunLog } from "../../lib/pipeline/mod.ts";
import { startSandbox } from "../../lib/sandbox/mod.ts";
import { runPipeline } from "../06_pipeline.ts";

/** A place where a record was found. */
export type Station = {
  readonly phase: string;
  readonly where: string;
  readonly "found by": string;
};

const YAML = `name: followed
sources:
  - name: usgs
    type: api
    sandbox: usgs
    streams:
      - name: events
        path: /fdsnws/event/1/query
        params: { format: geojson, orderby: time-asc, starttime: "2018-01-31" }
        records: features
        pagination:
          { type: offset, offset_param: offset, size_param: limit, size: 500, start: 1, total_from: { path: /fdsnws/event/1/count, field: count } }
        primary_key: [id]
`;

interface ManifestFile {
  readonly path: string;
  readonly sha256: string;
}

/** Pulls a week of earthquakes through a whole run, and follows the strongest one from its page to the view. */
export async function followRecord(folder: string, samples: string): Promise<Station[]> {
  await Deno.mkdir(folder, { recursive: true });
  const path = join(folder, "pipeline.yaml");
  await Deno.writeTextFile(path, YAML);
  await using sandbox = await startSandbox({ samples });
  const config = await loadConfig(path, { env: () => undefined });
  const summary = await withRunLog(
    config,
    { json: false },
    (log) => runPipeline(config, { ...log, sandboxUrl: sandbox.url }),
  );
  const quake = await strongest(config.lake);
  const page = await pageOf(config.audit, quake.id);
  const log = (await Deno.readTextFile(summary.log ?? "")).split("\n");
  const lines = log.filter((line) => line.includes(page.request_id));
  const views = await Deno.readTextFile(join(config.lake, "_views/duckdb.sql"));
  return [
    {
      phase: "1 APIs",
      where: `page ${page.number} of the listing`,
      "found by": "its id, in the answer",
    },
    { phase: "2 Files", where: quake.file.path, "found by": `its id, line ${quake.line}` },
    {
      phase: "3 Databases",
      where: "publications, kind part",
      "found by": publicationOf(config.audit, quake.file) ? "the sha256 of the part" : "nothing",
    },
    {
      phase: "4 Errors and logging",
      where: "the run's log",
      "found by": lines.length > 0 ? "the page's request id" : "nothing",
    },
    {
      phase: "6 The pipeline",
      where: "the manifest, and the view of the stream",
      "found by": views.includes(quake.file.path) ? "the path of the part" : "nothing",
    },
  ].map((station) => ({ ...station, where: station.where.replaceAll(/[0-9A-Z]{26}/g, "<run>") }));
}

/** Finds it in the parts that the manifest names. */
async function strongest(lake: string) {
  const folder = join(lake, "raw/usgs/events");
  const [manifest] = [...Deno.readDirSync(join(folder, "_manifests"))]
    .filter(({ name }) => name.endsWith(".json"));
  const text = await Deno.readTextFile(join(folder, "_manifests", manifest?.name ?? ""));
  const files: readonly ManifestFile[] = JSON.parse(text).files;
  const found = files.flatMap((file) => {
    const bytes = Deno.readFileSync(join(lake, file.path));
    const isWhole = createHash("sha256").update(bytes).digest("hex") === file.sha256;
    if (!isWhole) throw new Error(`Cannot follow a record: "${file.path}" is not as published`);
    return gunzipSync(bytes).toString().trimEnd().split("\n").map((line, i) => {
      const { id, properties } = JSON.parse(line);
      return { id: id as string, mag: (properties.mag ?? 0) as number, line: i + 1, file };
    });
  });
  return found.reduce((a, b) => b.mag > a.mag ? b : a);
}

/** Asks for each page again, by the address that the audit database has. */
async function pageOf(audit: string, id: string) {
  using db = openAudit(audit, { readOnly: true });
  const pages = db.all<{ number: number; url: string; request_id: string }>(
    "SELECT number, url, request_id FROM pages ORDER BY number",
  );
  for (const page of pages) {
    const answer = await (await fetch(page.url)).text();
    if (answer.includes(`"${id}"`)) return page;
  }
  throw new Error(`Cannot follow "${id}": it is on no page`);
}

function publicationOf(audit: string, { path, sha256 }: ManifestFile): boolean {
  using db = openAudit(audit, { readOnly: true });
  return db.get(
    "SELECT 1 AS one FROM publications WHERE path = ? AND sha256 = ? AND status = 'published'",
    [path, sha256],
  ) !== undefined;
}
