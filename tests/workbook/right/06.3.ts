import type {
  Action,
  Disk,
  Publication,
} from "../../../notebooks/exercises/06/06.3_reconcile/stub.ts";

type Reconcile = (publications: readonly Publication[], disk: Disk) => Action[];
type Do = Action["do"];

function sweep(all: readonly Publication[], { staged }: Disk): Action[] {
  return Object.keys(staged).filter((path) => !all.some((one) => one.path === path))
    .map((path) => ({ do: "sweep", path }));
}

function loop(all: readonly Publication[], disk: Disk): Action[] {
  const actions = sweep(all, disk);
  for (const { path, sha256, status } of all) {
    const there = disk.lake[path];
    if (there === sha256) {
      if (status === "intended") actions.push({ do: "confirm", path });
    } else if (status === "published" || there !== undefined) actions.push({ do: "stop", path });
    else actions.push({ do: disk.staged[path] === sha256 ? "move" : "take-back", path });
  }
  return actions;
}

/** By a table of what is found. */
const TABLE: Readonly<Record<string, Do>> = {
  "intended move": "move",
  "intended confirm": "confirm",
  "intended lost": "take-back",
  "intended other": "stop",
  "published lost": "stop",
  "published other": "stop",
  "published move": "stop",
};

function table(all: readonly Publication[], disk: Disk): Action[] {
  const found = ({ path, sha256 }: Publication) =>
    disk.lake[path] === sha256
      ? "confirm"
      : path in disk.lake
      ? "other"
      : disk.staged[path] === sha256
      ? "move"
      : "lost";
  return all.flatMap((one) => {
    const action = TABLE[`${one.status} ${found(one)}`];
    return action === undefined ? [] : [{ do: action, path: one.path }];
  }).concat(sweep(all, disk));
}

/** Every path that anybody knows. */
function byPath(all: readonly Publication[], disk: Disk): Action[] {
  const rows = new Map(all.map((one) => [one.path, one]));
  const actions = new Map<string, Do>();
  for (const path of new Set([...rows.keys(), ...Object.keys(disk.staged)])) {
    const row = rows.get(path);
    const [action] = row === undefined
      ? [{ do: "sweep" as const }]
      : loop([row], { ...disk, staged: pick(disk, row) });
    if (action !== undefined) actions.set(path, action.do);
  }
  return Array.from(actions, ([path, what]) => ({ path, do: what }));
}

function queries(all: readonly Publication[], { staged, lake }: Disk): Action[] {
  const isIn = ({ path, sha256 }: Publication) => lake[path] === sha256;
  const of = (what: Do, rows: readonly { readonly path: string }[]): Action[] =>
    rows.map(({ path }) => ({ do: what, path }));
  const [intended = [], published = []] = [
    all.filter(({ status }) => status === "intended"),
    all.filter(({ status }) => status === "published"),
  ];
  const open = intended.filter((one) => !isIn(one) && lake[one.path] === undefined);
  return [
    of("confirm", intended.filter(isIn)),
    of("stop", [
      ...published.filter((one) => !isIn(one)),
      ...intended.filter((one) => !isIn(one) && lake[one.path] !== undefined),
    ]),
    of("move", open.filter(({ path, sha256 }) => staged[path] === sha256)),
    of("take-back", open.filter(({ path, sha256 }) => staged[path] !== sha256)),
    sweep(all, { staged, lake }),
  ].flat();
}

class Reconciler {
  readonly #disk: Map<string, { staged?: string; lake?: string }> = new Map();

  constructor({ staged, lake }: Disk) {
    for (const [path, hash] of Object.entries(staged)) this.#disk.set(path, { staged: hash });
    for (const [path, hash] of Object.entries(lake)) {
      this.#disk.set(path, { ...this.#disk.get(path), lake: hash });
    }
  }

  take({ path, sha256, status }: Publication): Action[] {
    const { staged, lake } = this.#disk.get(path) ?? {};
    this.#disk.delete(path);
    if (lake === sha256) return status === "published" ? [] : [{ do: "confirm", path }];
    if (status === "published" || lake) return [{ do: "stop", path }];
    return [{ do: staged === sha256 ? "move" : "take-back", path }];
  }

  *rest(): Generator<Action> {
    for (const [path, { staged }] of this.#disk) if (staged) yield { do: "sweep", path };
  }
}

/** Unusual, and right. */
export const right: Record<string, { readonly reconcile: Reconcile }> = {
  "a loop": { reconcile: loop },
  "a table": { reconcile: table },
  "path by path": { reconcile: byPath },
  "a query for each kind": { reconcile: queries },
  "a class that ticks off": {
    reconcile(all, disk) {
      const one = new Reconciler(disk);
      return [...all.flatMap((row) => one.take(row)), ...one.rest()];
    },
  },
  "in the other order": { reconcile: (...args) => loop(...args).reverse() },
  "with more in each action": {
    reconcile: (...args) => loop(...args).map((one, n) => ({ ...one, n })),
  },
  "a fold": {
    reconcile: (all, disk) =>
      all.reduce(
        (done: Action[], one) => [...done, ...table([one], { ...disk, staged: pick(disk, one) })],
        sweep(all, disk),
      ),
  },
};

function pick({ staged }: Disk, { path }: Publication): Record<string, string> {
  return path in staged ? { [path]: staged[path] ?? "" } : {};
}
