import type { Auth, StreamRequest } from "../../lib/api/mod.ts";
import type { Secret } from "../../lib/secrets/mod.ts";
import { WEEK } from "./week.ts";

/** A whole listing of the local server, and how its pages are found. */
export interface Listing {
  readonly by: string;
  readonly mount: "usgs" | "github" | "openalex" | "next";
  readonly auth: (token: Secret) => Auth;
  readonly stream: StreamRequest;
  /** How many records there are. */
  readonly records: number;
}

const FLIGHTS = "/repos/bts/flights/records";

/** Every way to divide a listing that is in wide use, with the credentials of its API. */
export const LISTINGS: readonly Listing[] = [
  {
    by: "page number",
    mount: "github",
    auth: (token) => ({ type: "bearer", token }),
    stream: {
      path: FLIGHTS,
      pagination: { type: "page", page_param: "page", size_param: "per_page", size: 100 },
    },
    records: 20_000,
  },
  {
    by: "Link header",
    mount: "github",
    auth: (token) => ({ type: "bearer", token }),
    stream: { path: FLIGHTS, params: { per_page: 100 }, pagination: { type: "link" } },
    records: 20_000,
  },
  {
    by: "next URL in the body",
    mount: "next",
    auth: () => ({ type: "none" }),
    stream: {
      path: "/flights",
      params: { page_size: 1000 },
      records: "results",
      pagination: { type: "next_url", path: "next" },
    },
    records: 20_000,
  },
  {
    by: "offset and limit",
    mount: "usgs",
    auth: () => ({ type: "none" }),
    stream: WEEK,
    records: 1707,
  },
  {
    by: "cursor",
    mount: "openalex",
    auth: (value) => ({ type: "api_key", in: "query", name: "api_key", value }),
    stream: {
      path: "/strikes",
      params: { "per-page": 200 },
      records: "results",
      pagination: {
        type: "cursor",
        param: "cursor",
        path: "meta.next_cursor",
        start: "*",
        total: "meta.count",
      },
    },
    records: 10_000,
  },
];
