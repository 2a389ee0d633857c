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
  | {
    readonly type: "custom";
    /** Signs a request; called before every attempt, and only for the client's own origin. */
    readonly sign: (request: UnsignedRequest) => void | Promise<void>;
    /** Gets new credentials after a 401; the request is then sent once more. */
    readonly refresh?: () => void | Promise<void>;
  };
