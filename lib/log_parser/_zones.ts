import { LocalZone } from "./_local_zone.ts";

/** Minutes east of UTC, or a zone whose clocks change. */
export type WrittenZone = number | LocalZone;

/** Zones of RFC 2822 (section 4.3), and others that mean one thing only. */
const MINUTES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...{ Z: 0, UTC: 0, UT: 0, GMT: 0, EST: -5, EDT: -4, CST: -6, CDT: -5, MST: -7, MDT: -6 },
    ...{ PST: -8, PDT: -7, AKST: -9, AKDT: -8, HST: -10, WET: 0, WEST: 1, CET: 1, CEST: 2 },
    ...{ MEZ: 1, MESZ: 2, MET: 1, MEST: 2, EET: 2, EEST: 3, MSK: 3, JST: 9, KST: 9, HKT: 8 },
    ...{ SGT: 8, AEST: 10, AEDT: 11, NZST: 12, NZDT: 13, AWST: 8, ACST: 9.5, ACDT: 10.5 },
    ...{ WAT: 1, CAT: 2, SAST: 2, EAT: 3, PKT: 5 },
    ...{ WIB: 7, WITA: 8, WIT: 9, ICT: 7, MYT: 8, PHT: 8, NPT: 5.75, TRT: 3 },
    ...{ BRT: -3, BRST: -2, ART: -3, UYT: -3, CLT: -4, CLST: -3, COT: -5, PET: -5, VET: -4 },
  }).map(([name, hours]) => [name, hours * 60]),
);

/** Names that several countries use for different times, in hours from UTC. */
const SHARED: ReadonlyMap<string, readonly number[]> = new Map(
  Object.entries({
    // The only one that is a zone of RFC 2822 as well: China writes it as often.
    CST: [-6, 8, -5],
    ...{ IST: [5.5, 1, 2], BST: [1, 6], AST: [-4, 3], ADT: [-3, 4], SST: [8, -11], GST: [4, -2] },
  }),
);

const NAMES = [...new Set([...MINUTES.keys(), ...SHARED.keys()])]
  .sort((a, b) => b.length - a.length).join("|");
const FOLDERS = "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|" +
  "Etc|Europe|Indian|Mexico|Pacific|US";
const REGION = `(?:(?:${FOLDERS})/[A-Za-z_/+-]+\\d*)`;
/** Names of the IANA database that are words of their own, too; `GMT0` and its like are UTC. */
const PLACES = "Cuba|Egypt|Eire|GB-Eire|GB|Greenwich|Hongkong|Iceland|Iran|Israel|Jamaica|Japan|" +
  "Kwajalein|Libya|Navajo|NZ-CHAT|NZ|Poland|Portugal|PRC|ROC|ROK|Singapore|Turkey|UCT|" +
  "Universal|W-SU|Zulu|GMT[+-]?0";
/** How POSIX describes a zone whose clocks change: `EST5EDT` is of the database, and `CET-1CEST` of no one. */
const POSIX = "[A-Z]{3,5}[+-]?\\d{1,2}[A-Z]{2,4}[TZ](?:,[\\w./,]+)?";
const POSIX_FIXED = `(?:(?!UTC|GMT|Z)(?:${NAMES}))[+-]?\\d{1,2}`;
/** A place that no database has, since it has the form of one. */
const NO_PLACE = "[A-Z][a-z]+(?:_[A-Z][a-z]+)*/[A-Z][a-z][\\w/+-]*";
/** Source of an expression for a level as it follows a zone. */
export const NEXT_LEVEL =
  "(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERR(?:OR)?|CRIT(?:ICAL)?|FATAL|SEVERE|ALERT|EMERG|LOG|" +
  "trace|debug|info|notice|warn(?:ing)?|error|crit(?:ical)?|fatal|[TDIWEF])\\b";
/** What follows a word that is a zone; before other text it may be a part of that. */
const BEFORE_HEADER = `(?=$|[\\])]|,? [\\[(<|]|,? (?:- )?${NEXT_LEVEL}| PHP | (?:19|20)\\d\\d\\b)`;

/** Source of an expression for a zone that is written as a word, where nothing else may be: shared names and unknown places too. */
export const ZONE_WORDS = `${REGION}|${POSIX}|${POSIX_FIXED}|${PLACES}|${NO_PLACE}|${NAMES}`;
const WORDS = `${REGION}|${POSIX}|(?:${POSIX_FIXED}|${PLACES}|${NO_PLACE})${BEFORE_HEADER}`;

