import { join } from "@std/path";
import { countOf, formatBytes, formatCount } from "../../lib/terminal/mod.ts";
import type { Narrator, WorkFolders } from "../_narrator/mod.ts";

/** One read by Spark. */
interface Read {
  readonly rows: number;
  readonly tasks: number;
  readonly seconds: number;
}

/** What `deno task labs` has measured on a real Spark. */
interface Labs {
  readonly spark: string;
  readonly cores: number;
  readonly calls: { readonly pages: number; readonly requests: number; readonly twice: number };
  readonly smallFiles: {
    readonly files: number;
    readonly parts: number;
    readonly before: Read;
    readonly after: Read;
  };
  readonly oneGzip: {
    readonly bytes: number;
    readonly parts: number;
    readonly tasks: { readonly before: number; readonly after: number };
  };
  readonly reordered: {
    readonly found: number;
    readonly right: number;
    readonly published: number;
  };
}

/** Shows what it costs to leave the work of one side to the other, as it was measured. */
export async function showLabs(narrator: Narrator, work: WorkFolders): Promise<void> {
  const path = join(work.root, "phases/06_pipeline/boundary_labs.json");
  const labs: Labs = JSON.parse(await Deno.readTextFile(path));
  const { calls, smallFiles, oneGzip, reordered, spark, cores } = labs;
  narrator.say(
    `Work on the wrong side of it, measured on Spark ${spark} with ${cores} cores (deno task labs does it again):`,
  );
  narrator.table(
    ["", "left to Spark", "done before it"].map((title) => ({ title, wraps: true })),
    [
      [
        "an API called in a task that is lost",
        `${calls.requests} requests for ${calls.pages} pages`,
        "one checkpoint a page",
      ],
      [
        `${formatCount(smallFiles.files)} files of five rows`,
        speed(smallFiles.before),
        `${speed(smallFiles.after)} (${countOf(smallFiles.parts, "file")})`,
      ],
      [
        `one gzip file of ${formatBytes(oneGzip.bytes)}`,
        countOf(oneGzip.tasks.before, "task"),
        `${countOf(oneGzip.tasks.after, "task")} (${countOf(oneGzip.parts, "file")})`,
      ],
      [
        "a CSV file in another order",
        `no error, a sum of ${formatCount(reordered.found)}`,
        `put in order by name: ${formatCount(reordered.published)}`,
      ],
    ],
  );
}

function speed({ tasks, seconds }: Read): string {
  return `${countOf(tasks, "task")}, ${seconds} s`;
}
