import { mapping, share, whole } from "./fields.ts";

/**
 * How much may be rejected.
 *
 * @param fallback What holds where a key is not written.
 */
export function toleranceSchema(fallback: { readonly records: string; readonly files: string }) {
  return mapping({
    records: share().exactOptional()
      .meta({ fallback: fallback.records })
      .describe("Share of a stream's records that may be rejected before the run is partial."),
    files: whole(0).exactOptional()
      .meta({ fallback: fallback.files })
      .describe("Number of a source's files that may be rejected before the run is partial."),
  });
}

/** As {@linkcode toleranceSchema}, for the stream of an API. */
export function recordTolerance() {
  return mapping({
    records: share().exactOptional()
      .meta({ fallback: "as at the source" })
      .describe("Share of the stream's records that may be rejected before the run is partial."),
  });
}

/** How much smaller a snapshot may get. */
export function maxShrink() {
  return share().describe(
    "Share of its records that a snapshot may lose against the last complete one, or before there is one against what " +
      "readers have; one that lost more is partial. Of a snapshot of fewer than 100 records only the loss of all of them counts.",
  );
}

/** As {@linkcode toleranceSchema}, for a source. */
export function sourceTolerance() {
  const fallback = "as at the top";
  return toleranceSchema({ records: fallback, files: fallback }).exactOptional()
    .meta({ fallback }).describe("How much of this source may be rejected.");
}
