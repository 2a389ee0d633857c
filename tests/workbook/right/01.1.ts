import type { ResponseClock } from "../../../notebooks/exercises/01/01.1_retry_after/stub.ts";
import type { Subject } from "../../../notebooks/exercises/01/01.1_retry_after/check.ts";

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** One pattern for all three forms; a date is put together by Date.UTC. */
const DATE = new RegExp(
  "^(?:[A-Z][a-z]{2}, (?<d1>\\d\\d) (?<m1>[A-Z][a-z]{2}) (?<y1>\\d{4}) (?<t1>\\d\\d:\\d\\d:\\d\\d) GMT" +
    "|[A-Z][a-z]+day, (?<d2>\\d\\d)-(?<m2>[A-Z][a-z]{2})-(?<y2>\\d\\d) (?<t2>\\d\\d:\\d\\d:\\d\\d) GMT" +
    "|[A-Z][a-z]{2} (?<m3>[A-Z][a-z]{2}) (?<d3>[ \\d]\\d) (?<t3>\\d\\d:\\d\\d:\\d\\d) (?<y3>\\d{4}))$",
);

function momentOf(text: string): number | undefined {
  const groups = DATE.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const [day, month, year, time = ""] = ["d", "m", "y", "t"].map((letter) =>
    groups[`${letter}1`] ?? groups[`${letter}2`] ?? groups[`${letter}3`]
  );
  const index = MONTHS.indexOf(month ?? "");
  if (index < 0) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  const full = year?.length === 2 ? 2000 + Number(year) : Number(year);
  if (new Date(Date.UTC(full, index, Number(day))).getUTCMonth() !== index) return undefined;
  return Date.UTC(full, index, Number(day), hours, minutes, seconds);
}

function answer(value: string | null, { date, now }: ResponseClock): number | undefined {
  const text = (value ?? "").trim();
  if (text !== "" && [...text].every((letter) => letter >= "0" && letter <= "9")) {
    return parseInt(text, 10) * 1_000;
  }
  const then = momentOf(text);
  if (then === undefined) return;
  const wait = then - (momentOf(date ?? "") ?? now);
  return wait > 0 ? wait : 0;
}

/** Right solutions of forms that the author did not think of first. */
export const right: Readonly<Record<string, Subject>> = {
  "one pattern, and Date.UTC": { parseRetryAfter: answer },
  "a destructured clock": {
    parseRetryAfter: (value, { now, date }) => answer(value, { date, now }),
  },
  "an async function": {
    parseRetryAfter: (async (value: string | null, clock: ResponseClock) => {
      return await Promise.resolve(answer(value, clock));
    }) as unknown as Subject["parseRetryAfter"],
  },
  "minus zero for a date that has passed": {
    parseRetryAfter(value, clock) {
      const wait = answer(value, clock);
      return wait === 0 ? -0 : wait;
    },
  },
  "Temporal": {
    parseRetryAfter(value, clock) {
      const then = momentOf(value ?? "");
      if (then === undefined) return answer(value, clock);
      const from = Temporal.Instant.fromEpochMilliseconds(momentOf(clock.date ?? "") ?? clock.now);
      const wait = Temporal.Instant.fromEpochMilliseconds(then).since(from);
      return wait.sign < 0 ? 0 : wait.total("milliseconds");
    },
  },
  "errors inside, undefined outside": {
    parseRetryAfter(value, clock) {
      try {
        const found = answer(value, clock);
        if (found === undefined) throw new SyntaxError("no known form");
        return found;
      } catch {
        return undefined;
      }
    },
  },
  "a list of parsers": {
    parseRetryAfter(value, clock) {
      const parsers = [
        (text: string) => /^\s*\d+\s*$/.test(text) ? Number(text) * 1e3 : undefined,
        (text: string) => momentOf(text) === undefined ? undefined : answer(text, clock),
      ];
      for (const parse of parsers) {
        const found = parse(value ?? "");
        if (found !== undefined) return found;
      }
      return undefined;
    },
  },
  "a class with a method": {
    parseRetryAfter(value, clock) {
      class RetryAfter {
        readonly #text: string | null;
        constructor(text: string | null) {
          this.#text = text;
        }
        from(at: ResponseClock) {
          return answer(this.#text, at);
        }
      }
      return new RetryAfter(value).from(clock);
    },
  },
};
