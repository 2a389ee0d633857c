/** A header about waiting: what it is one of, and its own part of the name. */
const FAMILY = /^(retry-after|x-ratelimit|ratelimit)(.*)$/;
const SPELLING: Readonly<Record<string, string>> = {
  "retry-after": "Retry-After",
  "x-ratelimit": "X-RateLimit",
  "ratelimit": "RateLimit",
};

/**
 * Writes what an answer says about waiting on one line; what the names have in common stands once, as in
 * `RateLimit-Limit: 20, -Remaining: 0, -Reset: 30`.
 */
export function saidHeaders(headers: Headers): string {
  const said: string[] = [];
  for (const [name, value] of headers) {
    const [, family, rest = ""] = FAMILY.exec(name) ?? [];
    if (family === undefined) continue;
    const own = rest.replace(/-(\w)/, (_, letter: string) => `-${letter.toUpperCase()}`);
    said.push(`${said.length === 0 ? SPELLING[family] : ""}${own}: ${value}`);
  }
  return said.length === 0 ? "nothing at all" : said.join(", ");
}
