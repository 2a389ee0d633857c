import type {
  Action,
  Failure,
  Tried,
} from "../../../notebooks/exercises/04/04.1_retry_this/stub.ts";
import type { Subject } from "../../../notebooks/exercises/04/04.1_retry_this/check.ts";

function passes({ transient, repeatable }: Failure): boolean {
  return transient && repeatable !== false;
}

class Answer extends Error {
  readonly action: Action;
  constructor(action: Action) {
    super(action);
    this.action = action;
  }
}

/** Rows of a table; the first that fits decides. */
const TABLE: readonly (readonly [(failure: Failure, tried: Tried) => boolean, Action])[] = [
  [({ of }) => of === "configuration", "stop"],
  [({ of }) => of === "record", "reject"],
  [(failure) => !passes(failure), "stop"],
  [(_, { attempts, limit }) => attempts >= limit, "stop"],
  [({ wait = 0 }, { maxWait }) => wait > maxWait, "suspend"],
  [() => true, "retry"],
];

class Policy {
  readonly #tried: Tried;
  constructor(tried: Tried) {
    this.#tried = tried;
  }
  decide(failure: Failure): Action {
    switch (failure.of) {
      case "record":
        return "reject";
      case "configuration":
        return "stop";
      default:
        return this.#again(failure);
    }
  }
  #again(failure: Failure): Action {
    const { attempts, limit, maxWait } = this.#tried;
    if (!(passes(failure) && attempts < limit)) return "stop";
    return (failure.wait ?? 0) <= maxWait ? "retry" : "suspend";
  }
}

/** Right solutions of forms that the author did not think of first. */
export const right: Readonly<Record<string, Subject>> = {
  "a table of rows": {
    decide: (failure, tried) => TABLE.find(([fits]) => fits(failure, tried))?.[1] ?? "stop",
  },
  "a class with a switch": { decide: (failure, tried) => new Policy(tried).decide(failure) },
  "one expression": {
    decide: (f, t) =>
      f.of === "record"
        ? "reject"
        : f.of !== "configuration" && passes(f) && t.attempts < t.limit
        ? (f.wait === undefined || f.wait <= t.maxWait ? "retry" : "suspend")
        : "stop",
  },
  "an object of functions": {
    decide(failure, tried) {
      const again = () => new Policy(tried).decide({ ...failure, of: "request" });
      const by: Record<Failure["of"], () => Action> = {
        configuration: () => "stop",
        record: () => "reject",
        request: again,
        storage: again,
      };
      return by[failure.of]();
    },
  },
  "numbers instead of conditions": {
    decide({ of, transient, repeatable = true, wait }, { attempts, limit, maxWait }) {
      if (of === "record") return "reject";
      const left = of === "configuration" ? 0 : Number(transient) * Number(repeatable) *
        Math.max(0, limit - attempts);
      return left === 0 ? "stop" : Math.sign((wait ?? -1) - maxWait) > 0 ? "suspend" : "retry";
    },
  },
  "throws inside, caught outside": {
    decide(failure, tried) {
      try {
        if (failure.of === "record") throw new Answer("reject");
        if (failure.of === "configuration" || !passes(failure)) throw new Answer("stop");
        if (tried.attempts >= tried.limit) throw new Answer("stop");
        if ((failure.wait ?? 0) > tried.maxWait) throw new Answer("suspend");
        return "retry";
      } catch (error) {
        return error instanceof Answer ? error.action : "stop";
      }
    },
  },
  "a generator of vetoes": {
    decide(failure, tried) {
      function* vetoes(): Generator<Action> {
        if (failure.of === "record") yield "reject";
        if (failure.of === "configuration") yield "stop";
        if (!passes(failure) || tried.attempts >= tried.limit) yield "stop";
        if (failure.wait !== undefined && failure.wait > tried.maxWait) yield "suspend";
      }
      return vetoes().next().value ?? "retry";
    },
  },
  "from the last rule to the first": {
    decide(failure, tried) {
      let action: Action = "retry";
      if ((failure.wait ?? 0) > tried.maxWait) action = "suspend";
      if (tried.attempts >= tried.limit || !passes(failure)) action = "stop";
      if (failure.of === "configuration") action = "stop";
      if (failure.of === "record") action = "reject";
      return action;
    },
  },
};
