// It takes the place of the file below SQLite, as the driver takes that of the package.
// deno-lint-ignore headwaters/house-imports
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { SimulatedDisk } from "./_disk.ts";
import type { Random } from "./_random.ts";
import type { VirtualTime } from "./_time.ts";

/** Folder of everything that is simulated; paths outside it are the real disk's. */
export const ROOT = "/simulated";

/** The machine that a run believes to be on. */
export interface Platform {
  readonly time: VirtualTime;
  readonly disk: SimulatedDisk;
  readonly random: Random;
  readonly databases: SimulatedDatabases;
  readonly fetch: typeof fetch;
}

/**
 * Puts a simulated machine under this thread: the runtime's files, clocks, timers, random numbers, `fetch` and SQLite's
 * file. The library runs on it as it is, so that nothing in it can go around the simulation.
 *
 * @returns Gives the thread its real machine back.
 */
export function usePlatform(platform: Platform): Disposable {
  const undo: (() => void)[] = [];
  const put = (owner: object, values: Record<string, unknown>) => {
    for (const [name, value] of Object.entries(values)) {
      const before = Reflect.get(owner, name);
      undo.push(() => Reflect.set(owner, name, before));
      Reflect.set(owner, name, value);
    }
  };
  const { time, random } = platform;
  put(Deno, fileCalls(platform));
  put(Date, { now: () => time.wall });
  put(performance, { now: () => time.monotonic });
  put(Math, { random: () => random.next() });
  put(crypto, {
    getRandomValues: <T extends ArrayBufferView>(array: T) => random.fill(array),
    randomUUID: () => uuid(random),
  });
  put(globalThis, {
    setTimeout: (fire: () => void, ms: number) => time.setTimer(fire, ms),
    clearTimeout: (id: number | undefined) => time.clearTimer(id),
    fetch: platform.fetch,
  });
  undo.push(platform.databases.attach(random));
  return {
    [Symbol.dispose]() {
      for (const action of undo.reverse()) action();
    },
  };
}

function uuid(random: Random): string {
  const hex = random.fill(new Uint8Array(16)).toHex();
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
    .join("-");
}

/** The runtime's file calls that the library uses, for paths below {@linkcode ROOT}. */
function fileCalls({ disk, databases }: Platform): Record<string, unknown> {
  // Of the database there is only its image.
  const stat: Call = (path) => {
    const { image } = databases;
    if (path !== DATABASE || image === undefined) return disk.stat(path);
    return { ...disk.stat(ROOT), size: image.length };
  };
  const sync: Record<string, Call> = {
    statSync: stat,
    lstatSync: stat,
    realPathSync: (path) => (disk.stat(path), path),
    readDirSync: (path) => disk.list(path),
    openSync: (path, options?: Deno.OpenOptions) => disk.open(path, options),
    mkdirSync: (path, options?: Deno.MkdirOptions) => disk.mkdir(path, options),
    removeSync: (path, options?: Deno.RemoveOptions) => disk.remove(path, options),
    readFileSync: (path) => readAll(disk, path),
    readTextFileSync: (path) => new TextDecoder().decode(readAll(disk, path)),
  };
  const calls: Record<string, unknown> = {
    renameSync: either(Deno.renameSync, (from: string, to: string) => disk.rename(from, to)),
    readDir: either(Deno.readDir, async function* (path: string) {
      yield* await Promise.resolve(disk.list(path));
    }),
  };
  for (const [name, call] of Object.entries(sync)) {
    const asyncName = name.slice(0, -"Sync".length);
    calls[name] = either(Reflect.get(Deno, name), call);
    // deno-lint-ignore require-await -- an error must be a rejection
    const later = async (path: string, ...rest: unknown[]) => call(path, ...rest);
    if (asyncName !== "readDir") calls[asyncName] = either(Reflect.get(Deno, asyncName), later);
  }
  return calls;
}

function readAll(disk: SimulatedDisk, path: string): Uint8Array {
  using file = disk.open(path);
  const bytes = new Uint8Array(file.statSync().size);
  for (let at = 0; at < bytes.length;) at += file.readSync(bytes.subarray(at)) ?? bytes.length;
  return bytes;
}

// deno-lint-ignore no-explicit-any -- of whatever form the call is
type Call = (path: string, ...rest: any[]) => unknown;

/** The simulated call below the root and next to the database, the real one elsewhere. */
function either(real: Call, simulated: Call): Call {
  return (path, ...rest) =>
    typeof path === "string" && (path.startsWith(ROOT) || path.startsWith(DATABASE))
      ? simulated(path, ...rest)
      : real.call(Deno, path, ...rest);
}

