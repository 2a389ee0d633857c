import { HttpError } from "../../errors/mod.ts";
import { parseDotPath, valueAt } from "../../grammar/mod.ts";
import { Secret } from "../../secrets/mod.ts";
import type { SessionLogin, TokenRequest } from "./auth.ts";
import { type LatestSecrets, TOKEN } from "./_oauth_token.ts";

/** A shorter value would be found everywhere. */
const LEAST_LENGTH = 8;
const encoder = new TextEncoder();

/** What a request of a session carries. */
export interface Session {
  readonly header: string;
  readonly value: Secret;
}

/** Signs in, and returns what the requests after it carry. */
export async function signIn(
  config: SessionLogin,
  about: { readonly requestToken: TokenRequest; readonly latest: LatestSecrets },
): Promise<Session> {
  const { token, header = "Authorization" } = config;
  const url = new URL(config.login_url);
  const answer = await about.requestToken(url, { ...formOf(config), isBare: token === undefined });
  const refuse = (state: string) =>
    new HttpError("http-auth", `Cannot sign in at "${url.host}": ${state}`);
  if (token === undefined) {
    const cookies = cookiesIn(answer.headers);
    if (cookies.length === 0) {
      throw refuse("the answer sets no cookie; name its token by auth.token");
    }
    const all = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    // A server may show one of them alone; a short one is no credential.
    const each = cookies.map(({ value }) => value).filter(({ length }) => length >= LEAST_LENGTH);
    return { header: "Cookie", value: about.latest.add(all, ...each) };
  }
  const found = valueAt(answer.body, parseDotPath(token));
  if (typeof found !== "string" || found === "") {
    throw refuse(`the answer has no text at "${token}"`);
  }
  if (!TOKEN.test(found)) throw refuse("the token has characters that no header can carry");
  const isBearer = header.toLowerCase() === "authorization";
  return { header, value: about.latest.add(isBearer ? `Bearer ${found}` : found, found) };
}

function formOf({ fields, encoding = "json" }: SessionLogin) {
  const values = Object.entries(fields).map(([name, value]): [string, string] => [
    name,
    value instanceof Secret ? value.reveal() : value,
  ]);
  const isForm = encoding === "form";
  const headers = new Headers({
    "accept": "application/json, */*;q=0.5",
    "content-type": isForm ? "application/x-www-form-urlencoded" : "application/json",
  });
  const text = isForm
    ? new URLSearchParams(values).toString()
    : JSON.stringify(Object.fromEntries(values));
  return { headers, body: encoder.encode(text) };
}

/** Lists the cookies that an answer sets (RFC 6265, section 4.1), without those that it takes away. */
function cookiesIn(headers: Headers): { readonly name: string; readonly value: string }[] {
  return headers.getSetCookie().flatMap((line) => {
    const [, name = "", value = ""] = /^\s*([^=;\s]+)\s*=\s*([^;]*?)\s*(?:;|$)/.exec(line) ?? [];
    const isGone = value === "" || /;\s*max-age\s*=\s*(?:0|-\d+)\s*(?:;|$)/i.test(line);
    return isGone ? [] : [{ name, value }];
  });
}
