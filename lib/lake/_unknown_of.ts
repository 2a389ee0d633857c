import { cutText } from "../logging/mod.ts";
import type { StreamStateRow } from "../audit/mod.ts";
import { hasRecords, isRemembered } from "./_published_records.ts";
import type { Manifest } from "./manifest.ts";

/** Characters of a watermark that are shown; a token may be long. */
const SHOWN = 60;

/**
 * Returns what an audit database knew and the manifests of its lake do not, one sentence each. What is not in it is known
 * again, or found out again by the next run without harm.
 *
 * @param states What the next run goes on from.
 */
export function unknownOf(
  manifests: readonly Manifest[],
  states: readonly StreamStateRow[],
): string[] {
  const { again, uncounted, untold, nameless, held, snapshots } = streamsOf(manifests);
  const watermarks = watermarksOf(states);
  return [
    "how a run ended, as a stream that failed or had nothing to publish has no manifest: its status is unknown; one that was not finished starts over",
    "runs that published nothing, and the pages, requests and checks of the others",
    "what servers asked for, such as a wait or where the next page is named: they say it again",
    "what was rejected and why: its bytes and reasons are still in the lake's quarantine; files that were rejected as a whole are looked at again, and of one of which rows were rejected a corrected copy is taken in",
    ...(watermarks === "" ? [] : [
      `whether a watermark was reset since the last run that published: if it was, reset it again before the next run; without that, it goes on with ${watermarks}`,
    ]),
    ...(held === "" ? [] : [
      `whether a shrunk snapshot was accepted: until it is accepted again, readers stay on the one before in ${held}`,
    ]),
    ...(again === "" ? [] : [
      `which records are published, as their parts are not JSON lines or have no watermark: the next run publishes what it is sent again a second time in ${again}`,
    ]),
    ...(uncounted === "" ? [] : [
      `what was read and rejected, and whether rejects made a stream partial, as an older version did not say: only what was published is counted in ${uncounted}`,
    ]),
    ...(snapshots === "" ? [] : [
      `whether the next snapshot differs from the last, as its parts are not JSON lines: it is published again, changed or not, in ${snapshots}`,
    ]),
    ...(untold === "" ? [] : [
      `what type of source and which field the watermark is from, as an older version did not say: check that the configuration still says the same of ${untold}`,
    ]),
    ...(nameless === "" ? [] : [
      `which files these are from, as an older version did not say: the next run takes them in a second time in ${nameless}`,
    ]),
  ];
}

/** Names the streams of which something is not known. */
function streamsOf(manifests: readonly Manifest[]) {
  const streams = (test: (manifest: Manifest) => boolean) => namesOf(manifests.filter(test));
  const again = streams((one) =>
    one.supersedes === undefined && one.backfill === undefined &&
    (one.mode === "incremental" || one.watermark !== null) &&
    !isOfFiles(one) && !isRemembered(one)
  );
  const uncounted = streams(({ counts, supersedes }) =>
    counts === undefined && supersedes === undefined
  );
  const untold = streams(({ type, supersedes }) => type === undefined && supersedes === undefined);
  const nameless = streams(({ files, reader }) =>
    reader.format === "csv" && files.some((file) => (file.source ?? file.sources) === undefined)
  );
  const newest = new Map(manifests.map((one) => [`${one.source}.${one.stream}`, one]));
  const isNewest = (one: Manifest) => newest.get(`${one.source}.${one.stream}`) === one;
  const held = streams((one) =>
    isNewest(one) && one.contradictions?.some(({ code }) => code === "snapshot-shrank") === true
  );
  const snapshots = streams((one) =>
    isNewest(one) && one.mode !== "incremental" && !isOfFiles(one) && !hasRecords(one)
  );
  return { again, uncounted, untold, nameless, held, snapshots };
}

function watermarksOf(states: readonly StreamStateRow[]): string {
  return states.flatMap(({ source, stream, watermark }) =>
    watermark === null ? [] : [`${source}.${stream} (from ${cutText(watermark, SHOWN)})`]
  ).sort().join(", ");
}

function namesOf(manifests: readonly Manifest[]): string {
  return [...new Set(manifests.map(({ source, stream }) => `${source}.${stream}`))].sort()
    .join(", ");
}

function isOfFiles({ files, noted }: Manifest): boolean {
  return noted !== undefined || files.some((file) => (file.source ?? file.sources) !== undefined);
}
