const SECRET_PART =
  /secret|password|passwd|pwd|signature|credential|apikey|accesskey|accesstoken|authtoken|refreshtoken|idtoken|sessiontoken|securitytoken|privatetoken|sessionid|sessid|hmac/;
const SECRET_WHOLE =
  /^(key|token|sig|sesig|sas|auth|authorization|bearer|jwt|session|sid|subscriptionkey)$/;

/** Answers by name: the same few parameters come with every page. */
const known = new Map<string, boolean>();
const MAX_KNOWN = 1000;

/** Says whether a query parameter or header of this name usually carries a secret. */
export function isSecretName(name: string): boolean {
  const answer = known.get(name) ?? looksSecret(name);
  if (known.size < MAX_KNOWN) known.set(name, answer);
  return answer;
}

function looksSecret(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return SECRET_PART.test(plain) || SECRET_WHOLE.test(plain);
}

/**
 * Returns a URL with its user name, password and secret query values replaced by `***`.
 *
 * @param url The URL; what is not a URL comes back as `(not a URL)`, since it cannot be cleaned.
 * @param secretNames Further parameter names to hide, compared without case.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(redactUrl("https://u:p@a.example/x?api_key=1&page=2"), "https://***@a.example/x?api_key=***&page=2");
 * ```
 */
export function redactUrl(url: string | URL, secretNames: readonly string[] = []): string {
  const parsed = url instanceof URL ? url : URL.parse(url);
  if (parsed === null) return "(not a URL)";
  const hidden = new Set(secretNames.map((name) => name.toLowerCase()));
  const user = parsed.username !== "" || parsed.password !== "" ? "***@" : "";
  const query = parsed.search.slice(1).split("&").filter((part) => part !== "")
    .map((part) => redactPair(part, hidden)).join("&");
  const host = parsed.host === "" ? parsed.protocol : `${parsed.protocol}//${user}${parsed.host}`;
  return `${host}${parsed.pathname}${query === "" ? "" : `?${query}`}`;
}

/** Says whether a URL, which may be relative, has a user or a password or a query value that is usually a credential. */
export function holdsCredential(url: string): boolean {
  // Most positions are numbers and cursors.
  if (!/[?@]/.test(url)) return false;
  const [address = "", query = ""] = url.split(/\?(.*)/s, 2);
  if (/^[^/?#]*\/\/[^/]*@/.test(address)) return true;
  return query.split("&").some((pair) => isSecretName(decode(pair.split("=", 1)[0] ?? "")));
}

function redactPair(pair: string, hidden: ReadonlySet<string>): string {
  const at = pair.indexOf("=");
  if (at < 0) return pair;
  const raw = pair.slice(0, at);
  const name = decode(raw);
  return isSecretName(name) || hidden.has(name.toLowerCase()) ? `${raw}=***` : pair;
}

function decode(text: string): string {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text; // a stray percent sign: the name stands as it is
  }
}
