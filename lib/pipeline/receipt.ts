import { hostWithPort } from "../grammar/mod.ts";
import { dirname, isAbsolute, normalize, sep } from "node:path";

/** What a run was allowed to touch. */
export interface Planned {
  /** `host:port` of servers. */
  readonly net: readonly string[];
  /** Files and folders to read. */
  readonly read: readonly string[];
  /** Files and folders to write. */
  readonly write: readonly string[];
  /** Names of variables. */
  readonly env: readonly string[];
}

/** How often something was touched. */
export interface Touched {
  /** `read`, `write`, `net` or `env`; of what was refused, any that the runtime knows. */
  readonly permission: string;
  /** An entry of the plan; of what was refused, what was asked for. */
  readonly place: string;
  /** How often; what the runtime reports twice counts twice. */
  readonly accesses: number;
}

/** What a run touched, by the runtime's own audit; `<run_id>.receipt.json` in the log folder. */
export interface Receipt {
  /** Version of this form. */
  readonly receipt_version: 1;
  /** The run. */
  readonly run_id: string;
  /** Processes that worked on the run; what they touched is added up. */
  readonly attempts: number;
  /** End of the last one, ISO 8601 UTC. */
  readonly ended_at: string;
  /** Of the last one; `null` if its launcher was killed. */
  readonly exit_code: number | null;
  /** What the last one was allowed. */
  readonly planned: Planned;
  /** Entries of the plan that were used. */
  readonly touched: readonly Touched[];
  /**
   * What the run asked for and was not allowed, as the plan does not name it; but for a look at the folder above one that
   * it may write, which a first run takes.
   */
  readonly refused: readonly Touched[];
  /** Accesses to further things that were refused, beyond those listed. */
  readonly refused_more: number;
}

/** How many refused things are listed; a module may try any number. */
const MOST_REFUSED = 100;
const LONGEST_PLACE = 300;
/** How many of them are said on the terminal. */
const MOST_SHOWN = 3;
/** A variable that nobody but the package `pg` asks for, so that it is at work. */
const OF_PG = "NODE_PG_FORCE_NATIVE";
/** Variables that it asks for whatever it is given; no one needs to hear that it did not get them. */
const HABITS: readonly string[] = [
  OF_PG,
  "PGBINARY",
  "PGOPTIONS",
  "PGREPLICATION",
  "PGSSLNEGOTIATION",
  "USER",
  "USERNAME",
];

interface Count {
  readonly permission: string;
  readonly place: string;
  accesses: number;
}

type Counts = Map<string, Count>;

/** Adds up what the runtime reports, in memory that does not grow with it. */
export class AccessCounts {
  readonly #planned: Planned;
  readonly #logFolder: string;
  readonly #mask: (text: string) => string;
  readonly #touched: Counts = new Map();
  readonly #refused: Counts = new Map();
  readonly #folders: Record<"read" | "write", PlannedFolders>;
  /** What paths of one folder are counted as, by the part of the line up to their names. */
  readonly #byStart = new Map<string, Count>();
  #more = 0;
  /** The run, once its log was opened. */
  runId: string | undefined;

