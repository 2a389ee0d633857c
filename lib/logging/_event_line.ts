import { isSecretName, Secret } from "../secrets/mod.ts";
import { type EventInfo, type EventName, EVENTS } from "./events.ts";
import { type Entry, SEVERITY, timeOf, traceOf } from "./_entry.ts";
import { type PlainOptions, toPlain } from "./_plain.ts";
import { REDACTED } from "./redact_registered.ts";
import { CORRELATION_KEYS } from "./with_correlation.ts";

type Fields = Readonly<Record<string, unknown>>;

/** An event of the table, before it is written. */
export interface LoggedEvent {
  readonly event: EventName;
  /** Ms since 1970. */
  readonly timestamp: number;
  /** As the call gives them. */
  readonly fields: Fields;
  /** What {@linkcode withCorrelation} says of this moment. */
  readonly context: Fields;
}

/**
 * Writes an event as one line of JSON, without credentials.
 *
 * A run writes thousands of lines a second: what is the same in all lines of an event, of a place in the run and of a
 * field is written once, and every text that may hold a credential is looked at once.
 */
export function formatEvent(logged: LoggedEvent, runId: string, options: PlainOptions): string {
  const { event, timestamp, fields, context } = logged;
  const { page, file, attempt, request_id } = fields;
  const isOwnPlace = (page ?? file ?? attempt ?? request_id) !== undefined;
  let line = `{"time":"${timeOf(timestamp)}",${HEADS.get(event)}${
    isOwnPlace ? placeJson(logged, runId, options) : placeOf(context, runId, options)
  }`;
  for (const key in fields) if (!PLACES.has(key)) line += fieldJson(key, fields[key], options);
  return `${line}}`;
}

/** Reads a line of {@linkcode formatEvent} as what the terminal shows. */
export function entryOf(line: string): Entry {
  const { time, level, severity, category, event, message, ...fields } = JSON.parse(line);
  return { time, level, severity, category, event, message, fields };
}

/** What each event's lines begin with; nothing of the table is a credential. */
const HEADS: ReadonlyMap<string, string> = new Map(
  Object.entries<EventInfo>(EVENTS).map(([event, { area, level, message }]) => {
    const severity = SEVERITY[level];
    const head = { level, severity, category: `headwaters.${area}`, event, message };
    return [event, JSON.stringify(head).slice(1, -1)];
  }),
);

const PLACES: ReadonlySet<string> = new Set(CORRELATION_KEYS);

const NO_FIELDS: Fields = {};

/** The last place of each run's part, for as long as the credentials are the same. */
let places = new WeakMap<Fields, string>();
/** Texts of fields, redacted and as JSON. */
const texts = new Map<string, string>();
const MOST_TEXTS = 1_000;
const MOST_CHARACTERS = 200;
let known: { readonly secrets: unknown; readonly runId: string } = { secrets: null, runId: "" };

/** A credential that was not known before may be in anything that was written then. */
function forgetOlder(runId: string): void {
  const secrets = Secret.registered();
  if (known.secrets === secrets && known.runId === runId) return;
  known = { secrets, runId };
  places = new WeakMap();
  texts.clear();
}

function placeOf(context: Fields, runId: string, options: PlainOptions): string {
  forgetOlder(runId);
  const before = places.get(context);
  if (before !== undefined) return before;
  const place = placeJson({ context, fields: NO_FIELDS }, runId, options);
  places.set(context, place);
  return place;
}

/** Fields of an event that says where in the run it is come before the context's. */
function placeJson(
  { context, fields }: Pick<LoggedEvent, "context" | "fields">,
  runId: string,
  options: PlainOptions,
): string {
  forgetOlder(runId);
  const at = (key: string) => key in fields ? fields[key] : context[key];
  const place = {
    run_id: at("run_id") ?? runId,
    source: at("source"),
    stream: at("stream"),
    page: at("page"),
    file: at("file"),
    attempt: at("attempt"),
    request_id: at("request_id"),
  };
  const own: Fields = { ...place, ...traceOf(place, runId) };
  let json = "";
  for (const key of CORRELATION_KEYS) json += fieldJson(key, own[key], options);
  return json;
}

/** Fields of closed sets: a credential that is also a word must not make a line unreadable. */
const CLOSED_FIELDS: ReadonlySet<string> = new Set([
  "code",
  "outcome",
  "run_id",
  "source",
  "stream",
  "trace_id",
  "span_id",
]);

interface Key {
  readonly head: string;
  readonly isClosed: boolean;
  readonly isSecret: boolean;
}

const keys = new Map<string, Key>();

function keyOf(name: string): Key {
  const before = keys.get(name);
  if (before !== undefined) return before;
  const key = {
    head: `,${JSON.stringify(name)}:`,
    isClosed: CLOSED_FIELDS.has(name),
    isSecret: isSecretName(name),
  };
  keys.set(name, key);
  return key;
}

function fieldJson(name: string, value: unknown, options: PlainOptions): string {
  if (value === undefined) return "";
  const { head, isClosed, isSecret } = keyOf(name);
  if (isSecret && value !== null) return `${head}"${REDACTED}"`;
  if (typeof value === "number" && Number.isFinite(value)) return `${head}${value}`;
  if (isClosed) return `${head}${JSON.stringify(value)}`;
  if (typeof value === "string") return `${head}${textJson(value, options)}`;
  const json = JSON.stringify(toPlain(value, options));
  return json === undefined ? "" : `${head}${json}`;
}

function textJson(text: string, options: PlainOptions): string {
  if (text.length > MOST_CHARACTERS) return JSON.stringify(toPlain(text, options));
  const before = texts.get(text);
  if (before !== undefined) return before;
  if (texts.size >= MOST_TEXTS) texts.clear();
  const json = JSON.stringify(toPlain(text, options));
  texts.set(text, json);
  return json;
}
