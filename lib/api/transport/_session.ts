import { HttpError } from "../../errors/mod.ts";
import { parseDotPath, valueAt } from "../../grammar/mod.ts";
import { Secret } from "../../secrets/mod.ts";
import type { SessionLogin, TokenRequest } from "./auth.ts";
import { type LatestSecrets, secretsIn, TOKEN } from "./_oauth_token.ts";

/** A shorter value would be found everywhere. */
const LEAST_LENGTH = 8;
const encoder = new TextEncoder();

/** What a request of a session carries. */
export interface Session {
  readonly header: string;
  /** Nothing if the server has taken its cookies back. */
  readonly value: Secret | undefined;
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
    const cookies = new Cookies(about.latest);
    cookies.keep(answer.headers);
    if (cookies.value !== undefined) return cookies;
    throw refuse("the answer sets no cookie; name its token by auth.token");
  }
  const found = valueAt(answer.body, parseDotPath(token));
  if (typeof found !== "string" || found === "") {
    throw refuse(`the answer has no text at "${token}"`);
  }
  if (!TOKEN.test(found)) throw refuse("the token has characters that no header can carry");
  const isBearer = header.toLowerCase() === "authorization";
  const others = secretsIn(answer.body).filter((other) => other !== found);
  return {
    header,
    value: about.latest.add(isBearer ? `Bearer ${found}` : found, found, ...others),
  };
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

/** The cookies of one session, by name: a server may give others while it lasts. */
export class Cookies implements Session {
  readonly header = "Cookie";
  readonly #latest: LatestSecrets;
  readonly #cookies = new Map<string, string>();
  #value: Secret | undefined;

  /** Has none yet; what is carried is kept out of the logs by `latest`. */
  constructor(latest: LatestSecrets) {
    this.#latest = latest;
  }

  /** What a request carries now. */
  get value(): Secret | undefined {
    return this.#value;
  }

  /** Takes what an answer sets (RFC 6265, section 4.1), and forgets what it takes away. */
  keep(headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [, name, value = ""] = /^\s*([^=;\s]+)\s*=\s*([^;]*?)\s*(?:;|$)/.exec(line) ?? [];
      if (name === undefined) continue;
      if (value === "" || isOver(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    const all = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    if (all === (this.#value?.reveal() ?? "")) return;
    // A server may show one of them alone; a short one is no credential.
    const each = [...this.#cookies.values()].filter(({ length }) => length >= LEAST_LENGTH);
    this.#value = all === "" ? undefined : this.#latest.add(all, ...each);
  }
}

const DAY_MS = 86_400_000;

/** Says whether a cookie is set to end at once: with no age left, or in 1970. */
function isOver(line: string): boolean {
  const age = /;\s*max-age\s*=\s*(-?\d+)\s*(?:;|$)/i.exec(line)?.[1];
  if (age !== undefined) return Number(age) <= 0;
  const end = /;\s*expires\s*=\s*([^;]+)/i.exec(line)?.[1];
  return end !== undefined && Date.parse(end) < DAY_MS;
}
