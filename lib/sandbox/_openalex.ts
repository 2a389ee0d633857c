import { type Answer, answer, jsonAnswer } from "./_answer.ts";
import type { Call } from "./_call.ts";
import { expiredToken } from "./_fault_answer.ts";
import { cutPage } from "./_flight_page.ts";
import { breakRecords, joinRecords, type RecordBytes } from "./_records.ts";
import { bearerToken } from "./_tokens.ts";

const LISTING = "/openalex/strikes";
const MAX_PAGE_SIZE = 200;
const MAX_PAGED = 10_000;
const PARAMS = ["api_key", "api-key", "cursor", "mailto", "page", "per-page", "per_page"];

/** Answers as a listing of OpenAlex: cursors or page numbers, an API key, the total in `meta`. */
export async function answerOpenalex(call: Call): Promise<Answer> {
  if (call.url.pathname !== LISTING) {
    return jsonAnswer(404, { error: "Not found", message: "There is no such listing." });
  }
  const params = await readParams(call.request, call.url.searchParams);
  if (params === undefined) return paramsError("The body must be a JSON object of parameters.");
  const refused = refuse(call, params);
  if (refused !== undefined) return refused;
  const unknown = [...params.keys()].find((name) => !PARAMS.includes(name));
  if (unknown !== undefined) {
    return paramsError(
      `${unknown} is not a valid parameter. Valid parameters are: ${PARAMS.join(", ")}.`,
    );
  }
  const asked = readCount(params.get("per-page") ?? params.get("per_page"), 25);
  if (asked === undefined || asked > MAX_PAGE_SIZE) {
    return paginationError(`per-page parameter must be between 1 and ${MAX_PAGE_SIZE}`);
  }
  const { records } = await call.shared.samples.strikes();
  const cursor = params.get("cursor");
  const listing = { records, asked };
  return cursor === undefined
    ? answerByPage(call, params.get("page"), listing)
    : answerByCursor(call, cursor, { ...listing, page: params.get("page") });
}

interface Listing {
  readonly records: readonly RecordBytes[];
  readonly asked: number;
}

function answerByPage(call: Call, pageText: string | undefined, listing: Listing): Answer {
  const { records, asked } = listing;
  const page = readCount(pageText, 1);
  if (page === undefined) return paginationError("Page parameter must be greater than 0.");
  const most = call.shared.book.rule("strikes", "ceiling") ?? MAX_PAGED;
  if (page * asked > most) {
    return paginationError(
      `Maximum results size of ${most.toLocaleString("en")} records is exceeded. ` +
        `Cursor pagination is required for records beyond ${most.toLocaleString("en")}.`,
    );
  }
  const instead = call.admit(page);
  if (instead !== undefined) return instead;
  const size = call.pageSize(asked);
  const cut = cutPage(call, records, { page, size });
  return listingAnswer(call, cut.records, { total: records.length, page, asked });
}

function answerByCursor(
  call: Call,
  text: string,
  { records, asked, page }: Listing & { page: string | undefined },
): Answer {
  if (page !== undefined && page !== "1") {
    return paginationError("Cannot use page parameter with cursor.");
  }
  if (text === "null" || text.toLowerCase() === "none") {
    return paginationError("Cursor is null. Likely reached end of results.");
  }
  const cursor = decodeCursor(text);
  if (cursor === undefined) return paginationError("Invalid cursor value");
  const size = call.pageSize(asked);
  const instead = call.admit(Math.floor(cursor.at / size) + 1);
  if (instead !== undefined) return instead;
  const { shown, next } = cutAtCursor(call, records, { cursor, size });
  const { bad } = call.page;
  return listingAnswer(call, bad === undefined ? shown : breakRecords(shown, bad), {
    total: records.length,
    page: null,
    asked,
    next: next === "same" ? text : next === undefined ? null : encodeCursor(next),
  });
}

