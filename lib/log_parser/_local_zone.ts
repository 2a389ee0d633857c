const DAY_SECONDS = 86_400;
/** Days that are remembered: three years, more than most logs span. */
const MOST_DAYS = 1100;

/** A time zone as logs need it: how far its clocks are from UTC at a local time. */
export class LocalZone {
  readonly #timezone: string;
  /** Offset by local day; `null` on the days on which clocks change: there each line is looked up. */
  readonly #days = new Map<number, number | null>();

  /**
   * @param timezone Its IANA name, or an offset such as `+02:00`.
   * @throws {RangeError} If the runtime does not know it.
   */
  constructor(timezone: string) {
    this.#timezone = timezone;
    this.offsetAt(0);
  }

  /**
   * Returns the seconds by which the zone is ahead of UTC.
   *
   * A local time that happens twice, as clocks go back, is the earlier one.
   *
   * @param local The local time, as seconds since 1970-01-01 on the zone's own clocks.
   */
  offsetAt(local: number): number {
    const day = Math.floor(local / DAY_SECONDS);
    let offset = this.#days.get(day);
    if (offset === undefined) {
      const start = this.#lookUp(day * DAY_SECONDS);
      offset = start === this.#lookUp((day + 1) * DAY_SECONDS) ? start : null;
      if (this.#days.size >= MOST_DAYS) this.#days.clear();
      this.#days.set(day, offset);
    }
    return offset ?? this.#lookUp(local);
  }

  /** Says whether clocks skip a local time, or show it twice, of which {@linkcode offsetAt} takes the earlier one. */
  stateAt(local: number): "skipped" | "twice" | undefined {
    this.offsetAt(local);
    if (this.#days.get(Math.floor(local / DAY_SECONDS)) !== null) return undefined;
    const [clock, earlier] = this.#zoned(local, "earlier");
    const [, later] = this.#zoned(local, "later");
    if (earlier.epochMilliseconds === later.epochMilliseconds) return undefined;
    return earlier.toPlainDateTime().equals(clock) ? "twice" : "skipped";
  }

  #lookUp(local: number): number {
    return local - this.#zoned(local, "earlier")[1].epochMilliseconds / 1000;
  }

  #zoned(
    local: number,
    disambiguation: "earlier" | "later",
  ): [Temporal.PlainDateTime, Temporal.ZonedDateTime] {
    const clock = Temporal.Instant.fromEpochMilliseconds(local * 1000)
      .toZonedDateTimeISO("UTC").toPlainDateTime();
    return [clock, clock.toZonedDateTime(this.#timezone, { disambiguation })];
  }
}
