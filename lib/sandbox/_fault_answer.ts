import { type Answer, answer, emptyAnswer, htmlAnswer, jsonAnswer } from "./_answer.ts";
import type { Call } from "./_call.ts";
import { fdsnError } from "./_fdsn_error.ts";
import { retryHeaders } from "./_retry_headers.ts";
import type { Fault, RetryHint } from "./fault.ts";

/** Returns the answer that a fault gives instead of the true one; `undefined` if it only damages that. */
export function faultAnswer(call: Call, fault: Fault): Answer | undefined {
  const { hint, word } = fault.argument;
  switch (fault.kind) {
    case "429":
      return tooManyRequests(call, hint ?? { form: "none", seconds: 0 });
    case "500":
      return apiError(call, 500, "Internal Server Error");
    case "502":
      return htmlAnswer(502, "502 Bad Gateway");
    case "503":
      return unavailable(call, hint ?? { form: "none", seconds: 0 });
    case "504":
      return htmlAnswer(504, "504 Gateway Time-out");
    case "expired":
      call.shared.tokens.revoke(call.request);
      return expiredToken(call);
    case "error200":
      return jsonAnswer(200, { error: { code: 503, message: "Upstream is not available" } });
    case "html200":
      return htmlAnswer(200, "Checking your browser");
    case "redirect":
      return emptyAnswer(307, {
        Location: word === "foreign" ? foreignUrl(call.url) : call.url.href,
      });
    default:
      return undefined;
  }
}

/** Returns a 429 in the API's error form. */
export function tooManyRequests(call: Call, hint: RetryHint): Answer {
  const headers = retryHeaders(hint, call.now);
  if (hint.form === "html") return htmlAnswer(429, "Too many requests", headers);
  return apiError(call, 429, "Too Many Requests", headers);
}

/** Returns the same address on another origin; it leads to this server, so that a breach can be seen. */
export function foreignUrl(url: URL): string {
  const foreign = new URL(url);
  foreign.hostname = "localhost";
  return foreign.href;
}

function unavailable(call: Call, hint: RetryHint): Answer {
  const headers = retryHeaders(hint, call.now);
  if (hint.form === "html") return htmlAnswer(503, "503 Service Temporarily Unavailable", headers);
  return apiError(call, 503, "Service Unavailable", headers);
}

/** Returns the 401 that asks for a new token. */
export function expiredToken(call: Call): Answer {
  return apiError(call, 401, "Bad credentials", {
    "WWW-Authenticate":
      'Bearer realm="sandbox", error="invalid_token", error_description="The access token expired"',
  });
}

function apiError(
  call: Call,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): Answer {
  switch (call.route) {
    case "quakes": {
      const { body } = fdsnError(call, status, text, `${text}.`);
      return { status, headers: { "Content-Type": "text/plain", ...headers }, body };
    }
    case "flights":
      return githubError(status, text, headers);
    case "strikes":
      return jsonAnswer(status, { error: text, message: `${text}. Please try again.` }, headers);
    case "token":
      return jsonAnswer(status, { error: "temporarily_unavailable" }, headers);
  }
}

/** Returns an error in GitHub's form. */
export function githubError(
  status: number,
  message: string,
  headers: Record<string, string> = {},
): Answer {
  return answer(
    status,
    "application/json; charset=utf-8",
    JSON.stringify({
      message,
      documentation_url: "https://docs.github.com/rest",
      status: String(status),
    }),
    headers,
  );
}
