const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const HOUR = 3_600_000;

/** Zones by name, in hours; of several with one name the westernmost, where the instant comes last. */
const ZONES: Readonly<Record<string, number>> = {
  ...{ z: 0, gmt: 0, utc: 0, ut: 0, wet: 0, west: 1, cet: 1, mez: 1, cest: 2, mesz: 2, eet: 2 },
  ...{ eest: 3, msk: 3, bst: 1, ist: 1, jst: 9, kst: 9, sgt: 8, hkt: 8, awst: 8, aest: 10 },
  ...{ aedt: 11, nzst: 12, nzdt: 13, est: -5, edt: -4, cst: -6, cdt: -5, mst: -7, mdt: -6 },
  ...{ pst: -8, pdt: -7, akst: -9, akdt: -8, hst: -10, ast: -4, adt: -3, brt: -3 },
};
/** Of a zone that nobody knows the time may be this late. */
const WESTERNMOST = -12;

interface Parts {
  year?: number;
  month?: number;
  day?: number;
  /** Ms since midnight. */
  time?: number;
  /** Ms ahead of UTC. */
  zone?: number;
  region?: string;
}

/**
 * Reads a date in one of the many forms that are no HTTP dates: with another zone, with none, without a day's name or
 * seconds, with the month first, in any letter case, or in ISO 8601 with the name of a zone.
 *
 * It is meant for waits, where too late does less harm than too early: a zone of an unknown name is taken for the
 * westernmost.
 *
 * @returns Ms since the epoch, or `undefined` if the text is no date with a time.
 */
export function parseLooseDate(text: string): number | undefined {
  const parts: Parts = {};
  const plain = text.toLowerCase().replace(/\([^)]*\)/g, " ")
    .replace(
      /\[([^\]]*)\]/g,
      (_, name) => /[+-]\d\d|z$/i.test(text.split("[")[0] ?? "") ? " " : ` ${name}`,
    )
    .replace(/^(\d{4})(\d\d)(\d\d)t?(\d\d)(\d\d)(\d\d)/, "$1-$2-$3 $4:$5:$6 ")
    .replace(/(\d)t(?=\d)/, "$1 ")
    .replace(/(:\d\d(?:\.\d+)?)(?=[a-z+-])/, "$1 ");
  const words = plain.split(/[\s,]+/).filter((word) => word !== "");
  if (words.length > 9 || !words.every((word) => take(word, parts))) return undefined;
  return instantOf(parts);
}

/** Takes a word in; `false` if it is no part of a date. */
function take(word: string, parts: Parts): boolean {
  const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(word);
  if (iso !== null) {
    return set(parts, { year: Number(iso[1]), month: Number(iso[2]) - 1, day: Number(iso[3]) });
  }
  const dashed = /^(\d{1,2})-([a-z]{3,9})-(\d{2}|\d{4})$/.exec(word);
  if (dashed !== null) return dashed.slice(1).every((part) => take(part, parts));
  const clock = /^(\d{1,2}):(\d\d)(?::(\d\d(?:\.\d+)?))?$/.exec(word);
  if (clock !== null) {
    const [hour, minute, second] = [clock[1], clock[2], clock[3] ?? 0].map(Number);
    return set(parts, { time: (((hour ?? 0) * 60 + (minute ?? 0)) * 60 + (second ?? 0)) * 1000 });
  }
  const offset = /^(?:gmt|utc)?([+-])(\d\d):?(\d\d)?$/.exec(word);
  if (offset !== null) {
    const hours = Number(offset[2]) + Number(offset[3] ?? 0) / 60;
    return set(parts, { zone: (offset[1] === "-" ? -hours : hours) * HOUR });
  }
  if (/^\d{4}$/.test(word)) return set(parts, { year: Number(word) });
  if (/^\d{1,2}(st|nd|rd|th)?$/.test(word)) return takeNumber(Number.parseInt(word), parts);
  return /^[a-z_./]+$/.test(word) && takeName(word.replace(/\.$/, ""), parts);
}

function takeNumber(number: number, parts: Parts): boolean {
  if (parts.day === undefined) return set(parts, { day: number });
  return set(parts, { year: 2000 + number });
}

function takeName(word: string, parts: Parts): boolean {
  if (/^(mon|tues?|wed(nes)?|thu(rs?)?|fri|sat(ur)?|sun)(day)?$/.test(word)) return true;
  if (word === "at" || word === "on") return true;
  const { time } = parts;
  if ((word === "am" || word === "pm") && time !== undefined) {
    parts.time = time % (12 * HOUR) + (word === "pm" ? 12 * HOUR : 0);
    return true;
  }
  const month = MONTHS.indexOf(word.slice(0, 3));
  const isMonth = month >= 0 &&
    (word.length === 3 ||
      /^(january|february|march|april|june|july|august|sept|september|october|november|december)$/
        .test(word));
  if (isMonth) return set(parts, { month });
  if (word.includes("/")) return set(parts, { region: word });
  return word.length <= 5 && set(parts, { zone: (ZONES[word] ?? WESTERNMOST) * HOUR });
}

/** Sets parts; `false` if one has come before, but for a zone that is said twice, as in `GMT +0100`. */
function set(parts: Parts, more: Parts): boolean {
  for (const key of Object.keys(more) as (keyof Parts)[]) {
    if (key !== "zone" && parts[key] !== undefined) return false;
  }
  Object.assign(parts, more);
  return true;
}

function instantOf({ year, month, day, time, zone, region }: Parts): number | undefined {
  if (year === undefined || month === undefined || day === undefined || time === undefined) {
    return undefined;
  }
  const midnight = new Date(0).setUTCFullYear(year, month, day);
  if (new Date(midnight).getUTCDate() !== day || month > 11 || time > 24 * HOUR) return undefined;
  const local = midnight + time;
  if (zone !== undefined) return local - zone;
  return region === undefined ? local : inRegion(local, region);
}

function inRegion(local: number, region: string): number {
  try {
    const time = Temporal.Instant.fromEpochMilliseconds(Math.floor(local)).toZonedDateTimeISO(
      "UTC",
    );
    return time.toPlainDateTime().toZonedDateTime(region, { disambiguation: "later" })
      .epochMilliseconds;
  } catch {
    return local - WESTERNMOST * HOUR; // no zone that is known
  }
}
