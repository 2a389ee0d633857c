import { HttpError } from "../../errors/mod.ts";
import type { AllowedHosts } from "./allowed_hosts.ts";
import { noteBrought } from "./brought_secrets.ts";
import { deleteQueryParam } from "./query.ts";
import type { Redactor } from "./redactor.ts";

/** One request on the way through redirects. */
export interface Hop {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Uint8Array | undefined;
  /** Whether the chain has left the client's origin; from then on it carries no credentials, even back home. */
  readonly foreign: boolean;
}

/** All that another origin gets to see of our headers; every other one may be a credential. */
const HARMLESS_HEADERS = ["accept", "user-agent"];

const BODY_HEADER = /^(content-.*|digest|last-modified)$/;

/**
 * Says where a redirect leads.
 *
 * @returns The next hop, or `undefined` where the answer is no redirect.
 * @throws {HttpError} If it must not be followed.
 */
export function nextHop(
  hop: Hop,
  answer: { readonly status: number; readonly headers: Headers },
  options: {
    readonly hops: number;
    readonly maxRedirects: number;
    readonly redactor: Redactor;
    readonly secretParams: readonly string[];
    readonly allowed: AllowedHosts;
  },
): Hop | undefined {
  if (![301, 302, 303, 307, 308].includes(answer.status)) return undefined;
  // A query may name somebody, and one that a server brought may be anything.
  const asked = options.redactor.url(new URL(hop.url.pathname, hop.url));
  const refuse = (why: string) => refusal(asked, answer.status, why);
  if (options.hops >= options.maxRedirects) throw refuse(`more than ${options.maxRedirects} hops`);
  const location = answer.headers.get("location");
  const url = location === null ? null : URL.parse(location, hop.url);
  if (url === null) throw refuse("no usable Location");
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw refuse(`it leads to ${url.protocol}, expected http: or https:`);
  }
  if (hop.url.protocol === "https:" && url.protocol === "http:") {
    throw refuse("it leads from https to http");
  }
  url.hash = "";
  noteBrought(url, hop.url);
  // The server has no say in who we are; a user name would become a second Authorization beside ours.
  url.username = hop.url.username;
  url.password = hop.url.password;
  const toGet = answer.status === 303 && hop.method !== "HEAD";
  if (!toGet && hop.body !== undefined && [301, 302].includes(answer.status)) {
    throw refuse(`a redirect of this kind would drop the body of the ${hop.method}`);
  }
  const next = { ...hop, url, ...(toGet ? withoutBody(hop.headers) : {}) };
  if (!hop.foreign && (url.origin === hop.url.origin || options.allowed.names(url))) return next;
  return abroad(next, options, refuse);
}

/** Turns a request into a GET, without what described its body (RFC 9110, section 15.4). */
function withoutBody(old: Headers): Pick<Hop, "method" | "headers" | "body"> {
  const headers = new Headers(old);
  for (const name of old.keys()) if (BODY_HEADER.test(name)) headers.delete(name);
  return { method: "GET", headers, body: undefined };
}

function abroad(
  hop: Hop,
  options: { readonly redactor: Redactor; readonly secretParams: readonly string[] },
  refuse: (why: string) => HttpError,
): Hop {
  if (hop.body !== undefined) {
    throw refuse("it leads to another origin, which must not get the body");
  }
  hop.url.username = "";
  hop.url.password = "";
  for (const name of options.secretParams) deleteQueryParam(hop.url, name);
  if (options.redactor.holdsSecret(hop.url.href)) {
    throw refuse("it leads to another origin, with a credential in the URL");
  }
  const headers = new Headers();
  for (const name of HARMLESS_HEADERS) {
    const value = hop.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return { ...hop, headers, foreign: true };
}

function refusal(url: string, status: number, why: string): HttpError {
  return new HttpError("http-redirect", `Cannot follow a redirect from "${url}": ${why}`, {
    status,
    context: { url },
  });
}