  /**
   * @param planned Paths with those that they lead to.
   * @param options `mask` takes secrets out of what a run asked for, which may hold any.
   */
  constructor(
    planned: Planned,
    options: { readonly logFolder: string; readonly mask: (text: string) => string },
  ) {
    this.#planned = planned;
    this.#folders = {
      read: new PlannedFolders(planned.read),
      write: new PlannedFolders(planned.write),
    };
    this.#logFolder = options.logFolder;
    this.#mask = options.mask;
  }

  /**
   * Counts an access in the runtime's own words: for thousands of files that follow each other in one folder, only the
   * first line is parsed.
   *
   * @param line JSON of one line, without its end.
   */
  addLine(line: string): void {
    const from = line.indexOf(',"permission":');
    const to = line.lastIndexOf("/") + 1;
    const start = to > from && from > 0 && PLAIN_NAME.test(line.slice(to)) && line.slice(from, to);
    const known = start ? this.#byStart.get(start) : undefined;
    if (known !== undefined) {
      known.accesses++;
      return;
    }
    const { permission, value: said } = JSON.parse(line) as { permission: string; value: unknown };
    const value = String(said ?? "");
    this.add(permission, value);
    if (permission !== "read" && permission !== "write" || !start) return;
    if (this.runId === undefined || !this.#folders[permission].isOfOne(value)) return;
    const count = this.#touched.get(`${permission} ${this.#placeOf(permission, value)}`);
    if (this.#byStart.size === MOST_FOLDERS) this.#byStart.clear();
    if (count !== undefined) this.#byStart.set(start, count);
  }

  /** Counts an access; the runtime does not say whether it was allowed, so that the plan decides. */
  add(permission: string, value: string): void {
    const place = this.#placeOf(permission, value);
    if (place !== undefined) {
      if (permission === "write") this.runId ??= runOf(value, this.#logFolder);
      return count(this.#touched, permission, place);
    }
    if (permission === "read" && this.#isOwnLook(value)) return;
    const asked = this.#mask(permission === "net" ? hostOf(value) : value).slice(0, LONGEST_PLACE);
    if (this.#refused.size < MOST_REFUSED || this.#refused.has(`${permission} ${asked}`)) {
      return count(this.#refused, permission, asked);
    }
    this.#more++;
  }

  /** Says in one line what was refused, of this attempt; `undefined` if nothing was but what `pg` asks for anyway. */
  get refusedInWords(): string | undefined {
    const hushed = this.#refused.has(`env ${OF_PG}`) ? HABITS : [];
    const refused = [...this.#refused.values()].filter(({ permission, place }) =>
      permission !== "env" || !hushed.includes(place)
    );
    if (refused.length + this.#more === 0) return undefined;
    const shown = refused.slice(0, MOST_SHOWN);
    const others = refused.length - shown.length + this.#more;
    return [
      ...shown.map(({ permission, place }) => `${permission} ${place || "(all)"}`),
      ...(others > 0 ? [`${others} more`] : []),
    ].join(", ");
  }

  /** Returns the receipt of the run, with what earlier attempts touched. */
  receipt(
    runId: string,
    end: {
      readonly at: string;
      readonly exitCode: number | null;
      readonly before: Receipt | undefined;
    },
  ): Receipt {
    const { before } = end;
    const refused = sum(this.#refused, before?.refused);
    const others = refused.slice(MOST_REFUSED).reduce((total, { accesses }) => total + accesses, 0);
    return {
      receipt_version: 1,
      run_id: runId,
      attempts: (before?.attempts ?? 0) + 1,
      ended_at: end.at,
      exit_code: end.exitCode,
      planned: this.#planned,
      touched: sum(this.#touched, before?.touched),
      refused: refused.slice(0, MOST_REFUSED),
      refused_more: this.#more + (before?.refused_more ?? 0) + others,
    };
  }

  /**
   * A run looks at the folder above what it makes, and for a part of its database in another file, and does without if
   * that is denied. Listed, it would be the only thing in most receipts.
   */
  #isOwnLook(path: string): boolean {
    return this.#planned.write.some((place) => path === dirname(place) || path === `${place}-wal`);
  }

  /** Returns the entry of the plan that allows an access. */
  #placeOf(permission: string, value: string): string | undefined {
    const { net, env } = this.#planned;
    switch (permission) {
      case "read":
      case "write":
        return this.#folders[permission].entryOf(value);
      case "net": {
        const host = hostOf(value);
        return net.find((planned) => planned === host);
      }
      case "env":
        return env.find((planned) => planned === value);
      default:
        return undefined;
    }
  }
}

/** How many folders are remembered. */
const MOST_FOLDERS = 16;
/** How a line ends with the name of a file: nothing of it is escaped, and nothing follows the value. */
const PLAIN_NAME = /^[^."\\][^"\\]*"\}$/;

/** Finds the entry of a plan that a path is in; of thousands of files that follow each other in one folder, once. */
class PlannedFolders {
  readonly #planned: readonly string[];
  /** Folders, as they were written, in which no entry begins: all that is in one is of the same entry. */
  readonly #known = new Map<string, string | undefined>();

  constructor(planned: readonly string[]) {
    this.#planned = planned;
  }

  /** Says whether all files that are named in the folder of a path are known to be of one entry, or of none. */
  isOfOne(path: string): boolean {
    return this.#known.has(path.slice(0, path.lastIndexOf(sep) + 1));
  }

  entryOf(path: string): string | undefined {
    const folder = path.slice(0, path.lastIndexOf(sep) + 1);
    const isNamed = path.length > folder.length && path[folder.length] !== ".";
    if (isNamed && this.#known.has(folder)) return this.#known.get(folder);
    const place = placeOf(path, this.#planned);
    if (isNamed && isAbsolute(path)) {
      const within = normalize(folder);
      if (this.#planned.some((entry) => entry.startsWith(within))) return place;
      if (this.#known.size === MOST_FOLDERS) this.#known.clear();
      this.#known.set(folder, place);
    }
    return place;
  }
}

function placeOf(path: string, planned: readonly string[]): string | undefined {
  if (!isAbsolute(path)) return undefined;
  const whole = normalize(path);
  return planned.find((place) => whole === place || whole.startsWith(`${place}${sep}`));
}

/** Returns the server of an address, without what else is in it, which may be secret. */
function hostOf(value: string): string {
  const url = URL.parse(value);
  return url?.hostname ? hostWithPort(url) : value;
}

/** The first log that a process opens is that of its run. */
function runOf(path: string, logFolder: string): string | undefined {
  const [, run] = /\/([0-9A-HJKMNP-TV-Z]{26})\.jsonl$/.exec(path) ?? [];
  return dirname(path) === logFolder ? run : undefined;
}

function count(counts: Counts, permission: string, place: string, accesses = 1): void {
  const key = `${permission} ${place}`;
  const known = counts.get(key);
  if (known === undefined) counts.set(key, { permission, place, accesses });
  else known.accesses += accesses;
}

function sum(counts: Counts, before: readonly Touched[] = []): Touched[] {
  const all: Counts = new Map();
  for (const { permission, place, accesses } of [...before, ...counts.values()]) {
    count(all, permission, place, accesses);
  }
  return [...all.values()];
}
