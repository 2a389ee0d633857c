import {
  advisedAgainst,
  type Against,
  type NextStepTerms,
  type PagingTerms,
  type StreamEnd,
  withNextStep,
} from "../../../api/mod.ts";
import { type ApiSource, type ApiStream, authOf } from "./schema.ts";

/** Returns a failure whose message says what to do next, in the words of the configuration. */
export function advised(
  error: unknown,
  of: { readonly source: ApiSource; readonly stream: ApiStream },
  /** Whether it is about a token that an earlier run of a change feed kept. */
  isKeptToken: boolean,
): unknown {
  const terms = termsOf(of);
  const expired = 'whether the token that the last run kept has expired ("pipeline reset" begins ' +
    `the feed again), and ${terms.address}`;
  return withNextStep(error, isKeptToken ? { ...terms, address: expired, end: undefined } : terms);
}

/** Returns what speaks against an end, with what to do about it in the words of the configuration. */
export function adviceAgainst(
  end: StreamEnd,
  { source, stream }: { readonly source: ApiSource; readonly stream: ApiStream },
): Against[] {
  return advisedAgainst(end, pagingTermsOf(stream), termsOf({ source, stream }));
}

const PARAMS: Readonly<Record<string, string>> = {
  page: "pagination.page_param",
  offset: "pagination.offset_param",
  cursor: "pagination.param",
};

function pagingTermsOf({ pagination, window }: ApiStream): PagingTerms {
  const { type } = pagination;
  return {
    pagination: "pagination",
    param: window === undefined ? PARAMS[type] : "window.start_param and pagination",
    next: "path" in pagination ? "pagination.path" : "pagination",
    start: "pagination.start",
    key: "primary_key",
    size: "pagination.size",
    part: "window or incremental",
    follow: (type, { place, isHeader }) =>
      type === "link"
        ? "set pagination to { type: link }"
        : type === "next_url"
        ? `set pagination to { type: next_url, path: ${place} }`
        : `set pagination to { type: cursor, param: NAME, ${
          isHeader ? "header" : "path"
        }: ${place} }`,
    whole: "add whole: true to pagination of type none",
    estimate: ({ place, isHeader }) =>
      `declare it as pagination.total: { ${
        isHeader ? "header" : "path"
      }: ${place}, kind: estimate }`,
    isSingle: type === "none",
  };
}

function termsOf(
  { source, stream }: { readonly source: ApiSource; readonly stream: ApiStream },
): NextStepTerms {
  const { sandbox } = source;
  return {
    credentials: credentialsOf(authOf(source, stream)),
    auth: "auth",
    address: `${sandbox === undefined ? "base_url" : "sandbox"} and path`,
    parameters: "params, headers, pagination and incremental",
    records: "records",
    total: "pagination.total",
    bodyError: "error: { path: ... }",
    end: "declare it with on_status",
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
    case "oauth2_refresh_token":
      return `auth.client_id and the variable ${auth.refresh_token.name} (auth.refresh_token)`;
    case "session":
      return Object.entries(auth.fields).map(([name, value]) =>
        typeof value === "string"
          ? `auth.fields.${name}`
          : `the variable ${value.name} (auth.fields.${name})`
      ).join(" and ");
    case "none":
      return undefined;
  }
}
