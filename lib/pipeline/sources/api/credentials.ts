import { isSecretName, Secret } from "../../../secrets/mod.ts";
import { Credentials } from "../_credentials.ts";
import { type ApiSource, type ApiStream, authOf } from "./schema.ts";

/** A header of such a name holds a credential rather than an account number. */
const SECRET_HEADER = /key|token|secret|auth|passw|cookie|sign/i;

/**
 * Returns the credentials with which a stream is read.
 *
 * Those are the secrets of `auth`, what is sent in a header or parameter of such a name, and what is in any other text from a
 * variable whose name says so. Of other variables nothing is looked for: an account number or a site belongs in the records.
 */
export function credentialsOf(source: ApiSource, stream: ApiStream): Credentials {
  const sent = [
    ...Object.entries({ ...source.headers, ...stream.headers })
      .filter(([name]) => SECRET_HEADER.test(name)),
    ...Object.entries(stream.params).filter(([name]) => isSecretName(name)),
  ].map(([, value]) => String(value));
  const own = secretsOf(authOf(source, stream));
  const { streams: _, ...rest } = source;
  return new Credentials(own, sent, textsIn([rest, stream]));
}

function textsIn(config: unknown): string[] {
  const texts: string[] = [];
  JSON.stringify(config, (_, value) => {
    if (typeof value === "string") texts.push(value);
    return value;
  });
  return texts;
}

function secretsOf(auth: ApiSource["auth"]): Secret[] {
  switch (auth.type) {
    case "bearer":
      return [auth.token];
    case "api_key":
      return [auth.value];
    case "basic":
      return [auth.password];
    case "oauth2_client_credentials":
      return [auth.client_secret];
    case "oauth2_refresh_token":
      return [auth.refresh_token, ...auth.client_secret === undefined ? [] : [auth.client_secret]];
    case "session":
      return Object.values(auth.fields).filter((value) => value instanceof Secret);
    case "none":
      return [];
  }
}
