import type {
  Outcome,
  StreamCounts,
  Verdict,
} from "../../../notebooks/exercises/04/04.5_green_half/stub.ts";
import type { Subject } from "../../../notebooks/exercises/04/04.5_green_half/check.ts";

const EXIT: Readonly<Record<Outcome, number>> = {
  failed: 1,
  suspended: 75,
  partial: 2,
  complete: 0,
};
const GRAVITY: readonly Outcome[] = ["complete", "partial", "suspended", "failed"];

/** Rows of a table; the first that fits decides. */
const RULES: readonly (readonly [Outcome, (stream: StreamCounts) => boolean])[] = [
  ["failed", ({ error }) => error !== undefined],
  ["failed", ({ read, written, rejected }) => written + rejected !== read],
  ["suspended", ({ stopped = false }) => stopped],
  ["partial", ({ read, declared = read }) => declared > read],
  ["partial", ({ read, rejected, tolerance }) => read > 0 && rejected / read - tolerance > 1e-12],
  ["partial", ({ read, before = 0 }) => before > 0 && read === 0],
];

function outcomeOf(stream: StreamCounts): Outcome {
  return RULES.find(([, holds]) => holds(stream))?.[0] ?? "complete";
}

function verdict(outcome: Outcome, reasons: readonly string[]): Verdict {
  return { outcome, exit: EXIT[outcome], reasons };
}

function reasonsOf(streams: readonly StreamCounts[]): string[] {
  return streams.flatMap((stream) => {
    const outcome = outcomeOf(stream);
    return outcome === "complete" ? [] : [`stream ${stream.name} is ${outcome}`];
  });
}

const NOTHING = verdict("failed", ["no stream was run"]);

class Judge {
  #worst: Outcome | undefined;
  readonly #reasons: string[] = [];
  see(stream: StreamCounts): this {
    const outcome = outcomeOf(stream);
    if (outcome !== "complete") this.#reasons.push(`${stream.name} (${outcome})`);
    const isWorse = GRAVITY.indexOf(outcome) > GRAVITY.indexOf(this.#worst ?? "complete");
    if (this.#worst === undefined || isWorse) this.#worst = outcome;
    return this;
  }
  get verdict(): Verdict {
    return this.#worst === undefined ? NOTHING : verdict(this.#worst, this.#reasons);
  }
}

/** Right solutions of forms that the author did not think of first. */
export const right: Readonly<Record<string, Subject>> = {
  "a table of rules": {
    verdictOf(streams) {
      if (streams.length === 0) return NOTHING;
      const worst = Math.max(...streams.map((stream) => GRAVITY.indexOf(outcomeOf(stream))));
      return verdict(GRAVITY[worst] ?? "failed", reasonsOf(streams));
    },
  },
  "a class that sees one after the other": {
    verdictOf: (streams) => streams.reduce((judge, one) => judge.see(one), new Judge()).verdict,
  },
  "sorted by gravity": {
    verdictOf(streams) {
      const [worst] = streams.map(outcomeOf)
        .toSorted((a, b) => GRAVITY.indexOf(b) - GRAVITY.indexOf(a));
      return worst === undefined ? NOTHING : verdict(worst, reasonsOf(streams));
    },
  },
  "groups": {
    verdictOf(streams) {
      const groups = Map.groupBy(streams, outcomeOf);
      const worst = GRAVITY.toReversed().find((outcome) => groups.has(outcome));
      return worst === undefined ? NOTHING : verdict(worst, reasonsOf(streams));
    },
  },
  "a set and a chain of questions": {
    verdictOf(streams) {
      const seen = new Set(streams.map(outcomeOf));
      const outcome: Outcome = seen.size === 0 || seen.has("failed")
        ? "failed"
        : seen.has("suspended")
        ? "suspended"
        : seen.has("partial")
        ? "partial"
        : "complete";
      return seen.size === 0 ? NOTHING : verdict(outcome, reasonsOf(streams));
    },
  },
  "whole numbers instead of shares": {
    verdictOf(streams) {
      const scaled = streams.map((stream) => ({
        ...stream,
        tolerance: stream.read === 0
          ? 0
          : Math.floor(stream.tolerance * stream.read + 1e-6) / stream.read,
      }));
      return scaled.reduce((judge, one) => judge.see(one), new Judge()).verdict;
    },
  },
  "recursion": {
    verdictOf(streams) {
      const worst = ([head, ...rest]: readonly StreamCounts[]): Outcome => {
        if (head === undefined) return "complete";
        const [own, other] = [outcomeOf(head), worst(rest)];
        return GRAVITY.indexOf(own) > GRAVITY.indexOf(other) ? own : other;
      };
      return streams.length > 0 ? verdict(worst(streams), reasonsOf(streams)) : NOTHING;
    },
  },
  "frozen, with more in it": {
    verdictOf(streams) {
      const found = streams.reduce((judge, one) => judge.see(one), new Judge()).verdict;
      return Object.freeze({ ...found, streams: streams.length, reasons: [...found.reasons] });
    },
  },
};