/** What a run names as its audit database: it ends with the connection, and its image is kept. */
export const DATABASE = ":memory:";

/**
 * SQLite databases whose file is an image in memory. A connection begins with the image and leaves one behind; what was
 * not committed is not in it, as SQLite promises for a file, and what was committed without a flush may be lost.
 */
export class SimulatedDatabases {
  /** The committed state; `undefined` for no file. */
  image: Uint8Array | undefined;
  /** The state of the last flush and that of each commit since; empty if all are flushed. */
  #unflushed: Uint8Array[] = [];
  readonly #open = new Set<DatabaseSync>();
  readonly #relaxed = new WeakSet<DatabaseSync>();

  /** Opens the image only to look. */
  look(): DatabaseSync {
    const connection = new DatabaseSync(DATABASE);
    this.#open.add(connection);
    if (this.image !== undefined) connection.deserialize(this.image);
    connection.exec("PRAGMA query_only = ON");
    return connection;
  }

  /** Cuts the power: commits without a flush are lost, be it all or the last ones, or are not. */
  losePower(keep: number): void {
    if (keep % 2 === 0) {
      this.image = this.#unflushed[keep / 2 % this.#unflushed.length] ?? this.image;
    }
    this.#unflushed = [];
  }

  /** Follows what a connection flushes, which it says by the level it takes before a transaction. */
  #follow(connection: DatabaseSync, statement: StatementSync): StatementSync {
    const level = /^PRAGMA synchronous = (NORMAL|FULL)$/.exec(statement.sourceSQL)?.[1];
    if (level === undefined && statement.sourceSQL !== "COMMIT") return statement;
    const run = statement.run.bind(statement);
    const followed = (...words: SQLInputValue[]) => {
      if (level === "NORMAL" && this.#unflushed.length === 0) this.#keep(connection);
      const result = run(...words);
      if (level === undefined) {
        if (this.#relaxed.has(connection)) this.#keep(connection);
        else this.#unflushed = [];
      }
      if (level === "NORMAL") this.#relaxed.add(connection);
      if (level === "FULL") this.#relaxed.delete(connection);
      return result;
    };
    return Object.assign(statement, { run: followed });
  }

  #keep(connection: DatabaseSync): void {
    this.#unflushed.push(connection.serialize());
  }

  /** Gets under every connection; the result takes that back. */
  attach(random: Random): () => void {
    const { prototype } = DatabaseSync;
    const { prepare, exec, close, deserialize } = prototype;
    // What has content of its own is not the audit database.
    const others = new WeakSet<DatabaseSync>();
    const dispose = prototype[Symbol.dispose];
    const begin = (connection: DatabaseSync) => {
      if (this.#open.has(connection) || others.has(connection) || connection.location() !== null) {
        return;
      }
      this.#open.add(connection);
      if (this.image !== undefined) deserialize.call(connection, this.image);
      connection.function("randomblob", (bytes) => random.fill(new Uint8Array(Number(bytes))));
    };
    const end = (connection: DatabaseSync) => {
      const isOurs = this.#open.delete(connection);
      if (!isOurs || isReadOnly(connection, prepare)) return;
      if (connection.isTransaction) exec.call(connection, "ROLLBACK");
      this.image = connection.serialize();
    };
    const isFollowed = (connection: DatabaseSync) => this.#open.has(connection);
    const follow = (connection: DatabaseSync, statement: StatementSync) =>
      this.#follow(connection, statement);
    prototype.prepare = function (this: DatabaseSync, ...words: Parameters<typeof prepare>) {
      begin(this);
      const statement = prepare.apply(this, words);
      return isFollowed(this) ? follow(this, statement) : statement;
    };
    prototype.exec = function (this: DatabaseSync, sql) {
      begin(this);
      exec.call(this, sql);
    };
    prototype.deserialize = function (
      this: DatabaseSync,
      ...words: Parameters<typeof deserialize>
    ) {
      others.add(this);
      deserialize.apply(this, words);
    };
    prototype.close = function (this: DatabaseSync) {
      end(this);
      close.call(this);
    };
    prototype[Symbol.dispose] = function (this: DatabaseSync) {
      end(this);
      dispose.call(this);
    };
    return () => {
      Object.assign(prototype, { prepare, exec, close, deserialize, [Symbol.dispose]: dispose });
    };
  }
}

function isReadOnly(connection: DatabaseSync, prepare: DatabaseSync["prepare"]): boolean {
  return prepare.call(connection, "PRAGMA query_only").get()?.["query_only"] === 1;
}
