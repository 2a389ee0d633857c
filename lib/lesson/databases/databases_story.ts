import { ulid } from "@std/ulid";
import { openAudit } from "../../audit/mod.ts";
import type { FilesResult } from "../files/files_result.ts";
import type { Story } from "../story.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import { tellBatches } from "./_tell_batches.ts";
import { tellChunks } from "./_tell_chunks.ts";
import { tellRecording, tellRepeat } from "./_tell_recording.ts";
import { tellRollback } from "./_tell_rollback.ts";

/** What phase 3 leaves. */
export interface DatabasesResult {
  /** The audit database, within the folder of phase 3. */
  readonly audit: string;
  /** The run that recorded phase 2's files. */
  readonly runId: string;
}

/** The story of phase 3; it leaves an audit database. */
export const DATABASES_STORY: Story = {
  phase: 3,
  name: "03_databases",
  area: "DATABASES",
  title: "The data is in the files; whether it is true is in the audit database",
  problem:
    "After the crash nobody could say which files had been loaded. Somebody ran the job again to be safe, and the report showed every " +
    "sale of March twice. The state had been a folder named done/ and a Python set. State that must survive belongs in one " +
    "transaction with what it describes, and a few kilobytes of SQLite are enough.",
  tryNext: [
    ["deno task headwaters audit files --audit data/work/03/audit.db", "every verdict of phase 2"],
    [
      "deno task headwaters audit rejects --audit data/work/03/audit.db",
      "every rejected line, with its place",
    ],
    [
      "deno task headwaters audit runs --audit data/README.md",
      "a file that is no database: database-damaged",
    ],
  ],
  tell,
};

async function tell(teller: Teller, work: WorkFolders): Promise<DatabasesResult> {
  const files = await work.result<FilesResult>(2);
  const audit = "audit.db";
  using db = openAudit(work.path(3, audit));
  const now = new Date().toISOString();
  const runId = ulid();
  tellRecording(teller, db, { files, runId, now });
  tellRollback(teller, work, files);
  tellBatches(teller, work);
  await tellChunks(teller, work);
  tellRepeat(teller, db, { files, runId: ulid(), now });
  return { audit, runId };
}
