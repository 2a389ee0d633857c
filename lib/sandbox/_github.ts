import { type Answer, answer, emptyAnswer } from "./_answer.ts";
import type { Call } from "./_call.ts";
import { foreignUrl, githubError } from "./_fault_answer.ts";
import { cutPage, type NumberedPage } from "./_flight_page.ts";
import { imfFixdate } from "./_http_date.ts";
import { lenientCount, pageUrl } from "./_page_link.ts";
import type { Quota } from "./_quota.ts";
import { hashText } from "./_random.ts";
import { joinRecords } from "./_records.ts";
import { basicCredentials, bearerToken } from "./_tokens.ts";

const LISTING = "/github/repos/bts/flights/records";
const MAX_PAGE_SIZE = 100;
/** When the sample was last changed, as far as a client can tell. */
const SAMPLE_CHANGED = Date.UTC(2001, 3, 1);

/** Answers as a listing of GitHub's REST API: page numbers, Link, quota, ETag. */
export async function answerGithub(call: Call, quota: Quota): Promise<Answer> {
  const refused = refuse(call);
  if (refused !== undefined) return withQuota(refused, quota, call.now);
  const query = call.url.searchParams;
  const size = call.pageSize(Math.min(lenientCount(query.get("per_page"), 30), MAX_PAGE_SIZE));
  const page = lenientCount(query.get("page"), 1);
  const instead = call.admit(page);
  // The last word has the fault: its headers may say that the quota is used up.
  if (instead !== undefined) return withQuota(instead, quota, call.now);
  if (quota.isUsedUp(call.now)) {
    return withQuota(githubError(403, "API rate limit exceeded for this token."), quota, call.now);
  }
  const { records, changed = SAMPLE_CHANGED } = await call.shared.samples.flights();
  const cut = cutPage(call, records, { page, size });
  const headers = pageHeaders(call, cut, changed);
  if (isUnchanged(call.request, headers)) {
    return withQuota(emptyAnswer(304, headers), quota, call.now);
  }
  quota.count(call.now);
  const body = joinRecords(cut.records, { before: "[", separator: ",", after: "]" });
  return withQuota(
    answer(200, "application/json; charset=utf-8", body, headers),
    quota,
    call.now,
  );
}

function refuse(call: Call): Answer | undefined {
  const { request, url } = call;
  if (request.headers.get("user-agent") === null) {
    return answer(403, "text/plain", "Request forbidden: a User-Agent header is required.\n");
  }
  const basic = basicCredentials(request);
  call.user = basic?.name;
  const token = bearerToken(request) ?? basic?.password;
  if (token === undefined) return githubError(401, "Requires authentication");
  if (call.shared.tokens.check(token, call.now) !== "good") {
    return githubError(401, "Bad credentials");
  }
  if (url.pathname !== LISTING) return githubError(404, "Not Found");
  if (request.method !== "GET" && request.method !== "HEAD") return githubError(404, "Not Found");
  return undefined;
}

function pageHeaders(call: Call, cut: NumberedPage, changed: number): Record<string, string> {
  const link = linkHeader(call, cut);
  // Nothing of the address: the tag stays good when the sandbox is started again at another port.
  const tag = [hashText(cut.identity), hashText(String(changed))]
    .map((part) => part.toString(16).padStart(8, "0")).join("");
  return {
    "ETag": `W/"${tag}"`,
    "Last-Modified": imfFixdate(changed),
    "Cache-Control": "private, max-age=60, s-maxage=60",
    "Vary": "Accept, Authorization",
    ...(link === "" ? {} : { "Link": link }),
  };
}

/** Writes the links in GitHub's order; a listing of one page has none. */
function linkHeader(call: Call, { page, last, next }: NumberedPage): string {
  const links: string[] = [];
  const add = (rel: string, to: number, foreign = false) => {
    const target = pageUrl(call.url, "page", to);
    links.push(`<${foreign ? foreignUrl(new URL(target)) : target}>; rel="${rel}"`);
  };
  if (page > 1) add("prev", Math.min(page - 1, last));
  if (next !== undefined) add("next", next, call.page.foreignNext);
  if (next !== undefined && page < last) add("last", last);
  if (page > 1) add("first", 1);
  return links.join(", ");
}

function isUnchanged(request: Request, headers: Readonly<Record<string, string>>): boolean {
  const tags = request.headers.get("if-none-match");
  const weak = (tag: string) => tag.trim().replace(/^W\//, "");
  // RFC 9110, section 13.1.2: tags are compared weakly, and the date counts only without them.
  if (tags !== null) {
    return tags.split(",").some((tag) =>
      tag.trim() === "*" || weak(tag) === weak(headers.ETag ?? "")
    );
  }
  const since = Date.parse(request.headers.get("if-modified-since") ?? "");
  return since >= Date.parse(headers["Last-Modified"] ?? "");
}

function withQuota(answer: Answer, quota: Quota, now: number): Answer {
  return { ...answer, headers: { ...quota.headers(now), ...answer.headers } };
}
