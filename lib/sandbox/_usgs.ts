import { type Answer, answer, emptyAnswer, jsonAnswer } from "./_answer.ts";
import type { Call } from "./_call.ts";
import { badRequest, FDSN_VERSION, fdsnError } from "./_fdsn_error.ts";
import type { Quake } from "./_quake_index.ts";
import { breakRecords, joinRecords, type RecordBytes } from "./_records.ts";
import { parseQuakeQuery, type QuakeQuery } from "./_usgs_query.ts";
import { toCsv, toText } from "./_usgs_text.ts";

const ROOT = "/usgs/fdsnws/event/1/";
const MAX_RESULTS = 20_000;

/** Answers as the event service of the USGS (FDSN event web service, version 1). */
export async function answerUsgs(call: Call): Promise<Answer> {
  const method = call.url.pathname.slice(ROOT.length);
  if (!call.url.pathname.startsWith(ROOT) || !["query", "count", "version"].includes(method)) {
    return fdsnError(call, 404, "Not Found", "No such method.");
  }
  if (call.request.method !== "GET" && call.request.method !== "HEAD") {
    return fdsnError(call, 405, "Method Not Allowed", "Only GET is supported.");
  }
  if (method === "version") return answer(200, "text/plain", FDSN_VERSION);
  const maxLimit = call.shared.book.rule("quakes", "ceiling") ?? MAX_RESULTS;
  const counting = method === "count";
  const query = parseQuakeQuery(call.url.searchParams, { now: call.now, maxLimit, counting });
  if ("status" in query) {
    const name = query.status === 400 ? "Bad Request" : "Not Implemented";
    return fdsnError(call, query.status, name, query.message);
  }
  const index = await call.shared.samples.quakes();
  const matches = index.inOrder(query.orderby).filter((quake) => isMatch(quake, query));
  return counting
    ? countAnswer(call, matches.length, { query, maxLimit })
    : queryAnswer(call, matches, { query, maxLimit });
}

function isMatch(quake: Quake, query: QuakeQuery): boolean {
  if (query.eventid !== undefined) return quake.id === query.eventid;
  if (quake.time < query.starttime || quake.time > query.endtime) return false;
  if (quake.updated < query.updatedafter) return false;
  if (query.minmagnitude === -Infinity && query.maxmagnitude === Infinity) return true;
  return quake.mag !== undefined && quake.mag >= query.minmagnitude &&
    quake.mag <= query.maxmagnitude;
}

function countAnswer(
  call: Call,
  found: number,
  { query, maxLimit }: { query: QuakeQuery; maxLimit: number },
): Answer {
  const instead = call.admit();
  if (instead !== undefined) return instead;
  const total = found + (call.shared.book.rule("quakes", "miscount") ?? 0);
  // The service counts what the query would answer, so that a limit counts too.
  const count = query.limit === undefined
    ? total
    : Math.min(query.limit, Math.max(0, total - query.offset + 1));
  if (query.format !== "geojson") return answer(200, "text/plain", String(count));
  const error = `${count} matching events exceeds search limit of ${maxLimit}. ` +
    "A query using these search parameters would fail. Modify the search to match fewer events.";
  return jsonAnswer(200, {
    count,
    maxAllowed: maxLimit,
    ...(count > maxLimit ? { error } : {}),
  });
}

function queryAnswer(
  call: Call,
  matches: readonly Quake[],
  { query, maxLimit }: { query: QuakeQuery; maxLimit: number },
): Answer {
  const size = call.pageSize(query.limit ?? Math.max(1, matches.length));
  const instead = call.admit(Math.floor((query.offset - 1) / size) + 1);
  if (instead !== undefined) return instead;
  if (query.limit === undefined && matches.length > maxLimit) {
    return badRequest(
      call,
      `${matches.length} matching events exceeds search limit of ${maxLimit}. ` +
        "Modify the search to match fewer events.",
    );
  }
  if (query.eventid !== undefined && query.format === "geojson") return detail(call, matches);
  const page = pageOf(call, matches, { start: query.offset - 1, size });
  if (page.length === 0 && matches.length === 0) {
    if (query.nodata === 404) return fdsnError(call, 404, "Not Found", "Not Found");
    if (query.format !== "geojson") return emptyAnswer(204);
  }
  if (query.format === "csv") return answer(200, "text/csv", toCsv(page));
  if (query.format === "text") return answer(200, "text/plain", toText(page));
  return collection(call, page, query);
}

/** Returns the quakes of a page, with the page's faults. */
function pageOf(
  call: Call,
  matches: readonly Quake[],
  { start, size }: { start: number; size: number },
): readonly Quake[] {
  const { duplicate, short, endless } = call.page;
  const total = matches.length;
  let from = duplicate ? Math.max(0, start - size) : start;
  if (endless !== undefined && total > 0 && (endless.here || from >= total)) {
    if (endless.way === "same" || endless.here) from = 0;
    else if (endless.way === "loop") from %= total;
    else if (endless.way === "repeat") from = Math.floor((total - 1) / size) * size;
  }
  return matches.slice(from, from + Math.min(size, short ?? size));
}

function detail(call: Call, [quake]: readonly Quake[]): Answer {
  return quake === undefined
    ? fdsnError(call, 404, "Not Found", "Not Found")
    : answer(200, "application/json; charset=utf-8", quake.bytes);
}

function collection(call: Call, quakes: readonly Quake[], query: QuakeQuery): Answer {
  const metadata = {
    generated: Math.floor(call.now / 1000) * 1000,
    url: call.url.href,
    title: "USGS Earthquakes",
    status: 200,
    api: FDSN_VERSION,
    ...(query.limit === undefined ? {} : { limit: query.limit, offset: query.offset }),
    count: quakes.length,
  };
  const records: readonly RecordBytes[] = quakes.map((quake) => quake.bytes);
  const { bad } = call.page;
  const body = joinRecords(bad === undefined ? records : breakRecords(records, bad), {
    before: `{"type":"FeatureCollection","metadata":${JSON.stringify(metadata)},"features":[`,
    separator: ",\n",
    after: `]${boundingBox(quakes)}}`,
  });
  return answer(200, "application/json; charset=utf-8", body);
}

function boundingBox(quakes: readonly Quake[]): string {
  const box = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];
  for (const { feature } of quakes) {
    for (const [axis, value] of feature.coordinates.slice(0, 3).entries()) {
      box[axis] = Math.min(box[axis] ?? value, value);
      box[axis + 3] = Math.max(box[axis + 3] ?? value, value);
    }
  }
  // A single place has no extent, and the service leaves the box out.
  return quakes.length > 1 && box.every(Number.isFinite) ? `,"bbox":[${box.join(",")}]` : "";
}
