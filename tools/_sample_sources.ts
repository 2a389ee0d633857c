/** One file that is copied, unchanged, from the npm package to data/samples/. */
export interface SampleSource {
  /** Name in the package's data/ folder, and in data/samples/. */
  readonly name: string;
  /** What the file must hash to, so that another version of the package cannot slip in. */
  readonly sha256: string;
  /** Who published it, and where. */
  readonly origin: string;
  /** Terms under which it is passed on. */
  readonly licence: string;
}

/** The package that holds the real data. */
export const SAMPLE_PACKAGE = "npm:vega-datasets@3.2.1";

/** The five files, in the order of data/README.md. */
export const SAMPLE_SOURCES = [
  {
    name: "earthquakes.json",
    sha256: "a42702a83ffbae679f95d1fa53e2cae0bae13b21e599a68cdd50a44fc52129f7",
    origin: "USGS, all earthquakes from 2018-01-31 to 2018-02-07",
    licence: "public domain (US government)",
  },
  {
    name: "flights-20k.json",
    sha256: "52f0ddd892d4569284b845e17323abc9afb7d303ec8f63251634a20327a610bb",
    origin: "US Bureau of Transportation Statistics, on-time performance 2001",
    licence: "public domain (US government)",
  },
  {
    name: "birdstrikes.csv",
    sha256: "45777edf69984b37599e73dbfb34dbc976055243547407214261a4fcb9466462",
    origin: "FAA, Wildlife Strike Database",
    licence: "public domain (US government)",
  },
  {
    name: "seattle-weather.csv",
    sha256: "0845078a290b48e3149ab8639966824110a251db4e06fc144c06ebb534af23be",
    origin: "NOAA, daily weather of Seattle 2012-2015",
    licence: "public domain (US government)",
  },
  {
    name: "zipcodes.csv",
    sha256: "8ad998c84fe40b33806130ba942f18beaf734617a150ad563eeaebdfc003bc62",
    origin: "GeoNames, US postal codes (snapshot of 2017)",
    licence: "CC BY 4.0",
  },
] as const satisfies readonly SampleSource[];

/**
 * Reads one source file from the npm package, through Deno's own npm cache.
 *
 * The package is 40 MB and only this tool wants it. So it is neither in deno.json nor in deno.lock, and is
 * imported by a specifier that is computed: then no run, test or type check of the project downloads it.
 *
 * @throws {Error} when the file does not hash to what is expected
 */
export async function readSource(source: SampleSource): Promise<Uint8Array> {
  const specifier: string = SAMPLE_PACKAGE;
  await import(specifier);
  // Once imported, the specifier resolves to the package's entry, build/index.js, in the cache.
  const bytes = await Deno.readFile(
    new URL(`../data/${source.name}`, import.meta.resolve(specifier)),
  );
  const found = await sha256(bytes);
  if (found !== source.sha256) {
    throw new Error(
      `Cannot use "${source.name}" of ${SAMPLE_PACKAGE}: sha256 is ${found}, expected ${source.sha256}`,
    );
  }
  return bytes;
}

/** Hashes bytes, in lower-case hexadecimal. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes))).toHex();
}
