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

/** Source of an expression for the names of zones, ambiguous ones too. */
export const ZONE_NAMES = [...new Set([...MINUTES.keys(), ...SHARED.keys()])]
  .sort((a, b) => b.length - a.length).join("|");
const REGION =
  "(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)";

/** An offset in brackets of its own, which are not to be taken for a number in them: `(UTC+2)`, `] [+0200`. */
const BRACKETED = "(?<z>(?:UTC|GMT)[+-]\\d{1,2}(?::?\\d\\d)?|[+-](?:0\\d|1[0-4]):?[0-5]\\d)";

/**
 * Source of an expression for a zone as it follows a time: group `z` is the zone, `zr` its place; `zx`, always empty,
 * says that a sign and a digit follow which are no zone.
 */
export const ZONE_SOURCE =
  "(?: ?(?<z>GMT [+-]\\d{1,2}(?= )|(?:UTC|GMT)[+-]\\d{1,2}(?::?\\d\\d)?|[+-]\\d\\d(?::?\\d\\d)?|" +
  `${REGION}/[A-Za-z_/+-]+\\d*|(?:${ZONE_NAMES}))(?![\\w+]|:\\d)(?:\\[(?<zr>${REGION}/[\\w/+-]+|UTC|GMT|Z)\\])?| \\(${BRACKETED}\\)|\\] ?\\[${BRACKETED}(?=\\])|(?<zx>(?=[+-]\\d))|)`;

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
  return text.includes("/") ? regionOf(text) : undefined;
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
