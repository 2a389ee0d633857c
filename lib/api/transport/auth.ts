import type { Secret } from "../../secrets/mod.ts";

/** A request before its credentials are added; a hook may change `url` and `headers` in place. */
export interface UnsignedRequest {
  /** The method, in upper case. */
  readonly method: string;
  /** The URL. */
  readonly url: URL;
  /** The headers. */
  readonly headers: Headers;
  /** The body's bytes, for signatures. */
  readonly body: Uint8Array | undefined;
}

/** OAuth 2.0 client credentials (RFC 6749, section 4.4). */
export interface ClientCredentials {
  /** Kind of sign-in. */
  readonly type: "oauth2_client_credentials";
  /** The token endpoint. */
  readonly token_url: string;
  /** Name of the client. */
  readonly client_id: string;
  /** Its secret. */
  readonly client_secret: Secret;
  /** Scopes, separated by spaces. */
  readonly scope?: string | undefined;
  /** How the client identifies itself: in the `Authorization` header, or in the form. @default "basic" */
  readonly client_auth?: "basic" | "body" | undefined;
}

/** An OAuth 2.0 refresh token (RFC 6749, section 6), for an API to which a person has given access. */
export interface RefreshToken {
  /** Kind of sign-in. */
  readonly type: "oauth2_refresh_token";
  /** The token endpoint. */
  readonly token_url: string;
  /** Name of the client. */
  readonly client_id: string;
  /** Its secret; a public client has none. */
  readonly client_secret?: Secret | undefined;
  /** The token that access tokens are got by. */
  readonly refresh_token: Secret;
  /** Scopes, separated by spaces. @default those of the refresh token */
  readonly scope?: string | undefined;
  /** How the client identifies itself: in the `Authorization` header, or in the form. @default "basic" */
  readonly client_auth?: "basic" | "body" | undefined;
}

/** A request that signs in, and answers with a token or with cookies. */
export interface SessionLogin {
  /** Kind of sign-in. */
  readonly type: "session";
  /** Where it is posted to. */
  readonly login_url: string;
  /** What is posted. */
  readonly fields: Readonly<Record<string, string | Secret>>;
  /** How it is posted. @default "json" */
  readonly encoding?: "json" | "form" | undefined;
  /** Dot path of the token in the answer. @default {its cookies are sent} */
  readonly token?: string | undefined;
  /** Header that carries the token; in `Authorization` it is a bearer's. @default "Authorization" */
  readonly header?: string | undefined;
}

/** How requests are signed; the fields are written as in the pipeline's YAML. */
export type Auth =
  | { readonly type: "none" }
  | { readonly type: "bearer"; readonly token: Secret }
  | {
    readonly type: "api_key";
    readonly in: "header" | "query";
    readonly name: string;
    readonly value: Secret;
  }
  | { readonly type: "basic"; readonly username: string; readonly password: Secret }
  | ClientCredentials
  | RefreshToken
  | SessionLogin
  | {
    readonly type: "custom";
    /** Signs a request; called before every attempt, and only for the client's own origin. */
    readonly sign: (request: UnsignedRequest) => void | Promise<void>;
    /** Gets new credentials after a 401; the request is then sent once more. */
    readonly refresh?: () => void | Promise<void>;
  };

/** Sends the form to the token endpoint and returns its answer; of one that `isBare` the body is not read. */
export type TokenRequest = (
  url: URL,
  init: { readonly headers: Headers; readonly body: Uint8Array; readonly isBare?: boolean },
) => Promise<TokenResponse>;

/** An answer of a token endpoint. */
export interface TokenResponse {
  /** The parsed body. */
  readonly body: unknown;
  readonly headers: Headers;
}
