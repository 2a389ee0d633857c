import type { TableColumn } from "../../../db/mod.ts";
import { ConfigError } from "../../../errors/mod.ts";

/** Where a row is in the order of its incremental column; numbers and times (in microseconds) can be measured. */
export type Rank = bigint | string;

/** How far before the watermark to read again: a number of keys, or ms. */
export type Lag = { readonly keys: number } | { readonly ms: number };

const MICROSECONDS = 1000n;
/** A clock without a zone goes back by an hour in autumn. */
const HOUR = 3_600_000_000n;
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
    const isTime = this.#kind === "time" || this.#kind === "local time";
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
    if (this.#kind === "text") return json.startsWith('"') ? JSON.parse(json) : undefined;
    if (this.#kind === "number") return /^-?\d+$/.test(json) ? BigInt(json) : undefined;
    const [, year = "", day, time = "00:00:00", fraction = ""] = TIME.exec(json.slice(1, -1)) ?? [];
    const ms = Date.parse(`${year}-${day}T${time}Z`);
    // Infinity, and years with five digits: nobody means a moment by them.
    if (year.length !== 4 || Number.isNaN(ms)) return undefined;
    return BigInt(ms) * MICROSECONDS + BigInt(fraction.padEnd(6, "0"));
  }

  /** Returns a rank as its value is in JSON. */
  jsonOf(rank: Rank): string {
    if (typeof rank === "string") return JSON.stringify(rank);
    if (this.#kind === "number") return String(rank);
    // Division would round times before 1970 up.
    const micro = ((rank % 1_000_000n) + 1_000_000n) % 1_000_000n;
    const second = new Date(Number((rank - micro) / MICROSECONDS)).toISOString().slice(0, 19);
    const zone = this.#kind === "time" ? "+00:00" : "";
    return `"${second}.${String(micro).padStart(6, "0")}${zone}"`;
  }

  /** Returns from where the next read begins. */
  from(watermark: Rank): Rank {
    return typeof watermark === "string" ? watermark : watermark - this.#lag;
  }

  /** A row dated 2099 must not keep the next run from reading what comes before. */
  bounded(rank: Rank, now: number): Rank {
    if (typeof rank === "string" || this.#kind === "number") return rank;
    const most = BigInt(now) * MICROSECONDS;
    return rank < most ? rank : most;
  }
}