/** A zone in brackets of its own; an offset is not to be taken for a number in them: `(UTC+2)`, `] [+0200`. */
const OFFSETS = "(?:UTC|GMT)[+-]\\d{1,2}(?::?\\d\\d)?|[+-](?:0\\d|1[0-4]):?[0-5]\\d";
const ROUND = ` \\((?<z>${OFFSETS}|${ZONE_WORDS})\\)`;
const SQUARE = `(?:\\] ?| ?)\\[(?<z>${REGION}|${POSIX}|${NO_PLACE})(?=\\])`;
const SQUARE_OFFSET = `\\] ?\\[(?<z>${OFFSETS})(?=\\])`;

/**
 * Source of an expression for a zone as it follows a time: group `z` is the zone, `zr` its place; `zx`, always empty,
 * says that a sign and a digit follow which are no zone.
 */
export const ZONE_SOURCE =
  `(?: ?(?<z>${WORDS}|GMT [+-]\\d{1,2}(?= )|(?:UTC|GMT)[+-]\\d{1,2}(?::?\\d\\d)?|[+-]\\d\\d(?::?\\d\\d)?|` +
  `(?:${NAMES}))(?![\\w+]|:\\d)(?:\\[(?<zr>${REGION}|${POSIX}|${PLACES}|UTC|GMT|Z)\\])?|${ROUND}|${SQUARE}|${SQUARE_OFFSET}|(?<zx>(?=[+-]\\d))|)`;

const IS_PLACE = new RegExp(`^(?:${PLACES}|(?:EST5E|CST6C|MST7M|PST8P)DT)$`);
/** TIBCO writes `GMT +1`. */
const OFFSET = /^(?:UTC|GMT ?)?([+-])(\d{1,2})(?::?(\d\d))?$/;
const regions = new Map<string, LocalZone | undefined>();

/** Whether an offset is one that a place, which stands after it in brackets, has at a local time in seconds since 1970. */
export function isOffsetOf(place: string, offset: WrittenZone | undefined, local: number): boolean {
  const zone = zoneOf(place);
  if (typeof offset !== "number" || zone === undefined) return false;
  if (typeof zone === "number") return zone === offset;
  return zone.offsetAt(local) === offset * 60 || zone.stateAt(local) === "twice";
}

/** Whether a name of a zone means different times in several countries. */
export function isShared(name: string): boolean {
  return SHARED.has(name);
}

/** Whether clocks that are so many seconds ahead of UTC are among those that a shared name means. */
export function mayMean(name: string, offset: number): boolean {
  return SHARED.get(name)?.some((hours) => hours * 3600 === offset) ?? false;
}

/** Returns the zone that a text names; `undefined`: it is unknown, or means more than one. */
export function zoneOf(text: string): WrittenZone | undefined {
  const minutes = MINUTES.get(text);
  if (minutes !== undefined) return minutes;
  const offset = OFFSET.exec(text);
  if (offset !== null) {
    const [, sign, hours, rest = "0"] = offset;
    return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(rest));
  }
  if (text.includes("/") || IS_PLACE.test(text)) return regionOf(text);
  const [, name = "", sign, west] = /^([A-Z]{3,5})([+-]?)(\d{1,2})$/.exec(text) ?? [];
  const ahead = MINUTES.get(name);
  return ahead === (sign === "-" ? 60 : -60) * Number(west) ? ahead : undefined;
}

/** What the zone behind a time says of it: the offset, and the name if that is shared by several zones. */
export function zoneBehind(
  text: string | undefined,
): { offset: WrittenZone | "unknown" | undefined; zoneName: string | undefined } {
  if (text === undefined) return { offset: undefined, zoneName: undefined };
  return { offset: zoneOf(text) ?? "unknown", zoneName: isShared(text) ? text : undefined };
}

function regionOf(name: string): LocalZone | undefined {
  if (regions.has(name)) return regions.get(name);
  let zone: LocalZone | undefined;
  try {
    zone = new LocalZone(name);
  } catch {
    zone = undefined; // No such place: the caller says so.
  }
  if (regions.size < 100) regions.set(name, zone);
  return zone;
}
