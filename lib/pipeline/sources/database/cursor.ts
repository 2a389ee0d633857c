import type { TableColumn } from "../../../db/mod.ts";
import { ConfigError } from "../../../errors/mod.ts";

/** Where a row is in the order of its incremental column; numbers and times (in microseconds) can be measured. */
export type Rank = bigint | string;

/** How far before the watermark to read again: a number of keys, or ms. */
export type Lag = { readonly keys: number } | { readonly ms: number };

const MICROSECONDS = 1000n;
const DAY = 86_400_000_000n;
/** A clock without a zone goes back by an hour in autumn. */
const HOUR = 3_600_000_000n;
/** No clock on Earth is further ahead of UTC, or further behind it, in ms. */
const [AHEAD, BEHIND] = [14 * 3_600_000, 12 * 3_600_000];
/** A time as a text that sorts as one: `2026-01-31`, `2026-01-31 23:59:59.123`, `2026-01-31T23:59Z`. */
const TEXT_TIME =
  /^(\d{4}-\d\d-\d\d(?:([ T])\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?)( ?(?:Z|([+-]\d\d):?(\d\d)?))?$/;
/** No column of whole numbers, or of times, goes further back. */
const LEAST_NUMBER = -(2n ** 63n);
const LEAST_TIME = BigInt(Date.parse("0001-01-01T00:00:00Z")) * MICROSECONDS;
const TIME = /^(\d{4,})-(\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?)?(?:\+00:00)?$/;

/** An incremental column: what its values mean, and where reading begins. */
export class Cursor {
  readonly #kind: NonNullable<TableColumn["cursor"]>;
  readonly #lag: bigint;

  /**
   * @param column The column.
   * @param lag See {@linkcode Lag}.
   * @throws {ConfigError} If its values have no order that can be read from, or no distance and there is a lag.
   */
  constructor(column: TableColumn, lag: Lag) {
    const refuse = (reason: string): never => {
      throw new ConfigError(
        "config-invalid",
        `Cannot read by column "${column.name}": it is ${
          column.type || "without a type"
        }, ${reason}`,
      );
    };
    this.#kind = column.cursor ?? refuse("expected whole numbers, times or, in SQLite, text");
    const isTime = this.#kind !== "number" && this.#kind !== "text";
    const isZero = "keys" in lag ? lag.keys === 0 : lag.ms === 0;
    if (!isZero && (this.#kind === "text" || isTime !== ("ms" in lag))) {
      const expected = this.#kind === "text"
        ? "no incremental.lag, as texts have no distance; leave it out"
        : `${isTime ? "a duration" : "a number of keys"} as incremental.lag`;
      refuse(`expected ${expected}`);
    }
    this.#lag = "keys" in lag
      ? BigInt(lag.keys)
      : BigInt(lag.ms) * MICROSECONDS + (!isZero && this.#kind === "local time" ? HOUR : 0n);
  }

  /** Returns the rank of a value as it is in JSON; `undefined` if no watermark can place it. */
  rankOf(json: string): Rank | undefined {
    // Numbers of these names are texts in JSON: nothing comes after them.
    if (/^"(?:-?Infinity|NaN)"$/.test(json)) return undefined;
    if (this.#kind === "text") return json.startsWith('"') ? JSON.parse(json) : undefined;
    if (this.#kind === "number") return /^-?\d+$/.test(json) ? BigInt(json) : undefined;
    const [, year = "", day, time = "00:00:00", fraction = ""] = TIME.exec(json.slice(1, -1)) ?? [];
    const ms = Date.parse(`${year}-${day}T${time}Z`);
    // Infinity, and years with five digits: nobody means a moment by them.
    if (year.length !== 4 || Number.isNaN(ms)) return undefined;
    return this.#whole(BigInt(ms) * MICROSECONDS + BigInt(fraction.padEnd(6, "0")));
  }

  /** Returns a rank as its value is in JSON. */
  jsonOf(rank: Rank): string {
    if (typeof rank === "string") return JSON.stringify(rank);
    if (this.#kind === "number") return String(rank);
    const micro = remainder(rank, 1_000_000n);
    const second = new Date(Number((rank - micro) / MICROSECONDS)).toISOString().slice(0, 19);
    if (this.#kind === "date") return `"${second.slice(0, 10)}"`;
    const zone = this.#kind === "time" ? "+00:00" : "";
    return `"${second}.${String(micro).padStart(6, "0")}${zone}"`;
  }

  /** Returns from where the next read begins. */
  from(watermark: Rank): Rank {
    if (typeof watermark === "string") return watermark;
    const from = this.#whole(watermark - this.#lag);
    const least = this.#kind === "number" ? LEAST_NUMBER : LEAST_TIME;
    return from < least && watermark >= least ? least : from;
  }

  /**
   * Returns the watermark after a row. Rows come in the database's order, which of texts need not be ours: the last one is
   * the highest.
   */
  highest(before: Rank | undefined, rank: Rank, now: number): Rank {
    const reached = this.#bounded(rank, now);
    const isLast = this.#kind === "text" && reached === rank;
    return before === undefined || isLast || isBefore(before, reached) ? reached : before;
  }

  /** A row dated 2099 must not keep the next run from reading what comes before. */
  #bounded(rank: Rank, now: number): Rank {
    if (typeof rank === "string") {
      const form = TEXT_TIME.exec(rank);
      if (form === null) return rank;
      return earlier(rank, { now, isLocal: form[3] === undefined }, (ms) => inForm(ms, form));
    }
    if (this.#kind === "number") return rank;
    const isLocal = this.#kind !== "time";
    // A column of whole seconds may round down what is written after this one has begun.
    const second = now - now % 1000;
    return earlier(rank, { now: second, isLocal }, (ms) => this.#whole(BigInt(ms) * MICROSECONDS));
  }

  /** A date is a whole day, as its column compares it. */
  #whole(rank: bigint): bigint {
    return this.#kind === "date" ? rank - remainder(rank, DAY) : rank;
  }
}

/** Compares ranks, texts by their code points as SQLite does. */
export function isBefore(one: Rank, other: Rank): boolean {
  if (typeof one !== "string" || typeof other !== "string") return one < other;
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)];
    if (a !== b) return weight(a) < weight(b);
  }
  return one.length < other.length;
}

/** Surrogates stand for what comes after all other characters. */
function weight(unit: number): number {
  return unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/**
 * Returns a rank, but none after our clock. One without a zone may be ahead of ours; what is ahead of them all says nothing
 * about where it is, and then it may be the one furthest behind.
 */
function earlier<T extends Rank>(
  rank: T,
  { now, isLocal }: { readonly now: number; readonly isLocal: boolean },
  at: (ms: number) => T,
): T {
  const most = isLocal && rank > at(now + AHEAD) ? at(now - BEHIND) : at(now);
  return rank < most ? rank : most;
}

/** Returns a moment in the form of a text. */
function inForm(ms: number, form: RegExpExecArray): string {
  const [, text = "", blank = "T", zone = "", hours = "0", minutes = "0"] = form;
  const offset = Number(hours) * 60 + Number(`${hours[0]}${minutes}`);
  const clock = new Date(ms + offset * 60_000).toISOString().slice(0, 23);
  return clock.replace("T", blank).padEnd(text.length, "0").slice(0, text.length) + zone;
}

/** Other than by `%`, times before 1970 are no exception. */
function remainder(rank: bigint, unit: bigint): bigint {
  return ((rank % unit) + unit) % unit;
}
