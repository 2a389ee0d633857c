import { type CodeOf, HttpError, type IngestError } from "../../errors/mod.ts";

/** What things are called where the user sets them: keys of a configuration, or flags. */
export interface NextStepTerms {
  /** The credentials, such as `the variable SHOP_TOKEN (auth.token)`; `undefined` if there are none. */
  readonly credentials: string | undefined;
  /** Where credentials are set. */
  readonly auth: string;
  /** Where the address is set. */
  readonly address: string;
  /** Where what is sent is set. */
  readonly parameters: string;
  /** Where the path of the records is set. */
  readonly records: string;
  /** Where it is set by what an answer counts the records. */
  readonly total: string;
  /** Where it is set what of a body reports an error; `undefined` if it cannot be. */
  readonly bodyError: string | undefined;
  /** How to say that a status ends the listing; `undefined` if it cannot be said. */
  readonly end: string | undefined;
  /** Where further hosts are allowed; `undefined` if they cannot be. */
  readonly hosts: string | undefined;
  /** Where the content type is declared; `undefined` if it cannot be. */
  readonly contentType: string | undefined;
  /** Where the charset is declared; `undefined` if it cannot be. */
  readonly charset: string | undefined;
  /** Where the longest time for one attempt is set; `undefined` if it cannot be. */
  readonly timeout: string | undefined;
}

/** Says what to do about a failed request; `undefined` if there is nothing but to try again. */
export function nextStep(error: IngestError, terms: NextStepTerms): string | undefined {
  switch (error.code) {
    case "http-auth":
    case "http-status":
      return ofStatus(error instanceof HttpError ? error.status : undefined, terms);
    case "http-redirect":
      return `if it leads to a login page, ${checkCredentials(terms)}${
        terms.hosts === undefined
          ? ""
          : `; if it belongs to the API, name its host in ${terms.hosts}`
      }`;
    case "next-cross-origin":
      return terms.hosts === undefined
        ? "only a pipeline asks a second host, if its source names it in allow_hosts"
        : `if that host belongs to the API, name it in ${terms.hosts}`;
    case "http-content-type":
      return ofContentType(error, terms);
    case "http-records-missing":
      return `check ${terms.records}${
        / is null, wanted/.test(error.message)
          ? `; if null means that there are none, set ${terms.total} to where the answer counts them`
          : ""
      }`;
    case "http-body-error":
      return terms.bodyError &&
        `if that is not an error, declare what is one with ${terms.bodyError}`;
    case "http-body-invalid":
      return /UTF-8|charset/.test(error.message) && terms.charset !== undefined
        ? `if it is text in another charset, say which by ${terms.charset}`
        : undefined;
    case "http-tls":
      return ofTls(error, terms);
    case "http-unreachable":
      return `check ${terms.address}, and whether it can be reached without a proxy: HTTP_PROXY and HTTPS_PROXY are not used`;
    case "http-denied":
      // A host that is missing is named in `hosts`; that says the code.
      return /refuses/.test(error.message) ? `check ${terms.address}` : undefined;
    case "http-reset":
      return "run it again; if it is always the same page, ask for smaller ones";
    case "http-timeout":
      return terms.timeout && `raise ${terms.timeout} if the API is slow`;
    default:
      return undefined;
  }
}

/** Returns a failed request's error with the next step in its message; any other error as it is. */
export function withNextStep(error: unknown, terms: NextStepTerms): unknown {
  if (!(error instanceof HttpError)) return error;
  const step = nextStep(error, terms);
  if (step === undefined) return error;
  const { code, message, context, transient, status, cause, attempts, waited } = error;
  const advised = new HttpError(code as CodeOf<"HttpError">, `${message}; ${step}`, {
    context,
    transient,
    ...(status === undefined ? {} : { status }),
    ...(cause === undefined ? {} : { cause }),
  });
  return attempts === undefined ? advised : Object.assign(advised, { attempts, waited });
}

function checkCredentials({ credentials, auth }: NextStepTerms): string {
  return credentials === undefined ? `set credentials by ${auth}` : `check ${credentials}`;
}

function ofStatus(status: number | undefined, terms: NextStepTerms): string | undefined {
  switch (status) {
    case 401:
      return checkCredentials(terms);
    case 403:
      return terms.credentials === undefined
        ? `set credentials by ${terms.auth}`
        : `check what ${terms.credentials} may read`;
    case 206:
      return "the server sends a part only, and not of how many records: leave Range out of the headers, " +
        "set up pagination, and have it count them (in PostgREST by the header Prefer: count=exact)";
    case 304:
      return "leave If-None-Match and If-Modified-Since out of the headers";
    case 404:
    case 410: {
      const end = terms.end === undefined ? "" : `; if that is how the listing ends, ${terms.end}`;
      return `check ${terms.address}${end}`;
    }
    case 407:
      return "a proxy on the way asks for credentials: reach the API without it";
    case 400:
    case 405:
    case 406:
    case 415:
    case 422:
      return `check ${terms.parameters}`;
    default:
      return undefined;
  }
}

function ofContentType({ context }: IngestError, terms: NextStepTerms): string {
  const isHtml = /html/.test(String(context["content_type"]));
  const declare = terms.contentType === undefined
    ? ""
    : `; if the body is right all the same, declare it by ${terms.contentType}`;
  return isHtml
    ? `an HTML page is often a login or an error page: ${checkCredentials(terms)}, ` +
      `check ${terms.address}${declare}`
    : `check ${terms.parameters}${declare}`;
}

function ofTls({ context }: IngestError, terms: NextStepTerms): string {
  const detail = String(context["detail"]);
  if (/corrupt message|InvalidContentType|InvalidMessage/i.test(detail)) {
    return `the server may not speak TLS there: check http and https in ${terms.address}`;
  }
  if (/expired/i.test(detail)) return "its certificate has expired: its owner has to renew it";
  if (/NotValidForName|not valid for/i.test(detail)) {
    return `its certificate is for another name: check ${terms.address}`;
  }
  return "if its certificate is signed by an authority of your own, name that authority's file in " +
    "the variable DENO_CERT, or set DENO_TLS_CA_STORE=system";
}
