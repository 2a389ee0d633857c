import type { Quake } from "./_quake_index.ts";

const CSV_HEADER =
  "time,latitude,longitude,depth,mag,magType,nst,gap,dmin,rms,net,id,updated,place,type";
const TEXT_HEADER =
  "#EventID|Time|Latitude|Longitude|Depth/km|Author|Catalog|Contributor|ContributorID|MagType|" +
  "Magnitude|MagAuthor|EventLocationName";

/** Writes quakes as the service's CSV; the place is always quoted, as there. */
export function toCsv(quakes: readonly Quake[]): string {
  return [CSV_HEADER, ...quakes.map(csvRow)].join("\n") + "\n";
}

/** Writes quakes in the FDSN text format. */
export function toText(quakes: readonly Quake[]): string {
  return [TEXT_HEADER, ...quakes.map(textRow)].join("\n") + "\n";
}

function csvRow({ feature, time, updated }: Quake): string {
  const { properties: p, coordinates } = feature;
  const [longitude, latitude, depth] = coordinates;
  const place = `"${String(p.place ?? "").replaceAll('"', '""')}"`;
  const start = [new Date(time).toISOString(), latitude, longitude, depth, p.mag, p.magType];
  const middle = [p.nst, p.gap, p.dmin, p.rms, p.net, feature.id];
  return [...start, ...middle, new Date(updated).toISOString(), place, p.type]
    .map((value) => value ?? "").join(",");
}

function textRow({ feature, time }: Quake): string {
  const { properties: p, coordinates } = feature;
  const [longitude, latitude, depth] = coordinates;
  const when = new Date(time).toISOString().slice(0, -1);
  const where = [latitude, longitude, depth, p.net, p.net, p.net, feature.id];
  return [feature.id, when, ...where, p.magType, p.mag, p.net, p.place]
    .map((value) => value ?? "").join("|");
}