/** Cuts the page at a cursor and says where the next one is, with the page's faults. */
function cutAtCursor(
  call: Call,
  records: readonly RecordBytes[],
  { cursor, size }: { cursor: Cursor; size: number },
): { shown: readonly RecordBytes[]; next: Cursor | "same" | undefined } {
  const { duplicate, short, endless } = call.page;
  const turn = cursor.turn + 1;
  const length = Math.min(size, short ?? size);
  const at = endless?.way === "repeat" && cursor.at >= records.length
    ? Math.max(0, Math.floor((records.length - 1) / size) * size)
    : cursor.at;
  const end = Math.min(at + length, records.length);
  const from = duplicate ? Math.max(0, at - size) : at;
  const shown = records.slice(from, duplicate ? from + (end - at) : end);
  // As the real service does: only a page that is not full ends the listing, so that a total which is a
  // multiple of the page size is followed by an empty page.
  let next: Cursor | "same" | undefined = end - at < length
    ? undefined
    : { at: end, turn: length < size ? turn : 0 };
  if (endless !== undefined && (endless.here || next === undefined || end >= records.length)) {
    if (endless.way === "same") next = "same";
    else if (endless.way === "loop") next = { at: 0, turn: 0 };
    else next = { at: records.length, turn };
  }
  return { shown, next };
}

function listingAnswer(
  call: Call,
  shown: readonly RecordBytes[],
  meta: { total: number; page: number | null; asked: number; next?: string | null },
): Answer {
  const head = {
    count: meta.total + (call.shared.book.rule("strikes", "miscount") ?? 0),
    db_response_time_ms: 1,
    page: meta.page,
    per_page: meta.asked,
    ...(meta.next === undefined ? {} : { next_cursor: meta.next }),
  };
  const body = joinRecords(shown, {
    before: `{"meta":${JSON.stringify(head)},"results":[`,
    separator: ",",
    after: `],"group_by":[]}`,
  });
  return answer(200, "application/json", body);
}

function refuse(call: Call, params: ReadonlyMap<string, string>): Answer | undefined {
  const key = params.get("api_key") ?? params.get("api-key") ??
    call.request.headers.get("x-api-key") ?? bearerToken(call.request);
  if (key === undefined) {
    return jsonAnswer(401, {
      error: "Unauthorized",
      message: "An API key is required: add api_key to the request.",
    });
  }
  const worth = call.shared.tokens.check(key, call.now);
  if (worth === "good") return undefined;
  if (worth === "expired") return expiredToken(call);
  return jsonAnswer(403, { error: "Forbidden", message: "The API key is not valid." });
}

/** Reads the parameters of the query and, for a POST, of its JSON body. */
async function readParams(
  request: Request,
  query: URLSearchParams,
): Promise<Map<string, string> | undefined> {
  const params = new Map(query);
  if (request.method !== "POST") return params;
  try {
    const body: unknown = JSON.parse(await request.text());
    if (typeof body !== "object" || body === null || Array.isArray(body)) return undefined;
    for (const [name, value] of Object.entries(body)) {
      if (typeof value !== "string" && typeof value !== "number") return undefined;
      params.set(name, String(value));
    }
    return params;
  } catch {
    // No JSON: the caller answers with 400.
    return undefined;
  }
}

function readCount(text: string | undefined, absent: number): number | undefined {
  if (text === undefined) return absent;
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

function paramsError(message: string): Answer {
  return jsonAnswer(400, { error: "Invalid query parameters error.", message });
}

function paginationError(message: string): Answer {
  return jsonAnswer(400, { error: "Pagination error.", message });
}

/** A place in a listing: records passed, and a counter that makes two tokens for one place differ. */
interface Cursor {
  readonly at: number;
  readonly turn: number;
}

// Encodes to `Pj4+Pz8/`: every cursor holds `+` and `/`, so that a client which does not escape them fails.
const MARK = ">>>???";

/** Writes an opaque token. */
function encodeCursor({ at, turn }: Cursor): string {
  return btoa(`${MARK}[${at},${turn}]`);
}

/** Reads a token; `undefined` if it is none of ours. */
function decodeCursor(text: string): Cursor | undefined {
  if (text === "*") return { at: 0, turn: 0 };
  try {
    const match = /^\[(\d{1,9}),(\d{1,9})\]$/.exec(atob(text).slice(MARK.length));
    return match === null ? undefined : { at: Number(match[1]), turn: Number(match[2]) };
  } catch {
    // No Base64: not one of ours.
    return undefined;
  }
}
