import { nextStep, type NextStepTerms, withNextStep } from "../../../api/mod.ts";
import { IngestError } from "../../../errors/mod.ts";
import type { ApiSource } from "./schema.ts";

/** Returns a failure whose message says what to do next, in the words of the configuration. */
export function advised(error: unknown, source: ApiSource): unknown {
  return withNextStep(error, termsOf(source));
}

/** Returns what to do about a failure; `undefined` if there is nothing to say. */
export function adviceOn(error: unknown, source: ApiSource): string | undefined {
  return error instanceof IngestError ? nextStep(error, termsOf(source)) : undefined;
}

function termsOf({ auth, sandbox }: ApiSource): NextStepTerms {
  return {
    credentials: credentialsOf(auth),
    auth: "auth",
    address: `${sandbox === undefined ? "base_url" : "sandbox"} and path`,
    parameters: "params, headers, pagination and incremental",
    records: "records",
    end: "say so by on_status",
    hosts: "allow_hosts",
    contentType: "content_type",
    charset: "charset",
    timeout: "timeout",
  };
}

/** Names the variables that hold the credentials. */
function credentialsOf(auth: ApiSource["auth"]): string | undefined {
  switch (auth.type) {
    case "bearer":
      return `the variable ${auth.token.name} (auth.token)`;
    case "api_key":
      return `the variable ${auth.value.name} (auth.value)`;
    case "basic":
      return `auth.username and the variable ${auth.password.name} (auth.password)`;
    case "oauth2_client_credentials":
      return `auth.client_id and the variable ${auth.client_secret.name} (auth.client_secret)`;
    case "none":
      return undefined;
  }
}
