/** What a calendar and a clock show. */
export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** @default 0 */
  readonly hour?: number;
  /** @default 0 */
  readonly minute?: number;
  /** 60 in a leap second. @default 0 */
  readonly second?: number;
  /** Digits after the second's point. @default "" */
  readonly fraction?: string | undefined;
  /** `Z` or an offset such as `+02:00`. @default {none is named} */
  readonly zone?: string | undefined;
}

/** A time that was read. */
export interface ParsedTime {
  /** Ms since the epoch; without a zone, as if it were in UTC. */
  readonly ms: number;
  /** Whether the value named its zone. */
  readonly hasZone: boolean;
}

/** Returns the instant of a calendar day and a time; `undefined` if there is no such day or time. */
export function civilTime(civil: Civil): ParsedTime | undefined {
  const { year, month, day, hour = 0, minute = 0, second = 0, fraction = "", zone } = civil;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  // What is below a millisecond is cut off: a watermark must not run ahead.
  const millis = Number(fraction.slice(0, 3).padEnd(3, "0"));
  const offset = offsetOf(zone);
  if (offset === undefined) return undefined;
  const time = ((hour * 60 + minute) * 60 + second) * 1000 + millis;
  return { ms: date.getTime() + time - offset, hasZone: zone !== undefined };
}

/** The runtime takes 30 February for 1 March. */
function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(2000 + year % 400, month, 0)).getUTCDate();
}

function offsetOf(zone: string | undefined): number | undefined {
  if (zone === undefined || /^Z$/i.test(zone)) return 0;
  const [, sign, hours = "", minutes = "0"] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (sign === undefined || Number(hours) > 18 || Number(minutes) > 59) return undefined;
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === "-" ? -ms : ms;
}
