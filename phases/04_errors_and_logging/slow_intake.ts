/** What came of a small intake, and where its time went. */
export interface Intake {
  readonly lines: number;
  /** Ids, in their order. */
  readonly kept: readonly string[];
  readonly duplicates: number;
  /** Lines that are no record; `undefined` if it does not count them. */
  readonly rejected: number | undefined;
  readonly parseMs: number;
  readonly seenMs: number;
}

/** How an intake does its two steps. */
export interface Manner {
  /** Returns the id of a line; `undefined` if it is no record. */
  readonly parse: (line: string) => string | undefined;
  /** Makes what says of an id whether it was seen before, and remembers it. */
  readonly memory: () => (id: string) => boolean;
  /** Whether what is no record is counted. */
  readonly counts: boolean;
}

/** As it was found: a list is searched, and a broken line is nobody's business. */
export const SLOW: Manner = {
  parse: idOf,
  memory() {
    const seen: string[] = [];
    return (id) => seen.includes(id) || seen.push(id) === 0;
  },
  counts: false,
};

/** Mended: a set is asked, and every line is accounted for. */
export const QUICK: Manner = {
  parse: idOf,
  memory() {
    const seen = new Set<string>();
    return (id) => seen.size === seen.add(id).size;
  },
  counts: true,
};

/** Rounds of the same quakes, so that there is something to recognize. */
const ROUNDS = 4;

/** Returns lines of quakes, each several times under other ids and once again, and a few that are broken. */
export async function quakeLines(path: string): Promise<string> {
  const { features } = JSON.parse(await Deno.readTextFile(path)) as {
    readonly features: readonly { readonly id: string }[];
  };
  const lines = Array.from(
    { length: ROUNDS },
    (_, round) =>
      features.map(({ id }, at) =>
        at % 500 === 499
          ? '{"id": "cut of'
          : JSON.stringify({ id: at % 10 === 0 ? id : `${id}-${round}`, at })
      ),
  );
  return lines.flat().join("\n");
}

/** Takes lines in three times, and returns the fastest: what else the machine does is nobody's fault. */
export function fastest(text: string, manner: Manner): Intake {
  const ms = ({ parseMs, seenMs }: Intake) => parseMs + seenMs;
  return Array.from({ length: 3 }, () => takeIn(text, manner))
    .reduce((best, one) => ms(one) < ms(best) ? one : best);
}

function takeIn(text: string, { parse, memory, counts }: Manner): Intake {
  const lines = text.split("\n");
  const begun = performance.now();
  const ids = lines.map(parse);
  const parsed = performance.now();
  const isSeen = memory();
  const records = ids.filter((id) => id !== undefined);
  const kept = records.filter((id) => !isSeen(id));
  return {
    lines: lines.length,
    kept,
    duplicates: records.length - kept.length,
    rejected: counts ? lines.length - records.length : undefined,
    parseMs: parsed - begun,
    seenMs: performance.now() - parsed,
  };
}

function idOf(line: string): string | undefined {
  try {
    return JSON.parse(line).id;
  } catch {
    return undefined; // Counted, or not: that is the difference.
  }
}
