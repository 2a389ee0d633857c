import { relative, sep } from "node:path";
import { jsonSchemaLine } from "../../lib/config/mod.ts";
import type { WorkFolders } from "../_narrator/mod.ts";

/** Name of the configuration in phase 0's folder. */
export const PROJECT_CONFIG = "pipeline.yaml";

/**
 * Returns the configuration of the workbook's one project, as YAML: phase 1 pulls its API, phase 2 takes its files
 * in, phase 5 reads its logs, and phase 6 runs all of it.
 */
export function projectConfig(work: WorkFolders): string {
  // Paths in a configuration start at its own folder.
  const here = (path: string) => JSON.stringify(relative(work.path(0), path).replaceAll(sep, "/"));
  const at = (...names: readonly string[]) => here(work.path(6, ...names));
  const log = (phase: 1 | 4) => here(work.path(phase));
  const sample = (...names: readonly string[]) => here(work.sample(...names));
  return `${jsonSchemaLine(work.path(0))}
# Written by phase 0; the phases after it read this file and nothing else decides where they read and write.
name: workbook
lake: ${at("lake")}
audit: ${at("audit.db")}
log_dir: ${at("logs")}

sandbox:
  seed: 7
  faults: ["quakes:429=retry-after:1@page2", "quakes:truncated@page3"]

sources:
  - name: usgs
    type: api
    sandbox: usgs # a local stand-in; base_url: https://earthquake.usgs.gov is the real host
    retry: { limit: 5, max_wait: 10s }
    streams:
      - name: events
        path: /fdsnws/event/1/query
        params: { format: geojson, orderby: time-asc, starttime: "2018-01-31" }
        records: features
        pagination:
          { type: offset, offset_param: offset, size_param: limit, size: 500, start: 1, total_from: { path: /fdsnws/event/1/count, field: count } }
        primary_key: [id]
        incremental: { field: properties.updated, start_param: updatedafter, format: epoch_ms, param_format: iso, lag: 1h }

  - name: weather
    type: files
    path: ${sample("drop/weather")}
    min_age: 0s
    include: ["**/*.csv", "**/*.tsv", "**/*.csv.gz"]
    expect: { columns: [date, precipitation, temp_max, temp_min, wind, weather], max_size: 1GB }

  - { name: operations, type: logs, path: ${log(1)}, include: [access.log], min_age: 0s }
  - { name: drills, type: logs, path: ${log(4)}, include: [drills.jsonl], min_age: 0s }

tolerance: { records: 1%, files: 3 }
`;
}
