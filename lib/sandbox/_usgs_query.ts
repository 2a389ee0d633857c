import { QUAKE_ORDERS, type QuakeOrder } from "./_quake_index.ts";

/** Formats that the sandbox can write; the real service knows more. */
const FORMATS = ["geojson", "csv", "text"] as const;
const UNSUPPORTED = ["quakeml", "xml", "kml", "kmlraw", "cap"];
const DAY = 86_400_000;

/** A checked query. */
export interface QuakeQuery {
  readonly format: (typeof FORMATS)[number];
  readonly starttime: number;
  readonly endtime: number;
  readonly updatedafter: number;
  readonly minmagnitude: number;
  readonly maxmagnitude: number;
  readonly orderby: QuakeOrder;
  readonly limit: number | undefined;
  /** 1-based. */
  readonly offset: number;
  readonly eventid: string | undefined;
  readonly nodata: 204 | 404 | undefined;
}

/** A query that is refused. */
export interface BadQuery {
  readonly status: 400 | 501;
  readonly message: string;
}

const ALIASES: Readonly<Record<string, string>> = {
  start: "starttime",
  end: "endtime",
  minmag: "minmagnitude",
  maxmag: "maxmagnitude",
};

class Refused extends Error {
  readonly status: 400 | 501;
  constructor(message: string, status: 400 | 501 = 400) {
    super(message);
    this.status = status;
  }
}

/** Reads the parameters of `query` and `count`; the last of a repeated parameter counts. */
export function parseQuakeQuery(
  params: URLSearchParams,
  options: { now: number; maxLimit: number; counting: boolean },
): QuakeQuery | BadQuery {
  const raw = new Map<string, string>();
  try {
    for (const [name, value] of params) {
      const known = ALIASES[name] ?? name;
      if (!KNOWN.has(known)) throw new Refused(`Unknown parameter "${name}".`);
      if (value !== "") raw.set(known, value);
    }
    return readQuery(raw, options);
  } catch (error) {
    if (error instanceof Refused) return { status: error.status, message: error.message };
    throw error;
  }
}

const KNOWN = new Set([
  "format",
  "starttime",
  "endtime",
  "updatedafter",
  "minmagnitude",
  "maxmagnitude",
  "orderby",
  "limit",
  "offset",
  "eventid",
  "nodata",
]);

function readQuery(
  raw: ReadonlyMap<string, string>,
  options: { now: number; maxLimit: number; counting: boolean },
): QuakeQuery {
  const limit = raw.get("limit");
  const nodata = raw.get("nodata");
  return {
    format: readFormat(raw.get("format") ?? (options.counting ? "text" : "quakeml")),
    starttime: readTime(raw, "starttime", options.now - 30 * DAY),
    endtime: readTime(raw, "endtime", Infinity),
    updatedafter: readTime(raw, "updatedafter", -Infinity),
    minmagnitude: readNumber(raw, "minmagnitude", -Infinity),
    maxmagnitude: readNumber(raw, "maxmagnitude", Infinity),
    orderby: readEnum("orderby", raw.get("orderby") ?? "time", QUAKE_ORDERS),
    limit: limit === undefined ? undefined : readInteger("limit", limit, [1, options.maxLimit]),
    offset: readInteger("offset", raw.get("offset") ?? "1", [1, Infinity]),
    eventid: raw.get("eventid"),
    nodata: nodata === undefined
      ? undefined
      : readEnum("nodata", nodata, ["204", "404"]) === "404"
      ? 404
      : 204,
  };
}

function readFormat(text: string): (typeof FORMATS)[number] {
  if (UNSUPPORTED.includes(text)) {
    throw new Refused(`Format "${text}" is not part of this sandbox.`, 501);
  }
  return readEnum("format", text, FORMATS);
}

function readEnum<T extends string>(name: string, text: string, values: readonly T[]): T {
  const value = values.find((known) => known === text);
  if (value !== undefined) return value;
  throw new Refused(`Bad ${name} value "${text}". Valid values are: "${values.join('", "')}".`);
}

function readInteger(name: string, text: string, [min, max]: readonly [number, number]): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  const range = max === Infinity ? `${min} <= ${name}` : `${min} <= ${name} <= ${max}`;
  throw new Refused(`Bad ${name} value "${text}". Valid values are ${range}`);
}

function readNumber(raw: ReadonlyMap<string, string>, name: string, absent: number): number {
  const text = raw.get(name);
  if (text === undefined) return absent;
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text)) return Number(text);
  throw new Refused(`Bad ${name} value "${text}". Valid values are numeric`);
}

const TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+ -]\d{2}:?\d{2})?)?$/;

function readTime(raw: ReadonlyMap<string, string>, name: string, absent: number): number {
  const text = raw.get(name);
  if (text === undefined) return absent;
  const [, date, time = "00:00", zone = "Z"] = TIME.exec(text) ?? [];
  // A plus that was not escaped arrives as a space.
  const offset = zone.replace(" ", "+").replace(/^(.\d{2})(\d{2})$/, "$1:$2");
  const ms = date === undefined ? Number.NaN : Date.parse(`${date}T${time}${offset}`);
  if (!Number.isNaN(ms)) return ms;
  throw new Refused(`Bad ${name} value "${text}". Valid values are ISO-8601 timestamps.`);
}
