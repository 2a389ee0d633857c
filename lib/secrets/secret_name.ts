/** Names, in lower case with `-` as `_`, under which credentials travel in headers, queries, bodies and logs. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  "access_key",
  "access_token",
  "api_key",
  "apikey",
  "api_token",
  "auth_token",
  "authorization",
  "bearer",
  "client_secret",
  "cookie",
  "credentials",
  "id_token",
  "password",
  "passwd",
  "private_key",
  "proxy_authorization",
  "pwd",
  "refresh_token",
  "secret",
  "secret_key",
  "set_cookie",
  "sig",
  "signature",
  "token",
  "x_api_key",
  "x_auth_token",
]);

/**
 * Says whether a field, header or query parameter of this name holds a credential.
 *
 * Letter case, `-` and camelCase do not matter: `X-API-Key`, `x_api_key` and `xApiKey` are one name.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(isSecretName("X-API-Key") && isSecretName("clientSecret"));
 * assert(!isSecretName("next_page_token_path"));
 * ```
 */
export function isSecretName(name: string): boolean {
  const snake = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replaceAll("-", "_");
  return SECRET_NAMES.has(snake.toLowerCase());
}

const SECRET_WORD =
  /(?:^|_)(?:(?<!(?:foreign|partition|primary|public|sort)_)key|apikey|token|secret|pass(?:word|wd|phrase)?|pwd|auth(?:orization)?|bearer|jwt|cookie|signature|credentials?)(?:_|$)/;
/** What such a variable holds is about a credential, and none itself. */
const ABOUT_IT =
  /_(?:column|domain|endpoint|expiry|field|file|header|host|id|mode|name|param|path|realm|scope|ttl|type|uri|url|user|username|version)$/;

/**
 * Says whether an environment variable of this name holds a credential, rather than a region or an account.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(isSecretVariable("SHOP_API_KEY") && isSecretVariable("X_TOKEN_2"));
 * assert(!isSecretVariable("TOKEN_URL") && !isSecretVariable("SORT_KEY"));
 * ```
 */
export function isSecretVariable(name: string): boolean {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
  return SECRET_WORD.test(words) && !ABOUT_IT.test(words);
}
