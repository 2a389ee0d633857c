/** A label of a host name, of at most 63 letters; some servers have an underscore in theirs. */
const LABEL = /^(?![-])[a-z0-9_-]{1,63}(?<![-])$/i;
/** Letters of a whole host name. */
const MOST_LETTERS = 253;

/**
 * Says whether a text is `host` or `host:port` in the form that the runtime takes for exactly one server: no pattern, no
 * list, no empty label, and a number in each place of an IPv4 address.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(isHost("api.example.com") && isHost("10.0.0.5:8443") && isHost("[::1]:80"));
 * assert(!isHost("a..b") && !isHost("*.example.com") && !isHost("x:65536") && !isHost("256.1.1.1"));
 * ```
 */
export function isHost(text: string): boolean {
  if (/[*,\s/?#@\\]/.test(text)) return false;
  const url = URL.parse(`http://${text}`);
  if (url === null || url.hostname === "" || /:0*$/.test(text)) return false;
  if (url.hostname.startsWith("[")) return true;
  return url.hostname.length <= MOST_LETTERS &&
    url.hostname.split(".").every((label) => LABEL.test(label));
}

/**
 * Returns `host:port` of an HTTP address, as permissions name a server; the port is there also where it is the usual one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(hostWithPort(new URL("https://api.example.com/x")), "api.example.com:443");
 * ```
 */
export function hostWithPort({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === "http:" ? "80" : "443")}`;
}
