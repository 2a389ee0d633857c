import { ApiClient } from "../../lib/api/mod.ts";
import { type Sandbox, startSandbox } from "../../lib/sandbox/mod.ts";
import { Secret } from "../../lib/secrets/mod.ts";
import { formatCount } from "../../lib/terminal/mod.ts";
import type { Narrator, WorkFolders } from "../_narrator/mod.ts";
import { type Listing, LISTINGS } from "./listings.ts";
import { type ReadThrough, readThrough } from "./read_through.ts";

/** One listing, read to its end. */
export interface ListingPull extends ReadThrough {
  readonly listing: Listing;
  readonly requests: number;
}

/** All listings, read from one server that is still up. */
export interface ReadListings extends AsyncDisposable {
  readonly pulls: readonly ListingPull[];
  /** The credential of all APIs. */
  readonly token: Secret;
  /** Root of the server. */
  readonly url: string;
}

/** Reads every listing with the same client. */
export async function readListings(work: WorkFolders): Promise<ReadListings> {
  const token = new Secret(crypto.randomUUID(), "SANDBOX_TOKEN");
  const sandbox = await startSandbox({ samples: work.sample(), token: token.reveal() });
  const pulls: ListingPull[] = [];
  for (const listing of LISTINGS) pulls.push(await pull(sandbox, listing, token));
  return {
    pulls,
    token,
    url: sandbox.url,
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

/** Shows how each ended. */
export function showListings(narrator: Narrator, { pulls, token }: ReadListings): void {
  narrator.table(
    [
      { title: "pages by" },
      { title: "auth" },
      { title: "requests", align: "right" },
      { title: "records", align: "right" },
      { title: "ended by" },
      { title: "complete" },
    ],
    pulls.map((pull) => row(pull, token)),
  );
}

/** Requests of a listing beyond those that its records fill. */
export function beyondPages(pulls: readonly ListingPull[], by: string): number {
  const pull = pulls.find(({ listing }) => listing.by === by);
  const pagination = pull?.listing.stream.pagination;
  if (pull === undefined || pagination === undefined || !("size" in pagination)) return NaN;
  return pull.requests - Math.ceil(pull.read / Number(pagination.size));
}

function row({ listing, requests, read, end }: ListingPull, token: Secret): string[] {
  return [
    listing.by,
    listing.auth(token).type,
    formatCount(requests),
    formatCount(read),
    end?.stopReason ?? "failed",
    end?.proven ? "yes" : "no",
  ];
}

async function pull(sandbox: Sandbox, listing: Listing, token: Secret): Promise<ListingPull> {
  await using client = new ApiClient({
    baseUrl: `${sandbox.url}/${listing.mount}`,
    auth: listing.auth(token),
  });
  const before = countRequests(sandbox);
  const read = await readThrough(client, listing.stream);
  return { ...read, listing, requests: countRequests(sandbox) - before };
}

function countRequests({ requests }: Sandbox): number {
  return Object.values(requests).reduce((sum, count) => sum + count, 0);
}
