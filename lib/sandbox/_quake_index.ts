import type { RecordBytes } from "./_records.ts";

const DECODER = new TextDecoder();

/** One earthquake: its bytes, and what queries ask for. */
export interface Quake {
  readonly bytes: RecordBytes;
  readonly id: string;
  readonly time: number;
  readonly updated: number;
  readonly mag: number | undefined;
  readonly feature: QuakeFeature;
}

/** The part of a GeoJSON feature that the text formats print. */
export interface QuakeFeature {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly coordinates: readonly number[];
}

/** Orders that a query may ask for. */
export const QUAKE_ORDERS = ["time", "time-asc", "magnitude", "magnitude-asc"] as const;
export type QuakeOrder = (typeof QUAKE_ORDERS)[number];

/** The earthquakes, in every order that a query may ask for. */
export class QuakeIndex {
  #quakes: readonly Quake[];
  readonly #ordered = new Map<QuakeOrder, readonly Quake[]>();

  constructor(quakes: readonly Quake[]) {
    this.#quakes = quakes;
  }

  /** Adds quakes; one with a known id replaces the older version, as the real catalogue does. */
  add(records: readonly RecordBytes[]): void {
    const byId = new Map(this.#quakes.map((quake) => [quake.id, quake]));
    for (const quake of records.map(toQuake)) byId.set(quake.id, quake);
    this.#quakes = [...byId.values()];
    this.#ordered.clear();
  }

  /** Returns all of them in an order; ties are in the order of their ids. */
  inOrder(order: QuakeOrder): readonly Quake[] {
    let ordered = this.#ordered.get(order);
    if (ordered === undefined) {
      const key = order.startsWith("time") ? byTime : byMagnitude;
      const sign = order.endsWith("-asc") ? 1 : -1;
      ordered = this.#quakes.toSorted((a, b) => sign * (key(a) - key(b)) || compareIds(a, b));
      this.#ordered.set(order, ordered);
    }
    return ordered;
  }
}

/** Reads what queries ask for out of a feature; one that was added in a test may lack any of it. */
export function toQuake(bytes: RecordBytes): Quake {
  const feature = JSON.parse(DECODER.decode(bytes)) as {
    readonly id?: unknown;
    readonly properties?: Readonly<Record<string, unknown>>;
    readonly geometry?: { readonly coordinates?: readonly number[] } | null;
  };
  const properties = feature.properties ?? {};
  const { time, updated, mag } = properties;
  const id = String(feature.id);
  return {
    bytes,
    id,
    time: Number(time ?? 0),
    updated: Number(updated ?? 0),
    mag: typeof mag === "number" ? mag : undefined,
    feature: { id, properties, coordinates: feature.geometry?.coordinates ?? [] },
  };
}

function byTime(quake: Quake): number {
  return quake.time;
}

function byMagnitude(quake: Quake): number {
  return quake.mag ?? -100;
}

function compareIds(a: Quake, b: Quake): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
