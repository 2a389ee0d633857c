import type { Auth, TokenRequest, UnsignedRequest } from "./auth.ts";
import { basic } from "./_basic.ts";
import { setQueryParam } from "./query.ts";
import { LatestSecrets, OAuthToken } from "./_oauth_token.ts";
import { Renewed } from "./_renewed.ts";
import { Cookies, signIn } from "./_session.ts";

/** Signs the requests of one client. */
export interface Authenticator {
  /** Query parameters that carry a secret. */
  readonly secretParams: readonly string[];
  /** Adds the credentials, and returns what {@linkcode Authenticator.refresh} needs to know them by. */
  sign(request: UnsignedRequest): Promise<unknown>;
  /** Gets new credentials in place of those that were refused; returns `false` where there are no others. */
  refresh(refused: unknown): Promise<boolean>;
  /** Where one signs in; a redirect to there refuses the credentials. */
  readonly login?: URL;
  /** Takes what a good answer says of the credentials that it was asked with. */
  keep?(used: unknown, headers: Headers): void;
}

/** Builds the authenticator for a configuration; `requestToken` asks a token endpoint. */
export function createAuthenticator(
  auth: Auth,
  options: { readonly now: () => number; readonly requestToken: TokenRequest },
): Authenticator {
  switch (auth.type) {
    case "none":
      return fixed(() => {});
    case "bearer":
      return fixed(({ headers }) => headers.set("authorization", `Bearer ${auth.token.reveal()}`));
    case "basic":
      return fixed(({ headers }) =>
        headers.set("authorization", basic(auth.username, auth.password.reveal()))
      );
    case "api_key":
      return auth.in === "header"
        ? fixed(({ headers }) => headers.set(auth.name, auth.value.reveal()))
        : fixed(({ url }) => setQueryParam(url, auth.name, auth.value.reveal()), [auth.name]);
    case "oauth2_client_credentials":
    case "oauth2_refresh_token":
      return renewing(
        new OAuthToken(auth, options),
        (token, headers) => headers.set("authorization", `Bearer ${token.reveal()}`),
      );
    case "session": {
      const about = { ...options, latest: new LatestSecrets() };
      const login = async () => ({ value: await signIn(auth, about), renewAt: Infinity });
      const session = renewing(
        new Renewed(login, options.now),
        ({ header, value }, headers) => value && headers.set(header, value.reveal()),
      );
      return {
        ...session,
        login: new URL(auth.login_url),
        keep: (used, headers) => used instanceof Cookies && used.keep(headers),
      };
    }
    case "custom":
      return {
        secretParams: [],
        sign: async (request) => await auth.sign(request),
        refresh: async () => {
          await auth.refresh?.();
          return auth.refresh !== undefined;
        },
      };
  }
}

function fixed(
  sign: (request: UnsignedRequest) => void,
  secretParams: readonly string[] = [],
): Authenticator {
  return {
    secretParams,
    sign: (request) => Promise.resolve(sign(request)),
    refresh: () => Promise.resolve(false),
  };
}

function renewing<T>(
  held: Pick<Renewed<T>, "get" | "drop">,
  put: (current: T, headers: Headers) => void,
): Authenticator {
  return {
    secretParams: [],
    async sign({ headers }) {
      const current = await held.get();
      put(current, headers);
      return current;
    },
    async refresh(refused) {
      held.drop(refused);
      await held.get();
      return true;
    },
  };
}
