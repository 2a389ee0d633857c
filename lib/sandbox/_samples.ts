import { StorageError } from "../errors/mod.ts";
import { type Quake, QuakeIndex, toQuake } from "./_quake_index.ts";
import { numberRecords, type RecordBytes, toRecordBytes, withId } from "./_records.ts";
import { sliceArray } from "./_slice_array.ts";
import { strikeId, toStrikeRecords } from "./_strike_records.ts";
import type { SandboxListing } from "./sandbox_handler.ts";

/** Files that the sandbox serves, by route. */
const SAMPLE_FILES = {
  quakes: "earthquakes.json",
  flights: "flights-20k.json",
  strikes: "birdstrikes.csv",
} as const satisfies Record<SandboxListing, string>;

/** Samples that this process has read: they do not change, and a test starts many sandboxes. */
const LOADED = new Map<string, readonly unknown[]>();

/** A list of records that grows at its end. */
export interface RecordList {
  readonly records: readonly RecordBytes[];
  /** When records were last added, as epoch ms; `undefined` for the sample as it is. */
  readonly changed: number | undefined;
}

/** The records behind the listings, each sample read when it is first asked for. */
export class Samples {
  readonly #folder: string;
  readonly #asOf: number;
  readonly #added: Record<SandboxListing, RecordBytes[]> = {
    quakes: [],
    flights: [],
    strikes: [],
  };
  readonly #changed = new Map<SandboxListing, number>();
  #quakes: Promise<QuakeIndex> | undefined;
  #flights: Promise<RecordBytes[]> | undefined;
  #strikes: Promise<RecordBytes[]> | undefined;

  /** @param asOf Quakes that were updated later (epoch ms) are not there yet. */
  constructor(folder: string, asOf: number) {
    this.#folder = folder;
    this.#asOf = asOf;
  }

  /** Adds records; they are there at the next request. */
  add(
    route: SandboxListing,
    records: readonly (object | string)[],
    now: number,
  ): void {
    this.#changed.set(route, now);
    this.#added[route].push(...records.map(toRecordBytes));
  }

  async quakes(): Promise<QuakeIndex> {
    const index = await (this.#quakes ??= this.#loadQuakes());
    const added = this.#added.quakes.splice(0);
    if (added.length > 0) index.add(added);
    return index;
  }

  async flights(): Promise<RecordList> {
    const records = await (this.#flights ??= this.#loadFlights());
    for (const added of this.#added.flights.splice(0)) {
      records.push(withId(added, records.length + 1));
    }
    return { records, changed: this.#changed.get("flights") };
  }

  async strikes(): Promise<RecordList> {
    const records = await (this.#strikes ??= this.#loadStrikes());
    for (const added of this.#added.strikes.splice(0)) {
      records.push(withId(added, strikeId(records.length)));
    }
    return { records, changed: this.#changed.get("strikes") };
  }

  async #loadQuakes(): Promise<QuakeIndex> {
    const quakes = await this.#load("quakes", readQuakes);
    return new QuakeIndex(quakes.filter((quake) => quake.updated <= this.#asOf));
  }

  async #loadFlights(): Promise<RecordBytes[]> {
    return [...await this.#load("flights", readFlights)];
  }

  async #loadStrikes(): Promise<RecordBytes[]> {
    return [...await this.#load("strikes", readStrikes)];
  }

  async #load<T>(
    route: SandboxListing,
    read: (bytes: Uint8Array<ArrayBuffer>) => readonly T[],
  ): Promise<readonly T[]> {
    const path = `${this.#folder}/${SAMPLE_FILES[route]}`;
    try {
      const { size, mtime } = await Deno.stat(path);
      const key = `${path}\0${size}\0${mtime?.getTime()}`;
      let loaded = LOADED.get(key);
      if (loaded === undefined) {
        loaded = read(await Deno.readFile(path));
        LOADED.set(key, loaded);
      }
      return loaded as readonly T[];
    } catch (cause) {
      const code = cause instanceof Deno.errors.NotFound
        ? "storage-missing"
        : cause instanceof Deno.errors.NotCapable || cause instanceof Deno.errors.PermissionDenied
        ? "storage-denied"
        : "storage-io";
      throw new StorageError(code, `Cannot serve ${route}: cannot read sample "${path}"`, {
        cause,
        context: { path },
      });
    }
  }
}

function readQuakes(bytes: Uint8Array<ArrayBuffer>): Quake[] {
  return sliceArray(bytes, "features").map(toQuake);
}

function readFlights(bytes: Uint8Array<ArrayBuffer>): RecordBytes[] {
  return numberRecords(sliceArray(bytes));
}

function readStrikes(bytes: Uint8Array<ArrayBuffer>): RecordBytes[] {
  return toStrikeRecords(new TextDecoder().decode(bytes));
}
