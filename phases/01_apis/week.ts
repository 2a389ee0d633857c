import type { StreamRequest } from "../../lib/api/mod.ts";

/** How many earthquakes the week had. */
export const WEEK_RECORDS = 1707;

/** The earthquakes of the week in four pages that do not say how many there are. */
export const WEEK_UNCOUNTED = {
  path: "/fdsnws/event/1/query",
  params: { format: "geojson", orderby: "time-asc", starttime: "2018-01-31" },
  records: "features",
  pagination: {
    type: "offset",
    offset_param: "offset",
    size_param: "limit",
    size: 500,
    start: 1,
  },
} as const satisfies StreamRequest;

/** The same, and a separate request for how many there are. */
export const WEEK = {
  ...WEEK_UNCOUNTED,
  pagination: {
    ...WEEK_UNCOUNTED.pagination,
    total_from: { path: "/fdsnws/event/1/count", field: "count" },
  },
} as const satisfies StreamRequest;
