import { isSecretName } from "../secrets/mod.ts";
import { REDACTED, redactRegistered } from "./redact_registered.ts";

const USER_INFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@"'<>]+@/gi;
const SCHEME = /\b(Bearer|Basic|Token)(\s+)[\w.~+/-]{12,}=*/gi;
const NAME = /(?<![\w-])([\w-]+)["']?\s*[=:]\s*/g;
const VALUE =
  /(["'])(?:\\.|(?!\1).)*\1?|(?:(?:Bearer|Basic|Digest|Token)\s+)?[^\s"'&;,<>{}()[\]]+/isy;
const REST_OF_LINE = /[^\r\n"']+/y;

/**
 * Takes every credential out of a text.
 *
 * That is: each value that a `Secret` was created with, in any of its encodings; user and password in an address;
 * the token after `Bearer` or `Basic`; and what follows a name such as `token=` or `"api_key":`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   redact("GET https://ann:pw@api.example/v1?token=abc&page=2"),
 *   "GET https://***@api.example/v1?token=***&page=2",
 * );
 * ```
 */
export function redact(text: string): string {
  const clean = redactRegistered(text);
  if (!/[=:]|(?:Bearer|Basic|Token)\s/i.test(clean)) return clean;
  return redactPairs(
    clean.replace(USER_INFO, `$1${REDACTED}@`).replace(SCHEME, `$1$2${REDACTED}`),
  );
}

/** Looks at every name before it looks for a value, so that `url: https://x?token=y` is two pairs. */
function redactPairs(text: string): string {
  let result = "";
  let kept = 0;
  for (const match of text.matchAll(NAME)) {
    if (match.index < kept || !isSecretName(match[1] ?? "")) continue;
    // Cookies are pairs themselves, whatever their names.
    const form = /cookie$/i.test(match[1] ?? "") && !/["']/.test(match[0]) ? REST_OF_LINE : VALUE;
    form.lastIndex = match.index + match[0].length;
    const value = form.exec(text);
    if (value === null) continue;
    const quote = value[1] ?? "";
    result += `${text.slice(kept, value.index)}${quote}${REDACTED}${quote}`;
    kept = value.index + value[0].length;
  }
  return result + text.slice(kept);
}
