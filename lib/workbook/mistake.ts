/** What is known about a mistake that many make. */
export interface MistakeInfo {
  /** Names the misconception and what it costs in production. */
  readonly means: string;
  /** A question or a pointer that leads on without giving the answer away. */
  readonly think: string;
}

/** The known mistakes of an exercise; each key is the `id` of an entry of `wrong.ts`. */
export type Mistakes = Readonly<Record<string, MistakeInfo>>;

/** The `id` of what is none of the known mistakes. */
export const UNEXPECTED = "unexpected";

/** An expectation does not hold. */
export class Mistake extends Error {
  /** Which mistake of the catalogue it is; "unexpected" where it is none of them. */
  readonly id: string;
  /** What is known about it. */
  readonly info: MistakeInfo;
  /** What the check saw: values, counts, the moment. */
  readonly seen: string;

  /** @param id Key of the catalogue. @param info Its entry. @param seen What the check saw. */
  constructor(id: string, info: MistakeInfo, seen: string) {
    super(`${info.means} (${seen})`);
    this.name = "Mistake";
    this.id = id;
    this.info = info;
    this.seen = seen;
  }
}

/**
 * Makes the function by which a check names the mistakes of its catalogue.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const wrong = mistakesOf({
 *   "cursor-first": { means: "You saved the cursor before the data", think: "What is lost then?" },
 * });
 * assertEquals(wrong("cursor-first", "page 3 is gone").id, "cursor-first");
 * ```
 */
export function mistakesOf<const Known extends Mistakes>(
  known: Known,
): (id: Extract<keyof Known, string>, seen: string) => Mistake {
  return (id, seen) => {
    const info = known[id];
    if (info === undefined) throw new RangeError(`Cannot name mistake "${id}": it is not known`);
    return new Mistake(id, info, seen);
  };
}

/** Makes the mistake of a result that is wrong in no way that the catalogue knows; the verdict names the task's line. */
export function unexpected(seen: string): Mistake {
  return new Mistake(UNEXPECTED, {
    means: "The result is not the one that the task promises",
    think: "What does the task say about this?",
  }, seen);
}
