import { openAudit } from "../../lib/audit/mod.ts";
import { GzipFile, inventory, prepareFile } from "../../lib/files/mod.ts";
import { loadConfig } from "../../lib/pipeline/mod.ts";
import type { DatabasesResult } from "../03_databases.ts";
import type { WorkFolders } from "../_narrator/mod.ts";
import { judgeFailure } from "./judge_failure.ts";
import type { Drill } from "./drill.ts";

/** Failures of files, audit database, disk and configuration. */
export const LOCAL_DRILLS: readonly Drill[] = [
  {
    name: "swapped",
    what: "columns swapped, reject-file",
    expected: { code: "file-header-order", outcome: "partial" },
    run: (work) => judgeFailure(() => prepareSwapped(work)),
  },
  {
    name: "busy",
    what: "audit database locked",
    expected: { code: "database-busy", outcome: "failed" },
    run: (work) => judgeFailure(() => writeWhileLocked(work)),
  },
  {
    name: "no_folder",
    what: "lake's folder gone",
    expected: { code: "storage-missing", outcome: "failed" },
    run: (work) => judgeFailure(() => writeIntoNothing(work)),
  },
  {
    name: "bad_config",
    what: "configuration wrong",
    expected: { code: "config-invalid", outcome: "config" },
    run: (work) => judgeFailure(() => loadConfig(work.path(0, "wrong.yaml"), { root: work.root })),
  },
];

async function writeIntoNothing(work: WorkFolders): Promise<void> {
  await using file = new GzipFile(work.path(4, "nowhere", "part-00000.jsonl.gz"));
  await file.finish();
}

async function prepareSwapped(work: WorkFolders): Promise<void> {
  const columns = ["date", "precipitation", "temp_max", "temp_min", "wind", "weather"];
  const folder = work.sample("drop/weather");
  for await (const entry of inventory(folder, { include: ["weather_2013_q3.csv"] })) {
    await prepareFile(entry, work.path(4, "swapped.csv.gz"), {
      columns,
      verdicts: { "file-header-order": "reject-file" },
      onReject: () => {},
    });
  }
}

/** Two connections to the audit database of phase 3: the second finds the lock taken and waits in vain. */
async function writeWhileLocked(work: WorkFolders): Promise<void> {
  const { audit } = await work.result<DatabasesResult>(3);
  const path = work.path(4, audit);
  await Deno.copyFile(work.path(3, audit), path);
  using holder = openAudit(path);
  holder.exec("BEGIN IMMEDIATE");
  try {
    writeOnce(path);
  } finally {
    holder.exec("ROLLBACK");
  }
}

function writeOnce(path: string): void {
  using second = openAudit(path);
  second.run("PRAGMA busy_timeout = 50");
  second.transaction("drill", () => {});
}
