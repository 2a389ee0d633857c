import { isHost, wantedDotPath } from "../../../grammar/mod.ts";
import { z } from "zod";
import {
  address,
  choice,
  dotPath,
  duration,
  flag,
  HEADER_NAME,
  headerName,
  isHeaderName,
  isMapping,
  itemsOf,
  type KeyPath,
  mapping,
  maxShrink,
  type ReportProblem,
  reportRepeats,
  type SchemaContext,
  sourceName,
  sourceTolerance,
  variablesIn,
  variant,
  whole,
} from "../../../config/mod.ts";
import { checkRules } from "../_rules_schema.ts";
import { WAIT_UNITS } from "../../../api/mod.ts";
import { SANDBOX_APIS } from "../../../sandbox/sandbox_routes.ts";
import { isSecretName } from "../../../secrets/mod.ts";
import { authSchema } from "./_auth_schema.ts";
import { checkForEach } from "./_for_each_schema.ts";
import { headersSchema, streamSchema } from "./_stream_schema.ts";

/** Keys of an HTTP API. */
export function apiSchema(context: SchemaContext) {
  return mapping({
    name: sourceName(),
    type: variant("api", "An HTTP API."),
    base_url: address(context).exactOptional()
      .describe("Address below which the streams' paths start; this or `sandbox`."),
    sandbox: choice(SANDBOX_APIS).exactOptional()
      .describe("A local stand-in for a public API, started for the run; this or `base_url`."),
    allow_hosts: z.array(host(), { error: `a list, each ${HOST}` }).exactOptional().describe(
      "Further hosts that next links and redirects may lead to; they get the credentials.",
    ),
    auth: authSchema(context).prefault({ type: "none" })
      .describe("How requests prove who sends them."),
    headers: headersSchema(context),
    retry: mapping({
      limit: whole(0).default(5).describe("Attempts after the first."),
      max_wait: duration(1).prefault("2m")
        .describe(
          "Longest wait between two attempts; if the server asks for a longer one, the run is suspended.",
        ),
      wait_from: mapping({
        header: headerName().exactOptional().describe("Header that holds it; this or `path`."),
        path: dotPath().exactOptional()
          .describe("Where the JSON body of a refusal holds it; this or `header`."),
        unit: choice(WAIT_UNITS).exactOptional().meta({
          fallback: "by its form",
          description: "What its number counts, or that it is a date.",
        }),
      }).refine(({ header, path }) => (header === undefined) !== (path === undefined), {
        error: "exactly one of header and path",
      }).exactOptional().describe(
        "Where the API asks for a wait, if not in one of the usual headers or fields.",
      ),
    }, { removed: { attempts: LIMIT, max_attempts: LIMIT, max_retries: LIMIT } }).prefault({})
      .describe("What happens after a request that failed."),
    rate_limit: mapping({
      requests: whole(1).describe("Requests allowed in each period."),
      per: duration(1).prefault("1s").describe("Length of the period."),
      concurrency: whole(1).default(4).describe("Requests under way at once."),
    }).exactOptional().describe("How fast requests may follow each other."),
    timeout: duration(1).prefault("30s").describe("Longest time for one attempt, body included."),
    streams: z.array(streamSchema(context), { error: "a list of streams" })
      .min(1, { error: "at least one stream" }).describe("The streams to read."),
    short_page_ends: flag().default(false).describe(
      "Whether a page shorter than asked for is the last; each stream may say it for itself.",
    ),
    tolerance: sourceTolerance(),
    max_shrink: maxShrink().exactOptional().meta({ fallback: "as at the top" }),
  }, { renamed: { retries: RETRY, max_retries: RETRY } });
}

const RETRY = "retry: { limit }";
const LIMIT = "expected limit, the number of attempts after the first";

const HOST = 'a host such as "api.example.com" or "10.0.0.5:8443"';

/** A wildcard would open what nobody named. */
function host() {
  return z.string({ error: HOST }).refine(isHost, { error: HOST, params: { kind: "form" } });
}

