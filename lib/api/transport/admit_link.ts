import { PaginationError } from "../../errors/mod.ts";
import type { AllowedHosts } from "./allowed_hosts.ts";
import { deleteQueryParam } from "./query.ts";

/**
 * Returns a next link in the form in which it may be followed and stored: within the client's origin or to a host that
 * was named, without the fragment and without our own key, which some APIs copy into it.
 *
 * A link that differs only in saying http where we speak https (an API behind a proxy) is lifted to https.
 *
 * @throws {PaginationError} If it leads to another origin, which must not see the credentials.
 */
export function admitLink(
  link: URL,
  options: {
    readonly base: URL;
    readonly secretParams: readonly string[];
    readonly allowed: AllowedHosts;
  },
): string {
  const { base, secretParams, allowed } = options;
  const url = new URL(link);
  const isOurs = url.host === base.host || allowed.names(url);
  if (base.protocol === "https:" && url.protocol === "http:" && isOurs) url.protocol = "https:";
  if (!allowed.includes(url)) {
    throw new PaginationError(
      "next-cross-origin",
      `Cannot go on: the next link leads to "${url.origin}", away from "${base.origin}"`,
      { context: { origin: base.origin, next: url.origin } },
    );
  }
  url.hash = "";
  url.username = "";
  url.password = "";
  for (const name of secretParams) deleteQueryParam(url, name);
  // Without the origin a stored place survives a move of the server; "//x" would become another host.
  return url.origin !== base.origin || url.pathname.startsWith("//")
    ? url.href
    : `${url.pathname}${url.search}`;
}
