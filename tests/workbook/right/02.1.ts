import type {
  Decision,
  Found,
  Known,
} from "../../../notebooks/exercises/02/02.1_known_file/stub.ts";

/** Everything about a file in one object, asked in turn. */
class History {
  readonly #file: Found;
  readonly #known: readonly Known[];
  readonly #keys: string;
  #sha256: string | undefined;

  constructor(file: Found, known: readonly Known[], keys: string) {
    this.#file = file;
    this.#known = known;
    this.#keys = keys;
  }

  get sha256(): string {
    return this.#sha256 ??= this.#file.hash();
  }

  counts(one: Known): boolean {
    return one.verdict !== "rejected" || one.keys === this.#keys;
  }

  decide(): Decision {
    const own = this.#known.filter(({ path }) => path === this.#file.path);
    const [last] = own.slice(-1);
    if (last && this.counts(last)) {
      const { size, mtime } = this.#file;
      if (last.size === size && last.mtime === mtime) return "unchanged";
      if (last.sha256 === this.sha256) return "touched";
    }
    const [published] = own.filter(({ verdict }) => verdict === "published").slice(-1);
    if (published?.sha256 === this.sha256) return "touched";
    const others = this.#known.filter((one) =>
      one.path !== this.#file.path && one.sha256 === this.sha256
    );
    if (others.find(({ verdict }) => verdict === "published")) return "duplicate";
    if (others.find(({ keys }) => keys === this.#keys)) return "rejected";
    return published ? "new-version" : "new";
  }
}

function byLoop(file: Found, known: readonly Known[], keys: string): Decision {
  let last: Known | undefined;
  let published: Known | undefined;
  for (const one of known) {
    if (one.path !== file.path) continue;
    last = one;
    if (one.verdict === "published") published = one;
  }
  const valid = last !== undefined && (last.verdict === "published" || last.keys === keys);
  if (valid && last?.size === file.size && last.mtime === file.mtime) return "unchanged";
  const content = file.hash();
  if ([valid ? last : undefined, published].some((one) => one?.sha256 === content)) {
    return "touched";
  }
  let isRejected = false;
  for (const one of known) {
    if (one.sha256 !== content || one.path === file.path) continue;
    if (one.verdict === "published") return "duplicate";
    if (one.keys === keys) isRejected = true;
  }
  if (isRejected) return "rejected";
  return published === undefined ? "new" : "new-version";
}

/** Questions in order, the first that is answered wins. */
function byRules(file: Found, known: readonly Known[], keys: string): Decision {
  const newest = (test: (one: Known) => boolean) => [...known].reverse().find(test);
  const mine = ({ path }: Known) => path === file.path;
  const last = newest(mine);
  const good = last?.verdict === "published" || last?.keys === keys;
  let hash: string | undefined;
  const same = (one: Known) => one.sha256 === (hash ??= file.hash());
  const rules: [Decision, () => boolean][] = [
    ["unchanged", () => good && last?.size === file.size && last?.mtime === file.mtime],
    ["touched", () => good && last !== undefined && same(last)],
    ["touched", () => {
      const one = newest((one) => mine(one) && one.verdict === "published");
      return one !== undefined && same(one);
    }],
    [
      "duplicate",
      () => known.some((one) => !mine(one) && one.verdict === "published" && same(one)),
    ],
    ["rejected", () => known.some((one) => !mine(one) && one.keys === keys && same(one))],
    ["new-version", () => {
      const one = newest((one) => mine(one) && one.verdict === "published");
      return one !== undefined && !same(one);
    }],
  ];
  return rules.find(([, holds]) => holds())?.[0] ?? "new";
}

/** By maps, as a database would have it. */
function byMaps(file: Found, known: readonly Known[], keys: string): Decision {
  const paths = Map.groupBy(known, ({ path }) => path);
  const own = paths.get(file.path) ?? [];
  const last = own.at(-1);
  const stands = last !== undefined && !(last.verdict === "rejected" && last.keys !== keys);
  if (stands && last.mtime === file.mtime && last.size === file.size) return "unchanged";
  const sha256 = file.hash();
  if (stands && last.sha256 === sha256) return "touched";
  const shown = own.filter(({ verdict }) => verdict === "published").at(-1)?.sha256;
  if (shown === sha256) return "touched";
  const copies = (Map.groupBy(known, (one) => one.sha256).get(sha256) ?? [])
    .filter(({ path }) => path !== file.path);
  const verdicts = new Set(
    copies.map(({ verdict, keys: own }) => verdict === "published" || own === keys ? verdict : ""),
  );
  if (verdicts.has("published")) return "duplicate";
  if (verdicts.has("rejected")) return "rejected";
  return shown === undefined ? "new" : "new-version";
}

/** Right solutions of forms that a learner may well choose. */
export const right = {
  "a class that reads once": {
    decide: (file: Found, known: readonly Known[], keys: string) =>
      new History(file, known, keys).decide(),
  },
  "one loop after the other": { decide: byLoop },
  "a table of rules": { decide: byRules },
  "maps": { decide: byMaps },
  "an async function": {
    decide: (...args: Parameters<typeof byLoop>) => Promise.resolve(byLoop(...args)),
  },
  "known without what does not hold": {
    decide: (file: Found, known: readonly Known[], keys: string) => {
      const last = known.findLast(({ path }) => path === file.path);
      const isOver = last?.verdict === "rejected" && last.keys !== keys;
      const own = isOver
        ? known.map((one) => one === last ? { ...one, size: -1, sha256: "" } : one)
        : known;
      return byLoop(file, own, keys);
    },
  },
  "destructured, with a default": {
    decide({ hash, ...file }: Found, known: readonly Known[] = [], keys = "") {
      return byMaps({ ...file, hash }, known, keys);
    },
  },
  "a generator of answers": {
    decide(file: Found, known: readonly Known[], keys: string) {
      function* answers(): Generator<Decision> {
        yield byRules(file, known, keys);
      }
      return [...answers()][0] ?? "new";
    },
  },
};
