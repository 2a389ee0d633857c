import { type CodeOf, HttpError, type IngestError } from "../../errors/mod.ts";
import type { Authenticator } from "../transport/authenticator.ts";
import type { TokenResponse } from "../transport/auth.ts";
import type { Executor } from "../transport/executor.ts";
import { checkContentType } from "./content_type.ts";
import type { ApiResponse } from "../transport/api_response.ts";

const UNSIGNED: Authenticator = {
  secretParams: [],
  sign: () => Promise.resolve(),
  refresh: () => Promise.resolve(false),
};

/**
 * Asks a token endpoint, with retries of its own.
 *
 * @returns Its answer, with the parsed body.
 * @throws {HttpError} If it refuses or cannot be reached; never transient.
 */
export async function requestToken(
  executor: Executor,
  request: {
    readonly url: URL;
    readonly headers: Headers;
    readonly body: Uint8Array;
    readonly signal: AbortSignal;
    /** Whether its body does not matter. @default false */
    readonly isBare?: boolean;
  },
): Promise<TokenResponse> {
  const { isBare = false, ...sent } = request;
  const outcome = await executor.run<TokenResponse>({
    ...sent,
    method: "POST",
    idempotent: true,
    conditional: false,
    spools: false,
    // To a form a server often answers with the page that comes next; its cookies are what is wanted.
    endsAtRedirect: isBare,
    auth: UNSIGNED,
    read: (response) => ({
      body: isBare ? undefined : readToken(response),
      headers: response.headers,
    }),
  });
  if (outcome.ok) return outcome.value;
  const { error, status } = outcome;
  throw new HttpError(
    codeFor(status, error),
    `Cannot get an access token from "${request.url.host}": ${error.message}`,
    // Not transient: it was retried already, and must not be retried again by each request that needs it.
    { status, transient: false, cause: error },
  );
}

function codeFor(status: number, { code }: IngestError): CodeOf<"HttpError"> {
  if (status >= 400 && status < 500) return "http-auth";
  return code === "http-content-type" || code === "http-body-invalid" ? code : "http-unreachable";
}

function readToken(response: ApiResponse): unknown {
  checkContentType(response, "json");
  try {
    return response.json();
  } catch {
    // Without its cause: the parser's message quotes a few letters of the body, be they the token's.
    throw new HttpError("http-body-invalid", "Cannot read the access token: not JSON");
  }
}
