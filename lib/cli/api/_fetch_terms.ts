import type { NextStepTerms, PagingTerms } from "../../api/mod.ts";

/** What the user of this command sets where. */
export function termsOf(token: string | undefined): NextStepTerms {
  return {
    credentials: token && `the variable ${token} (--token-env) and --header`,
    auth: "--token-env or --header",
    address: "the URL",
    parameters: "the URL's query, --header and --param",
    records: "--records",
    total: "--total",
    bodyError: undefined,
    end: undefined,
    hosts: undefined,
    contentType: undefined,
    charset: undefined,
    timeout: undefined,
  };
}

/** Where the user of this command sets how pages follow one another. */
export function pagingTermsOf(
  { paginate = "none" }: { readonly paginate: string | undefined },
): PagingTerms {
  return {
    pagination: "--paginate",
    param: "--param",
    next: "the path in --paginate",
    start: "--start",
    key: undefined,
    size: "--size",
    part: "the URL's query",
    follow: (type, { place }) =>
      type === "link"
        ? "set --paginate link"
        : `set --paginate ${type === "next_url" ? `next:${place}` : `cursor:${place} and --param`}`,
    whole: "--paginate none says so",
    estimate: undefined,
    isSingle: paginate === "none",
  };
}
