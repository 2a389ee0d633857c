import type { RunSummary } from "../../lib/pipeline/mod.ts";
import { formatCount } from "../../lib/terminal/mod.ts";
import type { Narrator } from "../_narrator/mod.ts";

/** Shows the verdict on each stream. */
export function showVerdicts(narrator: Narrator, { streams }: RunSummary): void {
  narrator.table(
    [
      { title: "stream" },
      { title: "outcome" },
      { title: "evidence" },
      { title: "against" },
      { title: "rejected", align: "right" },
      { title: "files", align: "right" },
    ],
    streams.map((stream) => [
      `${stream.source}.${stream.stream}`,
      stream.outcome ?? "",
      stream.evidence.join(", "),
      stream.contradictions.map(({ code }) => code).join(", ") || "none",
      formatCount(stream.rejected),
      formatCount(stream.files_rejected),
    ]),
  );
}

/** Shows how little a second run did. */
export function showSecondRun(narrator: Narrator, { streams }: RunSummary): void {
  narrator.table(
    [
      { title: "stream" },
      { title: "read", align: "right" },
      { title: "duplicate", align: "right" },
      { title: "unchanged", align: "right" },
      { title: "old files", align: "right" },
      { title: "new files", align: "right" },
    ],
    streams.map((stream) => [
      `${stream.source}.${stream.stream}`,
      formatCount(stream.read),
      formatCount(stream.duplicates),
      formatCount(stream.unchanged),
      String(stream.files_unchanged),
      String(stream.published_files),
    ]),
  );
}

/** Shows what a read of a range made of what came. */
export function showBackfill(narrator: Narrator, { streams }: RunSummary): void {
  narrator.table(
    [
      { title: "stream" },
      { title: "read", align: "right" },
      { title: "written", align: "right" },
      { title: "outside of the two days", align: "right" },
      { title: "how it ended", wraps: true },
    ],
    streams.map((stream) => [
      `${stream.source}.${stream.stream}`,
      formatCount(stream.read),
      formatCount(stream.written),
      formatCount(stream.out_of_range),
      stream.outcome ?? "",
    ]),
  );
}
