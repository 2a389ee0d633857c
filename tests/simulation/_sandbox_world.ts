import { join } from "@std/path";
import { SandboxHandler } from "../../lib/sandbox/mod.ts";
import type { SimulatedDisk } from "./_disk.ts";
import type { VirtualTime } from "./_time.ts";

/** Where the sandbox answers. */
export const SANDBOX_URL = "http://sandbox.simulated";
/** What it takes for a credential. */
export const SANDBOX_TOKEN = "simulated-token";
/** Records of each of its listings. */
export const SANDBOX_RECORDS = { quakes: 9, flights: 8, strikes: 7 } as const;

/** The streams that are read from it, with the number of their records. */
export const SANDBOX_STREAMS: Readonly<Record<string, number>> = {
  "usgs.quakes": SANDBOX_RECORDS.quakes,
  "github.flights": SANDBOX_RECORDS.flights,
  "openalex.strikes": SANDBOX_RECORDS.strikes,
};

/** The sandbox without its server, over few records and on the simulated clock. */
export class SandboxWorld {
  readonly #samples: string;
  readonly #time: VirtualTime;
  #handler: SandboxHandler;

  constructor(
    samples: string,
    about: { readonly disk: SimulatedDisk; readonly time: VirtualTime },
  ) {
    this.#samples = samples;
    this.#time = about.time;
    const put = (name: string, content: string) => about.disk.put(join(samples, name), content);
    const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
    put(
      "earthquakes.json",
      JSON.stringify({
        type: "FeatureCollection",
        features: numbers(SANDBOX_RECORDS.quakes).map((n) => ({
          type: "Feature",
          properties: {
            mag: 1,
            place: "x",
            time: 1_517_966_773_840 + n,
            updated: 1_517_966_773_840 + n,
          },
          geometry: { type: "Point", coordinates: [0, 0, 0] },
          id: `q${n}`,
        })),
      }),
    );
    put(
      "flights-20k.json",
      JSON.stringify(numbers(SANDBOX_RECORDS.flights).map((n) => ({ delay: n }))),
    );
    put(
      "birdstrikes.csv",
      `Airport Name,Cost\n${numbers(SANDBOX_RECORDS.strikes).map((n) => `A${n},${n}\n`).join("")}`,
    );
    this.#handler = this.#make([]);
  }

  begin(faults: readonly string[]): void {
    this.#handler = this.#make(faults);
  }

  async answer(url: URL, init: RequestInit): Promise<Response> {
    const { signal: _signal, ...rest } = init;
    return await this.#handler.handle(new Request(url, rest));
  }

  #make(faults: readonly string[]): SandboxHandler {
    return new SandboxHandler({
      samples: this.#samples,
      token: SANDBOX_TOKEN,
      faults,
      clock: {
        now: () => this.#time.now,
        monotonic: () => this.#time.monotonic,
        sleep: (ms) => this.#time.sleep(ms),
      },
    });
  }
}

/** The sources of a configuration that read the sandbox. */
export function sandboxSources(): object[] {
  const token = "${SANDBOX_TOKEN}";
  const retry = { limit: 4, max_wait: "2m" };
  return [
    {
      name: "usgs",
      type: "api",
      sandbox: "usgs",
      retry,
      streams: [{
        name: "quakes",
        path: "/fdsnws/event/1/query",
        params: { format: "geojson", orderby: "time-asc", starttime: "2018-01-31" },
        records: "features",
        pagination: {
          type: "offset",
          offset_param: "offset",
          size_param: "limit",
          size: 4,
          start: 1,
        },
        primary_key: ["id"],
        incremental: {
          field: "properties.updated",
          start_param: "updatedafter",
          format: "epoch_ms",
          param_format: "iso",
          lag: "1h",
        },
      }],
    },
    {
      name: "github",
      type: "api",
      sandbox: "github",
      retry,
      auth: { type: "bearer", token },
      streams: [{
        name: "flights",
        path: "/repos/bts/flights/records",
        params: { per_page: 3 },
        pagination: { type: "link" },
        primary_key: ["id"],
      }],
    },
    {
      name: "openalex",
      type: "api",
      sandbox: "openalex",
      retry,
      auth: { type: "api_key", in: "query", name: "api_key", value: token },
      streams: [{
        name: "strikes",
        path: "/strikes",
        params: { "per-page": 3 },
        records: "results",
        pagination: {
          type: "cursor",
          param: "cursor",
          path: "meta.next_cursor",
          start: "*",
          total: "meta.count",
        },
        primary_key: ["id"],
      }],
    },
  ];
}