/** An HTTP API. */
export type ApiSource = z.output<ReturnType<typeof apiSchema>>;

/** One stream of an {@linkcode ApiSource}. */
export type ApiStream = ApiSource["streams"][number];

/** Returns how the requests of a stream prove who sends them. */
export function authOf(source: ApiSource, stream: ApiStream): ApiSource["auth"] {
  return stream.auth ?? source.auth;
}

/** How a stream is read from where the last run ended. */
export type Incremental = NonNullable<ApiStream["incremental"]>;

/** Reports what no single key of an API can show. */
export function checkApi(
  source: Record<string, unknown>,
  path: KeyPath,
  report: ReportProblem,
): void {
  const addresses = ["base_url", "sandbox"].filter((key) => source[key] !== undefined);
  if (addresses.length !== 1) {
    const state = addresses.length === 0 ? "neither" : "both";
    report(path, `found ${state} of base_url and sandbox, expected exactly one`);
  }
  checkAuth(source["auth"], [...path, "auth"], report);
  checkLiterals(source, path, report);
  const streams = itemsOf(source, "streams");
  reportRepeats(streams, "stream", [...path, "streams"], report);
  for (const [index, stream] of streams.entries()) {
    checkStream(stream, [...path, "streams", index], report);
    checkAuth(stream["auth"], [...path, "streams", index, "auth"], report);
    checkParameters({ auth: source["auth"], ...stream }, [...path, "streams", index], report);
    checkForEach(stream, {
      above: streams.slice(0, index),
      path: [...path, "streams", index],
      report,
    });
    checkRules(stream, [...path, "streams", index], report);
    checkLiterals(stream, [...path, "streams", index], report);
  }
}

function checkStream(stream: Record<string, unknown>, path: KeyPath, report: ReportProblem): void {
  const { mode, method, body, incremental, pagination } = stream;
  if (mode === "incremental" && incremental === undefined) {
    report([...path, "mode"], 'found "incremental", expected the key incremental next to it');
  }
  if (incremental !== undefined && (mode === "append" || mode === "snapshot")) {
    report(
      [...path, "mode"],
      `found "${mode}" next to the key incremental, expected incremental or no mode`,
    );
  }
  const { primary_key: primaryKey } = stream;
  const hasKey = Array.isArray(primaryKey) && primaryKey.length > 0;
  if (incremental !== undefined && stream["repeats"] === true && !hasKey) {
    report(
      [...path, "repeats"],
      "found true, expected a primary_key next to it: an incremental read sees its last records again, " +
        "and without a key these look like equal records",
    );
  }
  const { privacy } = stream;
  const mayEqual = isMapping(privacy) && ("drop" in privacy || "mask" in privacy);
  if (mayEqual && !hasKey && stream["repeats"] !== true) {
    report(
      [...path, "privacy"],
      "expected a primary_key (or repeats: true) next to drop and mask, without which two records could become one",
    );
  }
  if ((pagination as { readonly in?: unknown } | undefined)?.in === "body" && method !== "POST") {
    report(
      [...path, "pagination", "in"],
      'found "body" with the method GET, expected the method POST',
    );
  }
  checkGathered(stream, path, report);
  checkExpression(stream, path, report);
  checkCursor(pagination, [...path, "pagination"], report);
  if (isMapping(pagination) && pagination["change_feed"] === true) {
    if (incremental !== undefined || (mode !== undefined && mode !== "append")) {
      report([...path, "mode"], "expected append or no mode, and no incremental, with change_feed");
    }
    if (stream["window"] !== undefined) {
      report([...path, "window"], "expected none with change_feed");
    }
  }
  if (body !== undefined && method !== "POST") {
    report([...path, "body"], "found a body with the method GET, expected the method POST");
  }
}

