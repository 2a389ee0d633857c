import { type Answer, jsonAnswer } from "./_answer.ts";
import type { Call } from "./_call.ts";
import { basicCredentials } from "./_tokens.ts";

/** Says whether a path is the token endpoint's, at the root or under a mount. */
export function isTokenPath(path: string): boolean {
  return path === "/oauth/token" || path.endsWith("/oauth/token") && path.split("/").length === 4;
}

/**
 * Gives out a short-lived token for client credentials (RFC 6749, section 4.4).
 *
 * Any client id will do; the secret is the sandbox's token. It may be in Basic authentication or in the form.
 */
export async function answerToken(call: Call): Promise<Answer> {
  const { request, now } = call;
  if (request.method !== "POST") {
    return jsonAnswer(405, { error: "invalid_request" }, { "Allow": "POST" });
  }
  const form = new URLSearchParams(await request.text());
  const basic = basicCredentials(request);
  const secret = basic === undefined ? form.get("client_secret") : formDecode(basic.password);
  call.user = basic === undefined ? form.get("client_id") ?? undefined : formDecode(basic.name);
  if (secret === null || call.shared.tokens.check(secret, now) !== "good") {
    return jsonAnswer(401, { error: "invalid_client" }, {
      "WWW-Authenticate": 'Basic realm="sandbox"',
    });
  }
  if (form.get("grant_type") !== "client_credentials") {
    return jsonAnswer(400, { error: "unsupported_grant_type" });
  }
  const instead = call.admit();
  if (instead !== undefined) return instead;
  const { tokens } = call.shared;
  const scope = form.get("scope");
  return jsonAnswer(200, {
    access_token: tokens.issue(now),
    token_type: "bearer",
    expires_in: tokens.seconds,
    ...(scope === null ? {} : { scope }),
  }, { "Cache-Control": "no-store" });
}

/** Undoes the form encoding that RFC 6749, section 2.3.1, puts under Basic authentication. */
function formDecode(text: string): string {
  return new URLSearchParams(`v=${text.replaceAll("&", "%26")}`).get("v") ?? "";
}
