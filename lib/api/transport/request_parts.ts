import type { ApiRequest } from "./api_request.ts";
import { setQueryParams } from "./query.ts";

/**
 * Builds the URL of a request: its path under the base, and its parameters.
 *
 * @throws {TypeError} If the path is a URL of another origin.
 */
export function requestUrl(
  base: URL,
  request: Pick<ApiRequest, "path" | "params">,
): URL {
  const { path, params } = request;
  const url = /^https?:\/\//i.test(path) ? new URL(path) : joined(base, path);
  if (url.origin !== base.origin) {
    throw new TypeError(`Cannot request "${url.origin}": the client is for "${base.origin}"`);
  }
  if (url.hash !== "") url.hash = "";
  setQueryParams(url, params ?? {});
  return url;
}

function joined(base: URL, path: string): URL {
  const url = new URL(base);
  const at = path.indexOf("?");
  const own = at < 0 ? path : path.slice(0, at);
  url.pathname = `${base.pathname.replace(/\/$/, "")}/${own.replace(/^\//, "")}`;
  if (own === "") url.pathname = base.pathname;
  if (at >= 0) url.search = path.slice(at);
  return url;
}

/** Turns a body into bytes; what is neither bytes nor text goes out as a form if the headers say so, else as JSON. */
export function encodeBody(body: unknown, headers: Headers): Uint8Array | undefined {
  if (body === undefined) return undefined;
  if (body instanceof Uint8Array) return body;
  if (typeof body === "string") return new TextEncoder().encode(body);
  const type = headers.get("content-type") ?? "";
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    return new TextEncoder().encode(formOf(body as object));
  }
  if (!headers.has("content-type")) headers.set("content-type", "application/json");
  return new TextEncoder().encode(JSON.stringify(body));
}

/** Writes fields as a form does; one with a list is repeated, an object is written as JSON. */
function formOf(fields: object): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [
      name,
      typeof one === "object" ? JSON.stringify(one) : String(one),
    ])
  );
  return new URLSearchParams(pairs).toString();
}