/** Records that are no list are looked for in JSON alone. */
function checkGathered(
  { records, single, format = "json" }: Record<string, unknown>,
  path: KeyPath,
  report: ReportProblem,
): void {
  if (format === "json") return;
  const wanted = `expected it with format: json alone, found ${String(format)}`;
  if (single === true) report([...path, "single"], wanted);
  if (String(records).split(".").includes("*")) {
    report([...path, "records"], `"*" in it, ${wanted}`);
  }
}

/** A window sets its parameter itself. */
function checkExpression(
  { incremental, window }: Record<string, unknown>,
  path: KeyPath,
  report: ReportProblem,
): void {
  if (!isMapping(incremental) || !isMapping(window)) return;
  if (incremental["start_expression"] === undefined) return;
  if (window["start_param"] !== incremental["start_param"]) return;
  report([...path, "incremental", "start_expression"], "expected none at a window's parameter");
}

function checkCursor(pagination: unknown, path: KeyPath, report: ReportProblem): void {
  if (!isMapping(pagination) || pagination["type"] !== "cursor") return;
  const places = ["path", "header"].filter((key) => pagination[key] !== undefined);
  if (places.length === 1) return;
  const state = places.length === 0 ? "neither" : "both";
  report(path, `found ${state} of path and header, expected exactly one`);
}

/** The keys of a pagination that name a parameter. */
const PARAMETERS = ["page_param", "size_param", "offset_param", "param"];

/**
 * A parameter is named in the form of the place that it goes to: a path in the body, or a header. In one place each has
 * a name of its own; only that of a window and a watermark may be one, which begins or ends both.
 */
function checkParameters(
  stream: Record<string, unknown>,
  path: KeyPath,
  report: ReportProblem,
): void {
  const { auth, body, pagination, window, incremental } = stream;
  const place = body === undefined ? "query" : "body";
  const taken = new Map<string, string>();
  if (isMapping(auth) && auth["type"] === "api_key") {
    taken.set(slot(auth["in"], auth["name"]), "auth");
  }
  const groups = [
    { key: "pagination", values: pagination, names: PARAMETERS },
    { key: "window", values: window, names: ["start_param", "end_param"] },
    { key: "incremental", values: incremental, names: ["start_param", "end_param"] },
  ];
  for (const { key, values, names } of groups) {
    if (!isMapping(values)) continue;
    const check = key === "window" ? place : values["in"] ?? place;
    for (const name of names) {
      const value = values[name];
      if (typeof value !== "string") continue;
      const other = taken.get(slot(check, value)) ?? name;
      taken.set(slot(check, value), name);
      if (other !== name) {
        const text = `found ${
          JSON.stringify(value)
        }, the name of ${other} as well, expected another`;
        report([...path, key, name], text);
      }
      const wanted = check === "body"
        ? wantedDotPath(value)
        : check === "header" && !isHeaderName(value)
        ? HEADER_NAME
        : undefined;
      if (wanted === undefined) continue;
      report([...path, key, name], `found ${JSON.stringify(value)}, expected ${wanted}`);
    }
  }
}

/** Identity of a parameter; headers are the same in any case. */
function slot(place: unknown, name: unknown): string {
  return JSON.stringify([place, place === "header" ? String(name).toLowerCase() : name]);
}

function checkAuth(auth: unknown, path: KeyPath, report: ReportProblem): void {
  if (!isMapping(auth) || auth["type"] !== "api_key" || auth["in"] !== "header") return;
  const { name } = auth;
  if (typeof name !== "string" || isHeaderName(name)) return;
  report([...path, "name"], `found a text (not shown), expected ${HEADER_NAME}`);
}

/** A credential written out in a header, parameter or body is as literal as one under `auth`. */
function checkLiterals(part: Record<string, unknown>, path: KeyPath, report: ReportProblem): void {
  for (const group of ["headers", "params", "body"]) {
    const values = part[group];
    if (!isMapping(values)) continue;
    for (const [key, value] of Object.entries(values)) {
      if (isSecretName(key) && variablesIn(String(value)).length === 0) {
        report(
          [...path, group, key],
          'found a literal credential, expected "${NAME}" in it, or auth',
        );
      }
    }
  }
}
